/** The reads of TSDD that carry words of messages (tsdd-api.md 4.1, 5.2), and where in their answers they stand. */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { PageStates } from '../store/page-states.ts';
import {
  exactly,
  kindAt,
  maskedText,
  type MaskOptions,
  maskRows,
  NO_NOTE,
  type Places,
  places,
  quotesOf,
  recordUnrecorded,
  rowsOf,
  withLateCopies,
} from './found-rows.ts';
import { maskFramed } from './framed-pages.ts';
import { idOf, keyOf, type Page as PageQuotes, quotedIn } from './mask-rows.ts';
import { objectSpans } from './row-spans.ts';
import { type Frame, type FramedRows, framedRows } from './whole-pages.ts';

interface Page {
  find: (answer: unknown) => Places;
  /** How many brackets deep its rows lie in arrays. */
  depth: number;
  /** Where most of them can be told from their bytes. */
  frame?: Frame;
}

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const keyed = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const inMessages = (answer: unknown): Places => places({ messages: objects(keyed(answer, 'messages')) });
/** TSDD's own search of messages answers with the hits alone. */
const hitsOf = (answer: unknown): Places => {
  const hits = objects(Array.isArray(answer) ? answer : keyed(answer, 'messages'));
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
  // Left from before the above; a WuKongIM of today does not have what it asks for.
  '/v1/coversations': {
    find: (answer) =>
      places({
        messages: objects(keyed(answer, 'conversations')).flatMap(({ last_message }) =>
          objects([last_message]),
        ),
      }),
    depth: 3,
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

const BYTE_ORDER_MARK = '\u{feff}';
const NOTHING_KNOWN: PageStates = { nothing: true, of: () => null, copy: () => null };

/** The rows of a page told from its bytes; null when they cannot be. */
export function rowsIn(path: string, body: Buffer): FramedRows | null {
  const frame = PAGES[path]?.frame;
  return frame === undefined ? null : framedRows(frame, body);
}

/**
 * The answer without what was recalled: the very bytes when nothing had to be taken out. `rows`: what `rowsIn` says.
 * @throws what the store throws, when `fail` is 'closed'
 */
export async function maskBody(
  path: string,
  body: Buffer,
  options: MaskOptions,
  rows = rowsIn(path, body),
): Promise<Buffer> {
  const masked = rows === null ? null : await maskFramed(rows, body, options);
  if (masked !== null) return masked;
  const written = body.toString('utf8');
  // Most clients read JSON behind a byte order mark; JSON.parse does not.
  const text = written.startsWith(BYTE_ORDER_MARK) ? written.slice(BYTE_ORDER_MARK.length) : written;
  const result = await maskPage(path, text, options);
  // Decoding could have changed what is no UTF-8.
  return result === text ? body : Buffer.from(result);
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

function withoutRecalledHits(answer: unknown, hits: readonly JsonObject[]): unknown {
  const left = hits.filter((hit) => hit['revoke'] !== 1);
  return isObject(answer) ? { ...answer, messages: left } : left;
}

const versionOf = (row: JsonObject): number => Number(row['extra_version'] ?? 0);

/** Ascending by version, as TSDD's. */
function merged(rows: readonly JsonObject[], more: readonly JsonObject[]): JsonObject[] {
  const have = new Set(rows.map(idOf));
  return [...rows, ...more.filter((row) => !have.has(idOf(row)))].toSorted(
    (a, b) => versionOf(a) - versionOf(b),
  );
}
