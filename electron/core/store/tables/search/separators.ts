/**
 * FTS5's `secure-delete` takes an erased term out of the pages of the index, but not out of `…_idx`, which says where
 * each page begins: the beginning of a page's first term, or all of it after a merge in steps. Here every such
 * separator is kept the beginning of the term that is first on its page now. Formats: comments at the top of SQLite's
 * fts5_index.c.
 */
import type Database from 'better-sqlite3';
import { indexText } from './segmenter.ts';
import { shardTable } from './search-shards.ts';

export interface Separators {
  /**
   * Replaces the separators of a table that began erased terms and begin none any more. In the transaction that
   * took the terms out.
   * @param texts as they were given to the index
   */
  mend(shard: number, texts: readonly string[]): void;
  /** The transaction was rolled back. */
  reset(): void;
}

interface Statements {
  flush: Database.Statement<[]>;
  separators: Database.Statement<[], string | null>;
  page: Database.Statement<[number, number], Buffer>;
}

/** Bytes are compared and cut as their hexadecimal digits. FTS5 marks the terms of the main index with a "0". */
const MARK = '30';
const hexOf = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

export function createSeparators(db: Database.Database): Separators {
  const open = new Map<number, Statements>();

  function statements(shard: number): Statements {
    let found = open.get(shard);
    if (!found) {
      const table = `main.${shardTable(shard)}`;
      found = {
        flush: db.prepare(`INSERT INTO ${table} (${shardTable(shard)}) VALUES ('flush')`),
        // As one text: a row each takes ten times as long.
        separators: db
          .prepare<[], string | null>(
            `SELECT group_concat(segid || ' ' || (pgno / 2) || ' ' || lower(hex(term))) FROM ${table}_idx`,
          )
          .pluck(),
        page: db
          .prepare<[number, number], Buffer>(`SELECT block FROM ${table}_data WHERE id = (? << 37) + ?`)
          .pluck(),
      };
      open.set(shard, found);
    }
    return found;
  }

  /** `instead` null: the entry goes. SQLite guards the tables below a virtual one against everybody else. */
  function put(shard: number, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const table = `main.${shardTable(shard)}_idx`;
    db.unsafeMode(true);
    try {
      const replace = db.prepare(`UPDATE ${table} SET term = unhex(?) WHERE segid = ? AND term = unhex(?)`);
      const drop = db.prepare(`DELETE FROM ${table} WHERE segid = ? AND term = unhex(?)`);
      for (const { segment, separator, instead } of changes) {
        if (instead === null) drop.run(segment, separator);
        else replace.run(instead, segment, separator);
      }
    } finally {
      db.unsafeMode(false);
    }
  }

  return {
    mend(shard, texts) {
      const erased = [...new Set(texts.flatMap((text) => indexText(text).split(' ')))]
        .map((term) => MARK + hexOf(term))
        .sort();
      const { flush, separators, page } = statements(shard);
      flush.run();
      const changes: Change[] = [];
      for (const entry of separators.get()?.split(',') ?? []) {
        const [segment, number, separator = ''] = entry.split(' ');
        if (separator.length <= MARK.length) continue;
        if (!firstNotBelow(erased, separator)?.startsWith(separator)) continue;
        const first = firstTerm(page.get(Number(segment), Number(number)));
        if (first?.startsWith(separator) === true) continue;
        // Terms on pages before are below the old separator: anything above it and not above `first` divides as well.
        const instead = first === null ? null : shortestAbove(first, separator);
        changes.push({ segment: Number(segment), separator, instead });
      }
      put(shard, changes);
    },
    reset: () => open.clear(),
  };
}

interface Change {
  segment: number;
  separator: string;
  instead: string | null;
}

/** The first term that begins on a page of the index, with its mark; null when none does. */
function firstTerm(page: Buffer | undefined): string | null {
  if (!page || page.length < 4) return null;
  const footer = page.readUInt16BE(2);
  if (footer >= page.length) return null;
  const [offset] = varint(page, footer);
  const [length, start] = varint(page, offset);
  return page.toString('hex', start, start + length);
}

/** A number of up to three bytes, and where the next begins. */
function varint(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let next = at; ; next += 1) {
    const byte = bytes[next] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, next + 1];
  }
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
  while (term.slice(common, common + 2) === below.slice(common, common + 2)) common += 2;
  return term.slice(0, common + 2);
}
