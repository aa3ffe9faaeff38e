/**
 * Rows of recalled messages as JSON text. Such a row never changes again and is the same for whoever reads the channel,
 * so it is written once instead of for each page that it is part of (docs/benchmarks.md, "History").
 */
import { LRUCache } from 'lru-cache';
import type { ImMessage } from '../im-client/im-api.ts';
import type { ExtraRow } from './message-extras.ts';

/** Some 700 bytes each. */
const KEPT = 2_000;

/** A row that is written already. */
export class WrittenRow {
  /** JSON. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

interface Kept {
  /** The record itself: one that changes is another one. */
  extra: ExtraRow;
  row: ImMessage;
  written: WrittenRow;
}

/** All that the text says and that is no part of the message's record. Id, seq, sender and time never change. */
const isSame = (a: ImMessage, b: ImMessage): boolean =>
  a.channel_id === b.channel_id &&
  a.channel_type === b.channel_type &&
  a.message_seq === b.message_seq &&
  a.setting === b.setting &&
  a.payload === b.payload &&
  a.header.red_dot === b.header.red_dot &&
  a.header.sync_once === b.header.sync_once &&
  a.header.no_persist === b.header.no_persist;

export class RecalledRows {
  readonly #kept = new LRUCache<string, Kept>({ max: KEPT });

  find(row: ImMessage, extra: ExtraRow): WrittenRow | null {
    const kept = this.#kept.get(row.message_idstr);
    return kept?.extra === extra && isSame(kept.row, row) ? kept.written : null;
  }

  keep(row: ImMessage, extra: ExtraRow, dto: object): WrittenRow {
    const written = new WrittenRow(JSON.stringify(dto));
    this.#kept.set(row.message_idstr, { extra, row, written });
    return written;
  }
}

/** The JSON array of a page; rows that are not written yet are written together. */
export function pageText(rows: readonly (object | WrittenRow)[]): string {
  const pieces: string[] = [];
  for (let at = 0; at < rows.length;) {
    const row = rows[at];
    if (row instanceof WrittenRow) {
      pieces.push(row.text);
      at += 1;
      continue;
    }
    let end = at;
    while (end < rows.length && !(rows[end] instanceof WrittenRow)) end += 1;
    pieces.push(JSON.stringify(rows.slice(at, end)).slice(1, -1));
    at = end;
  }
  return `[${pieces.join(',')}]`;
}
