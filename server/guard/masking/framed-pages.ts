/** Pages whose rows are told from their bytes (whole-pages.ts): only rows that change are written anew. */
import { isObject } from '../../../shared/json.ts';
import { isKept, type Note, quotedIn, blankOf } from './mask-rows.ts';
import type { PageStates } from '../store/page-states.ts';
import {
  maskedText,
  type MaskOptions,
  maskRows,
  NO_NOTE,
  type Places,
  places,
  quotesOf,
  recordUnrecorded,
  withLateCopies,
} from './found-rows.ts';
import { PlainRow } from './plain-rows.ts';
import type { Span } from './row-spans.ts';
import type { Looked } from './same-pages.ts';
import { type FramedRow, type FramedRows, payloadOf, rowObject } from './whole-pages.ts';

/** Null: it has to be looked at whole, where it is decided, too, what becomes of a page while nothing can be asked. */
export async function maskFramed(
  rows: FramedRows,
  body: Buffer,
  options: MaskOptions,
): Promise<Buffer | null> {
  const { all, parsed, said } = rows;
  let states: PageStates;
  let found: Places;
  let judged: FramedRow[];
  try {
    states = await options.states.page(parsed.flatMap(quotedIn), all);
    const settled = settledPage(rows, states, body, options.note);
    if (settled !== null) return settled;
    judged = judgedRows(all, states);
    found = places({ messages: judged.map((row) => rowObject(row, body)) });
    found.onPage = () => all.map(({ messageId }) => messageId);
    states = await withLateCopies(found, states, options);
  } catch {
    return null;
  }
  if (states.nothing && said === 0 && parsed.every(isKept)) return body;
  const page = quotesOf(found, states);
  recordUnrecorded(found, states, page, options);
  const changed = maskRows(found, page, options.note);
  return spliced(body, judged, (row, at) => {
    if (!changed.has(at)) return null;
    if (row instanceof PlainRow && row.isRecalled) return blankedSaid(row, body, NO_NOTE);
    const text = maskedText(body.toString('utf8', row.start, row.end), found.messages[at], 'message', page);
    return text === null ? 'odd' : { start: row.start, end: row.end, text };
  });
}

/** A page that what is remembered decides about, and how long that holds, ms. */
export interface Decided extends Looked {
  until: number;
}

/** Most pages: nothing is waited for. Null: not this one. */
export function maskedFromMemory(rows: FramedRows, body: Buffer, options: MaskOptions): Decided | null {
  const states = rows.parsed.length === 0 ? options.states.remembered(rows.all) : null;
  if (states === null) return null;
  let blanked = 0;
  const note = (): void => {
    blanked += 1;
  };
  try {
    const result = settledPage(rows, states, body, note);
    return result === null ? null : { result, blanked, until: states.until };
  } catch {
    return null;
  }
}

/** A page of plain rows with nothing to record and nothing to take out but the payloads of rows that say so. */
function settledPage(
  { all, parsed, said }: FramedRows,
  states: PageStates,
  body: Buffer,
  note: Note,
): Buffer | null {
  if (parsed.length > 0) return null;
  // A look at 100 rows less.
  if (states.nothing && said === 0) return body;
  const judged = judgedRows(all, states);
  if (!judged.every((row) => isSettled(row, states))) return null;
  return spliced(body, judged, (row) => blankedSaid(row, body, note));
}

/**
 * The rows that something can be taken out of, or that others are judged by: a plain one is none of these as long as
 * nothing is known of it and no such row is of the same sending.
 */
function judgedRows(all: readonly FramedRow[], states: PageStates): FramedRow[] {
  const isKnown = (row: FramedRow): boolean =>
    !(row instanceof PlainRow) ||
    row.isRecalled ||
    states.of(row.messageId) !== null ||
    states.copy(row) !== null;
  const numbers = new Set<string>();
  for (const row of all) if (isKnown(row)) numbers.add(row.clientMsgNo);
  return all.filter((row) => numbers.has(row.clientMsgNo));
}

/** Whether a row says that it was recalled, its sending is recorded, and its payload is all that has to go. */
function isSettled(row: FramedRow, states: PageStates): boolean {
  if (!(row instanceof PlainRow) || !row.isRecalled) return false;
  return row.clientMsgNo === '' || row.fromUid === '' || states.copy(row) !== null;
}

/** Null: it was blank. @throws SyntaxError */
function blankedSaid(row: FramedRow, body: Buffer, note: Note): Change | null {
  if (!(row instanceof PlainRow)) return null;
  const payload = payloadOf(row, body);
  const text = JSON.stringify(blankOf(payload));
  if (isObject(payload) && payload['content'] === '' && JSON.stringify(payload) === text) return null;
  note('message');
  return { ...row.payload, text };
}

/** Something of a page that is written anew. */
interface Change extends Span {
  text: string;
}

/** The page with these changes of its rows; the very bytes when there are none, null when one of them is 'odd'. */
function spliced(
  body: Buffer,
  rows: readonly FramedRow[],
  changeOf: (row: FramedRow, at: number) => Change | 'odd' | null,
): Buffer | null {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (const [at, row] of rows.entries()) {
    const change = changeOf(row, at);
    if (change === 'odd') return null;
    if (change === null) continue;
    pieces.push(body.subarray(copied, change.start), Buffer.from(change.text));
    copied = change.end;
  }
  if (copied === 0) return body;
  pieces.push(body.subarray(copied));
  return Buffer.concat(pieces);
}
