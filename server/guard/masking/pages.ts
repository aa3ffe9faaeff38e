/** The reads of TSDD that carry words of messages (tsdd-api.md 4.1, 5.2), and where in their answers they stand. */
import { parseExact, rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { LateCopies, Unplaced } from '../recall/late-copies.ts';
import type { PageStates, RecallStates } from '../store/recall-states.ts';
import {
  idOf,
  isKept,
  keyOf,
  maskExtra,
  maskMessage,
  maskReminder,
  type Note,
  type Page as PageQuotes,
  pageQuotes,
  quotedIn,
  type RowKind,
  unplacedIn,
  unrecorded,
  withoutDepth,
} from './mask-rows.ts';
import { objectSpans, type Span } from './row-spans.ts';
import { type Frame, type FramedRows, framedRows } from './whole-pages.ts';

interface Places {
  messages: JsonObject[];
  extras: JsonObject[];
  reminders: JsonObject[];
  /** The list in which hits of a search stand: recalled ones leave it. */
  hits: JsonObject[] | null;
}

interface Page {
  find: (answer: unknown) => Places;
  /** How many brackets deep its rows lie in arrays. */
  depth: number;
  /** Where most of them can be told from their bytes. */
  frame?: Frame;
}

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const keyed = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const places = (found: Partial<Places>): Places => ({
  messages: [],
  extras: [],
  reminders: [],
  hits: null,
  ...found,
});

const inMessages = (answer: unknown): Places => places({ messages: objects(keyed(answer, 'messages')) });
const hitsOf = (answer: unknown): Places => {
  const hits = objects(keyed(answer, 'messages'));
  return places({ messages: hits, hits });
};

const PAGES: Readonly<Record<string, Page>> = {
  '/v1/message/channel/sync': {
    find: inMessages,
    depth: 2,
    frame: {
      before: /\{(?:"[a-z_]{1,40}":-?\d{1,20},){0,20}"messages":\[/y,
      after: /^\]\}\s*$/,
    },
  },
  '/v1/conversation/sync': {
    find: (answer) =>
      places({
        messages: objects(keyed(answer, 'conversations')).flatMap((each) => objects(each['recents'])),
      }),
    depth: 4,
  },
  '/v1/message/sync': {
    find: (answer) => places({ messages: objects(answer) }),
    depth: 1,
    frame: { before: /\[/y, after: /^\]\s*$/ },
  },
  '/v1/message/pinned/sync': { find: inMessages, depth: 2 },
  '/v1/message/extra/sync': { find: (answer) => places({ extras: objects(answer) }), depth: 1 },
  '/v1/message/reminder/sync': { find: (answer) => places({ reminders: objects(answer) }), depth: 1 },
  '/v1/search/global': { find: hitsOf, depth: 2 },
  '/v1/message/search': { find: hitsOf, depth: 2 },
};

export const PAGE_PATHS: readonly string[] = Object.keys(PAGES);

export interface MaskOptions {
  states: RecallStates;
  note: Note;
  late: Pick<LateCopies, 'of' | 'record'>;
  /** The channel that was asked for, in stored form: rows of extra/sync do not name it. Only asked when it matters. */
  asked?: () => Promise<Channel | null>;
  /** While the state cannot be looked up: 'open' masks by what the rows say themselves, 'closed' throws. */
  fail: 'open' | 'closed';
  /** Rows of extra/sync that TSDD does not have; only asked for that page. */
  moreExtras?: (answer: readonly JsonObject[]) => Promise<JsonObject[]>;
}

const BYTE_ORDER_MARK = '\u{feff}';
const NOTHING_KNOWN: PageStates = { nothing: true, of: () => null, copy: () => null };

/**
 * The answer without what was recalled: the very bytes when nothing had to be taken out.
 * @throws what the store throws, when `fail` is 'closed'
 */
export async function maskBody(path: string, body: Buffer, options: MaskOptions): Promise<Buffer> {
  const frame = PAGES[path]?.frame;
  const rows = frame === undefined ? null : framedRows(frame, body);
  const masked = rows === null ? null : await maskFramed(rows, body, options);
  if (masked !== null) return masked;
  const written = body.toString('utf8');
  // Most clients read JSON behind a byte order mark; JSON.parse does not.
  const text = written.startsWith(BYTE_ORDER_MARK) ? written.slice(BYTE_ORDER_MARK.length) : written;
  const result = await maskPage(path, text, options);
  // Decoding could have changed what is no UTF-8.
  return result === text ? body : Buffer.from(result);
}

/** Null: it has to be looked at whole, where it is decided, too, what becomes of a page while nothing can be asked. */
async function maskFramed(rows: FramedRows, body: Buffer, options: MaskOptions): Promise<Buffer | null> {
  let found: Places;
  let states: PageStates;
  try {
    states = await options.states.page(rows.parsed.flatMap(quotedIn), rows.keys);
    // Most pages: a look at 100 objects less.
    if (states.nothing && rows.parsed.length === 0) return body;
    found = places({ messages: rows.all() });
    states = await withLateCopies(found, states, options);
  } catch {
    return null;
  }
  if (states.nothing && rows.parsed.every(isKept)) return body;
  const page = quotesOf(found, states);
  recordUnrecorded(found, states, page, options);
  const changed = maskRows(found, page, options.note);
  return changed.size === 0 ? body : spliceBytes(body, rows.spans, found, page, changed);
}

/**
 * The answer without what was recalled: the text itself when nothing had to be taken out, byte for byte.
 * @throws what the store throws, when `fail` is 'closed'
 */
export async function maskPage(path: string, answerText: string, options: MaskOptions): Promise<string> {
  const kind = PAGES[path];
  let quick: unknown;
  try {
    quick = kind === undefined ? undefined : JSON.parse(answerText);
  } catch {
    // No JSON: nothing a client could read words from, and not this guard's to mend.
    return answerText;
  }
  if (kind === undefined) return answerText;
  const found = kind.find(quick);
  let states = NOTHING_KNOWN;
  let more: JsonObject[] = [];
  try {
    const rows = rowsOf(found);
    states = await options.states.page(
      [...rows.flatMap(quotedIn), ...[...found.extras, ...found.reminders].map(idOf)],
      found.messages.map(keyOf),
    );
    states = await withLateCopies(found, states, options);
    if (options.moreExtras) more = await options.moreExtras(objects(quick));
  } catch (error) {
    if (options.fail === 'closed') throw error;
  }
  const page = quotesOf(found, states);
  recordUnrecorded(found, states, page, options);
  const changed = maskRows(found, page, options.note);
  if (changed.size === 0 && more.length === 0) return answerText;
  const spliced =
    more.length === 0 && found.hits === null ? splice(answerText, kind, found, page, changed) : null;
  if (spliced !== null) return spliced;
  // The whole answer, with every digit of its ids.
  const exact = exactly(answerText);
  const again = kind.find(exact);
  maskRows(again, quotesOf(again, states), NO_NOTE);
  if (again.hits) return JSON.stringify(withoutRecalledHits(exact, again.hits));
  return JSON.stringify(more.length > 0 ? merged(objects(exact), more) : exact);
}

function recordUnrecorded(found: Places, states: PageStates, page: PageQuotes, { late }: MaskOptions): void {
  const { copies, recalls } = unrecorded(found.messages, states, page);
  late.record(copies, true);
  late.record(recalls, false);
}

const rowsOf = (found: Places): JsonObject[] => [...found.messages, ...found.extras, ...found.reminders];

const quotesOf = (found: Places, states: PageStates): PageQuotes =>
  pageQuotes([...found.messages, ...found.extras], states);

const kindAt = (found: Places, at: number): RowKind =>
  at < found.messages.length ? 'message' : found.extras.length > 0 ? 'extra' : 'reminder';

/** The states with those of copies that were stored after their recall and are on no page. */
async function withLateCopies(
  found: Places,
  states: PageStates,
  { late, asked }: MaskOptions,
): Promise<PageStates> {
  const onPage = new Set(found.hits === null ? found.messages.map(idOf) : []);
  const isOpen = ({ messageId }: Unplaced): boolean =>
    !onPage.has(messageId) && states.of(messageId)?.revoked !== true;
  const open = (channel: Channel | null): Unplaced[] =>
    rowsOf(found)
      .flatMap((row, at) => unplacedIn(row, kindAt(found, at), channel))
      .filter(isOpen);
  const unplaced = open(null);
  if (unplaced.length === 0) return states;
  const inNone = asked !== undefined && unplaced.some(({ channel }) => channel === null);
  const copies = await late.of(inNone ? open(await asked()) : unplaced);
  if (copies.size === 0) return states;
  return { ...states, nothing: false, of: (messageId) => copies.get(messageId) ?? states.of(messageId) };
}

/** Masks the rows in place. Answers which of them (in the order of `rowsOf`) have changed. */
function maskRows(found: Places, page: PageQuotes, note: Note): Set<number> {
  const changed = new Set<number>();
  rowsOf(found).forEach((row, at) => {
    const wasRecalled = row['revoke'] === 1;
    const noted: Note = (what) => {
      changed.add(at);
      note(what);
    };
    maskRow(row, kindAt(found, at), page, noted);
    if (!wasRecalled && row['revoke'] === 1) changed.add(at);
  });
  return changed;
}

function maskRow(row: JsonObject, kind: RowKind, page: PageQuotes, note: Note): void {
  if (kind === 'message') maskMessage(row, page, note);
  else if (kind === 'extra') maskExtra(row, page, note);
  else maskReminder(row, page, note);
}

/** The text with the changed rows written anew; null when its rows cannot be told apart in it. */
function splice(
  answerText: string,
  kind: Page,
  found: Places,
  page: PageQuotes,
  changed: ReadonlySet<number>,
): string | null {
  const spans = objectSpans(answerText, kind.depth);
  const rows = rowsOf(found);
  if (spans.length !== rows.length) return null;
  const pieces: string[] = [];
  let copied = 0;
  for (const [at, { start, end }] of spans.entries()) {
    if (!changed.has(at)) continue;
    const row = maskedText(answerText.slice(start, end), rows[at], kindAt(found, at), page);
    if (row === null) return null;
    pieces.push(answerText.slice(copied, start), row);
    copied = end;
  }
  pieces.push(answerText.slice(copied));
  return pieces.join('');
}

/** The same in bytes. */
function spliceBytes(
  body: Buffer,
  spans: readonly Span[],
  found: Places,
  page: PageQuotes,
  changed: ReadonlySet<number>,
): Buffer | null {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (const at of changed) {
    const { start, end } = spans[at] ?? { start: 0, end: 0 };
    const row = maskedText(body.toString('utf8', start, end), found.messages[at], 'message', page);
    if (row === null) return null;
    pieces.push(body.subarray(copied, start), Buffer.from(row));
    copied = end;
  }
  pieces.push(body.subarray(copied));
  return Buffer.concat(pieces);
}

/** A row without what was recalled, with every digit of its ids. Null: it is not the row it was taken for. */
function maskedText(
  text: string,
  known: JsonObject | undefined,
  kind: RowKind,
  page: PageQuotes,
): string | null {
  const row = exactly(text);
  if (!isObject(row) || idOf(row) !== idOf(known ?? {})) return null;
  maskRow(row, kind, page, NO_NOTE);
  return JSON.stringify(row);
}

const NO_NOTE: Note = () => undefined;

function withoutRecalledHits(answer: unknown, hits: readonly JsonObject[]): unknown {
  if (!isObject(answer)) return answer;
  return { ...answer, messages: hits.filter((hit) => hit['revoke'] !== 1) };
}

const versionOf = (row: JsonObject): number => Number(row['extra_version'] ?? 0);

/** Ascending by version, as TSDD's. */
function merged(rows: readonly JsonObject[], more: readonly JsonObject[]): JsonObject[] {
  const have = new Set(rows.map(idOf));
  return [...rows, ...more.filter((row) => !have.has(idOf(row)))].toSorted(
    (a, b) => versionOf(a) - versionOf(b),
  );
}

/** Parsed with exact ids; hostile nesting, which ends the stack of an exact parse, is taken out of payloads. */
function exactly(answerText: string): unknown {
  try {
    return parseExact(answerText, 'raw');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return shallow(parseExact(answerText));
  }
}

/** The same answer, its ids numbers again, its payloads of bearable depth. Walks as deep as TSDD's own keys only. */
function shallow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shallow);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === 'message_id' && typeof item === 'string' && 'message_idstr' in value)
        return [key, rawInteger(item)];
      return [key, key === 'payload' || key === 'content_edit' ? withoutDepth(item) : shallow(item)];
    }),
  );
}
