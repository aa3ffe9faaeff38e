/** The FTS5 side of the cache: what is indexed for a row is always `indexText(search_text)` of that row. */
import type { StoreContext } from '../store/context.ts';
import { indexText, SEGMENTER_VERSION } from './segmenter.ts';

export interface SearchIndex {
  add(row: number, text: string): void;
  /** `text` has to be what was added. */
  remove(row: number, text: string): void;
  /** Builds the index anew when it was made by another version of the segmenter. */
  ensureCurrent(): void;
}

const STATE = 'segmenterVersion';

export function createSearchIndex(ctx: StoreContext, version = SEGMENTER_VERSION): SearchIndex {
  const { db } = ctx;
  const insert = db.prepare<[number, string]>('INSERT INTO message_search (rowid, text) VALUES (?, ?)');
  const remove = db.prepare<[number, string]>(
    "INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', ?, ?)",
  );
  const current = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const setCurrent = db.prepare<[string, string]>('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)');
  const batch = db.prepare<[number], { row: number; text: string }>(
    'SELECT row, search_text AS text FROM message WHERE search_text IS NOT NULL AND row > ? ORDER BY row LIMIT 1000',
  );

  function rebuild(): void {
    db.prepare("INSERT INTO message_search (message_search) VALUES ('delete-all')").run();
    let after = -1;
    for (;;) {
      const rows = batch.all(after);
      for (const { row, text } of rows) insert.run(row, indexText(text));
      const last = rows.at(-1);
      if (!last) return;
      after = last.row;
    }
  }

  return {
    add: (row, text) => void insert.run(row, indexText(text)),
    remove: (row, text) => void remove.run(row, indexText(text)),
    ensureCurrent() {
      const found = current.get(STATE)?.value;
      if (found === String(version)) return;
      ctx.write(() => {
        if (found !== undefined) rebuild();
        setCurrent.run(STATE, String(version));
      });
    },
  };
}
