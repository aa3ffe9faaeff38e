/**
 * FTS5's `secure-delete` takes an erased term out of the pages of the index, but not out of `…_idx`, which says where
 * each page begins: the beginning of a page's first term, or all of it after a merge in steps. Here every such
 * separator is kept the beginning of the term that is first on its page now. Formats: comments at the top of SQLite's
 * fts5_index.c.
 */
import type Database from 'better-sqlite3';
import { shardTable } from './search-shards.ts';

export interface Separators {
  /**
   * Replaces the separators of a table that began erased terms and begin none any more. In the transaction that
   * took the terms out.
   * @param terms what was erased, as the index has it (`indexText`)
   */
  mend(shard: number, terms: readonly string[]): void;
  /** The transaction was rolled back. */
  reset(): void;
}

interface Statements {
  flush: Database.Statement<[]>;
  separators: Database.Statement<[], string | null>;
  pages: Database.Statement<[string], Buffer>;
}

/** FTS5 marks the terms of the main index with a "0", in hexadecimal digits like all that is compared here. */
const MARK = '30';
const SPACE = 0x20;
/** Bytes of a term that a number has room for. */
const KEY_BYTES = 6;
const KEY_DIGITS = KEY_BYTES * 2;

export function createSeparators(db: Database.Database): Separators {
  const open = new Map<number, Statements>();
  let unguarded = false;

  function statements(shard: number): Statements {
    let found = open.get(shard);
    if (!found) {
      const table = `main.${shardTable(shard)}`;
      found = {
        flush: db.prepare(`INSERT INTO ${table} (${shardTable(shard)}) VALUES ('flush')`),
        // As one text: a row each takes ten times as long.
        separators: db
          .prepare<[], string | null>(
            `SELECT group_concat(lower(hex(substr(term, 2))) || ' ' || segid || ' ' || (pgno / 2)) FROM ${table}_idx`,
          )
          .pluck(),
        pages: db
          .prepare<[string], Buffer>(
            `SELECT d.block FROM json_each(?) j LEFT JOIN ${table}_data d ON d.id = j.value ORDER BY j.key`,
          )
          .pluck(),
      };
      open.set(shard, found);
    }
    return found;
  }

  /**
   * SQLite guards the tables below a virtual one against everybody else. Each change of the guard makes it prepare
   * every statement of the connection anew, so the guard is up again at the end of this turn, in which other tables
   * are mended as well.
   */
  function unguard(): void {
    if (unguarded) return;
    unguarded = true;
    db.unsafeMode(true);
    queueMicrotask(() => {
      unguarded = false;
      if (db.open) db.unsafeMode(false);
    });
  }

  /** `instead` null: the entry goes. */
  function put(shard: number, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    unguard();
    const table = `main.${shardTable(shard)}_idx`;
    const replace = db.prepare(`UPDATE ${table} SET term = unhex(?) WHERE segid = ? AND term = unhex(?)`);
    const drop = db.prepare(`DELETE FROM ${table} WHERE segid = ? AND term = unhex(?)`);
    for (const { segment, separator, instead } of changes) {
      if (instead === null) drop.run(segment, MARK + separator);
      else replace.run(MARK + instead, segment, MARK + separator);
    }
  }

  return {
    mend(shard, terms) {
      const erased = keysOf(terms);
      const { flush, separators, pages } = statements(shard);
      flush.run();
      const begun: { separator: string; segment: number; page: number }[] = [];
      for (const entry of separators.get()?.split(',') ?? []) {
        const end = entry.indexOf(' ');
        if (end === 0 || !beginsAny(erased, entry, end)) continue;
        const [separator = '', segment, page] = entry.split(' ');
        begun.push({ separator, segment: Number(segment), page: Number(page) });
      }
      const ids = begun.map(({ segment, page }) => segment * 2 ** 37 + page);
      const changes: Change[] = [];
      for (const [at, block] of pages.all(JSON.stringify(ids)).entries()) {
        const { separator, segment } = begun[at] as (typeof begun)[number];
        const first = firstTerm(block);
        if (first?.startsWith(separator) === true) continue;
        // Terms on pages before are below the old separator: anything above it and not above `first` divides as well.
        const instead = first === null ? null : shortestAbove(first, separator);
        changes.push({ segment, separator, instead });
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

/**
 * The first bytes of each term as a number, in order: what a separator begins is found in them without a text for
 * every term. Terms that differ only further on are taken for one, so that a page more is looked at.
 */
function keysOf(terms: readonly string[]): Float64Array {
  const bytes = Buffer.from(terms.join(' '), 'utf8');
  const keys = new Float64Array((bytes.length >> 1) + 1);
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let key = 0;
    let length = 0;
    for (; at < bytes.length && bytes[at] !== SPACE; at += 1, length += 1)
      if (length < KEY_BYTES) key = key * 256 + (bytes[at] as number);
    if (length === 0) continue;
    keys[count] = key * 256 ** Math.max(0, KEY_BYTES - length);
    count += 1;
  }
  return keys.subarray(0, count).sort();
}

/** Whether one of the keys may be that of a term with this beginning: the first `digits` of `text`. */
function beginsAny(keys: Float64Array, text: string, digits: number): boolean {
  const used = Math.min(digits, KEY_DIGITS);
  const unit = 16 ** (KEY_DIGITS - used);
  const least = Number.parseInt(text.slice(0, used), 16) * unit;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low < keys.length && (keys[low] as number) < least + unit;
}

/** The first term that begins on a page of the index, without its mark; null when none does. */
function firstTerm(page: Buffer | null): string | null {
  if (!page || page.length < 4) return null;
  const footer = page.readUInt16BE(2);
  if (footer >= page.length) return null;
  const [offset] = varint(page, footer);
  const [length, start] = varint(page, offset);
  return page.toString('hex', start + 1, start + length);
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

/** The shortest beginning of `term` that is above `below`; `term` is above it and does not begin with it. */
function shortestAbove(term: string, below: string): string {
  let common = 0;
  while (term.slice(common, common + 2) === below.slice(common, common + 2)) common += 2;
  return term.slice(0, common + 2);
}
