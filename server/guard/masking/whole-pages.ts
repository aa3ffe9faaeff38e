/**
 * The rows of a page told from its bytes: rows that are written as TSDD writes them are not parsed (plain-rows.ts),
 * others one by one. A page that is not written as expected is for pages.ts, which parses it whole.
 */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { RowKey } from '../store/page-states.ts';
import { keyOf, standsFor } from './mask-rows.ts';
import { PlainRow, plainReader } from './plain-rows.ts';
import { objectEnd, type Span } from './row-spans.ts';

/** What stands before the first row (found with the flag `y`) and behind the last. */
export interface Frame {
  before: RegExp;
  after: RegExp;
}

/** A row that was read as JSON, and where it stands in the bytes. */
interface ParsedRow extends RowKey, Span {
  messageSeq: number;
  json: JsonObject;
}
export type FramedRow = PlainRow | ParsedRow;

/** The rows of a page, all of them and nothing else. */
export interface FramedRows {
  all: FramedRow[];
  /** Those that are not plain. */
  parsed: JsonObject[];
  /** How many plain ones say that they were recalled. */
  said: number;
}

/** Null: it is not written as expected. */
export function framedRows({ before, after }: Frame, body: Buffer): FramedRows | null {
  const text = body.toString('latin1');
  before.lastIndex = 0;
  if (!before.test(text)) return null;
  const plainAt = plainReader(text);
  const rows: FramedRows = { all: [], parsed: [], said: 0 };
  for (let at = before.lastIndex; ; at += 1) {
    if (!text.startsWith('{', at)) return null;
    const plain = plainAt(at);
    if (plain !== null) {
      if (plain.isRecalled) rows.said += 1;
      rows.all.push(plain);
      at = plain.end;
    } else {
      const span = { start: at, end: objectEnd(text, at) };
      const json = objectOf(body.toString('utf8', span.start, span.end));
      if (json === null) return null;
      rows.all.push({ ...keyOf(json), ...span, messageSeq: Number(json['message_seq']), json });
      rows.parsed.push(json);
      at = span.end;
    }
    if (text.startsWith(',', at)) continue;
    return after.test(text.slice(at)) ? rows : null;
  }
}

/**
 * The row as an object: what is known of a plain one is what decides about it, and its payload is empty when nothing in
 * it does.
 * @throws SyntaxError for a payload that is no JSON
 */
export function rowObject(row: FramedRow, body: Buffer): JsonObject {
  if (!(row instanceof PlainRow)) return row.json;
  return standsFor(row, row.isRecalled ? payloadOf(row, body) : {});
}

/** @throws SyntaxError */
export function payloadOf(row: PlainRow, body: Buffer): unknown {
  const { start, end } = row.payload;
  return JSON.parse(body.toString('utf8', start, end));
}

function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
