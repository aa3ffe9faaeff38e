/**
 * Rows that an older version stored say nothing of the shared content they are: looked at once, in slices, the newest
 * first. How far is kept in `state`, with the slice. No view of a message changes by it.
 */
import type Database from 'better-sqlite3';
import { parsePayload } from '../../../../../shared/content/message-content.ts';
import type { StoreContext } from '../../context.ts';
import { sharedNumber } from './message-derive.ts';
import { payloadOfRow } from './message-row.ts';

const STATE = 'sharedFrom';
/** Rows of one slice: some 15 ms where all of them are texts. */
const SLICE = 500;

interface Row {
  row: number;
  from_uid: string;
  payload: string;
}

export class SharedNotes {
  readonly #ctx: StoreContext;
  readonly #next: Database.Statement<[], number>;
  readonly #rows: Database.Statement<[number, number], Row>;
  readonly #note: Database.Statement<[number, number]>;
  readonly #reached: Database.Statement<[string]>;
  readonly #done: Database.Statement<[]>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    const { db } = ctx;
    this.#next = db
      .prepare<[], number>(`SELECT CAST(value AS INTEGER) FROM main.state WHERE name = '${STATE}'`)
      .pluck();
    this.#rows = db.prepare(
      `SELECT row, from_uid, payload FROM main.message WHERE row < ? AND row >= ? AND shown = 1 AND recalled = 0
       AND flame IS NULL AND payload IS NOT NULL AND shared_kind = 0`,
    );
    this.#note = db.prepare('UPDATE main.message SET shared_kind = ? WHERE row = ?');
    this.#reached = db.prepare(`UPDATE main.state SET value = ? WHERE name = '${STATE}'`);
    this.#done = db.prepare(`DELETE FROM main.state WHERE name = '${STATE}'`);
  }

  /** One slice; true when there is more. */
  noteSome(): boolean {
    const below = this.#next.get();
    if (below === undefined) return false;
    const from = Math.max(0, below - SLICE);
    this.#ctx.write(() => {
      for (const row of this.#rows.all(below, from)) {
        const { content } = parsePayload(payloadOfRow(row), { fromUid: row.from_uid, channelType: 0 });
        const kind = sharedNumber(content, null);
        if (kind > 0) this.#note.run(kind, row.row);
      }
      if (from === 0) this.#done.run();
      else this.#reached.run(String(from));
    });
    return from > 0;
  }
}
