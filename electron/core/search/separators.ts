/**
 * FTS5's `secure-delete` takes an erased term out of the pages of the index, but not out of `…_idx`, which says where each
 * page begins: the beginning of a page's first term, or all of it after a merge in steps. Here every such separator is kept
 * the beginning of a term that some row still has.
 */
import type Database from 'better-sqlite3';
import { indexText } from './segmenter.ts';
import { shardTable } from './search-shards.ts';

export interface Separators {
  /**
   * Replaces the separators of a table that only the erased texts explain. In the transaction that took them out.
   * @param texts as they were indexed
   */
  mend(shard: number, texts: readonly string[]): void;
  /** The transaction was rolled back, or the tables were dropped. */
  reset(): void;
}

interface Statements {
  flush: Database.Statement<[]>;
  separators: Database.Statement<[], { segid: number; term: Buffer }>;
  nextTerm: Database.Statement<[Buffer], Buffer>;
}

/** FTS5's mark of a term of the main index. */
const MAIN = '0';

/** Bytes as a string of one unit per byte: compared and cut like the bytes. */
const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const bufferOf = (bytes: string): Buffer => Buffer.from(bytes, 'latin1');

export function createSeparators(db: Database.Database): Separators {
  const open = new Map<number, Statements>();

  function statements(shard: number): Statements {
    let found = open.get(shard);
    if (!found) {
      const table = shardTable(shard);
      db.exec(
        `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_terms USING fts5vocab (main, ${table}, instance)`,
      );
      found = {
        flush: db.prepare(`INSERT INTO main.${table} (${table}) VALUES ('flush')`),
        separators: db.prepare(`SELECT segid, term FROM main.${table}_idx ORDER BY segid, term`),
        // A separator may end within a character.
        nextTerm: db
          .prepare<[Buffer], Buffer>(
            `SELECT CAST(term AS BLOB) FROM temp.${table}_terms WHERE term >= CAST(? AS TEXT) LIMIT 1`,
          )
          .pluck(),
      };
      open.set(shard, found);
    }
    return found;
  }

  /** `instead` null: the entry goes. */
  function put(shard: number, segid: number, term: Buffer, instead: string | null): void {
    const table = `main.${shardTable(shard)}_idx`;
    // SQLite guards the tables below a virtual one against everybody else.
    db.unsafeMode(true);
    try {
      if (instead === null) db.prepare(`DELETE FROM ${table} WHERE segid = ? AND term = ?`).run(segid, term);
      else {
        db.prepare(`UPDATE ${table} SET term = ? WHERE segid = ? AND term = ?`).run(
          bufferOf(instead),
          segid,
          term,
        );
      }
    } finally {
      db.unsafeMode(false);
    }
  }

  return {
    mend(shard, texts) {
      const erased = [...new Set(texts.flatMap((text) => indexText(text).split(' ')))].map(bytesOf).sort();
      const { flush, separators, nextTerm } = statements(shard);
      flush.run();
      const entries = separators.all();
      for (const [at, { segid, term }] of entries.entries()) {
        const separator = term.toString('latin1');
        const begin = separator.slice(MAIN.length);
        if (begin === '' || !firstNotBelow(erased, begin)?.startsWith(begin)) continue;
        const next = nextTerm.get(bufferOf(begin))?.toString('latin1');
        if (next?.startsWith(begin) === true) continue;
        // Terms before the page are below the separator, those on it not below `next`: anything above the one and
        // not above the other divides them as well.
        const instead = next === undefined ? null : MAIN + shortestAbove(next, begin);
        const after = entries[at + 1];
        const isFree =
          instead !== null && (after?.segid !== segid || instead < after.term.toString('latin1'));
        // Else no term is left on the page: FTS5 itself drops the separator of such a page.
        put(shard, segid, term, isFree ? instead : null);
      }
    },
    reset: () => open.clear(),
  };
}

/** The first of the sorted strings that is not below `wanted`. */
function firstNotBelow(sorted: readonly string[], wanted: string): string | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

/** The shortest beginning of `term` that is above `below`; `term` is above it and does not begin with it. */
function shortestAbove(term: string, below: string): string {
  let common = 0;
  while (term[common] === below[common]) common += 1;
  return term.slice(0, common + 1);
}
