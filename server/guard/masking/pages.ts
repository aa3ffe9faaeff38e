/** The reads of TSDD that carry words of messages (tsdd-api.md 4.1, 5.2), and where in their answers they stand. */
import { parseExact, rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { PageStates, RecallStates } from '../store/recall-states.ts';
import {
  idOf,
  idsOf,
  maskExtra,
  maskMessage,
  maskReminder,
  type Note,
  pageQuotes,
  sendingOf,
  withoutDepth,
} from './mask-rows.ts';

interface Places {
  messages: JsonObject[];
  extras: JsonObject[];
  reminders: JsonObject[];
  /** The list in which hits of a search stand: recalled ones leave it. */
  hits: JsonObject[] | null;
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

const PAGES: Readonly<Record<string, (answer: unknown) => Places>> = {
  '/v1/message/channel/sync': (answer) => places({ messages: objects(keyed(answer, 'messages')) }),
  '/v1/conversation/sync': (answer) =>
    places({
      messages: objects(keyed(answer, 'conversations')).flatMap((each) => objects(each['recents'])),
    }),
  '/v1/message/sync': (answer) => places({ messages: objects(answer) }),
  '/v1/message/pinned/sync': (answer) => places({ messages: objects(keyed(answer, 'messages')) }),
  '/v1/message/extra/sync': (answer) => places({ extras: objects(answer) }),
  '/v1/message/reminder/sync': (answer) => places({ reminders: objects(answer) }),
  '/v1/search/global': (answer) => {
    const hits = objects(keyed(answer, 'messages'));
    return places({ messages: hits, hits });
  },
  '/v1/message/search': (answer) => {
    const hits = objects(keyed(answer, 'messages'));
    return places({ messages: hits, hits });
  },
};

export const PAGE_PATHS: readonly string[] = Object.keys(PAGES);

export interface MaskOptions {
  states: RecallStates;
  note: Note;
  /** While the state cannot be looked up: 'open' masks by what the rows say themselves, 'closed' throws. */
  fail: 'open' | 'closed';
  /** Rows of extra/sync that TSDD does not have; only asked for that page. */
  moreExtras?: (answer: readonly JsonObject[]) => Promise<JsonObject[]>;
}

const NOTHING_KNOWN: PageStates = { of: () => null, copy: () => null };

/**
 * The answer without what was recalled: the text itself when nothing had to be taken out, byte for byte.
 * @throws what the store throws, when `fail` is 'closed'
 */
export async function maskPage(path: string, answerText: string, options: MaskOptions): Promise<string> {
  const find = PAGES[path];
  let quick: unknown;
  try {
    quick = find === undefined ? undefined : JSON.parse(answerText);
  } catch {
    // No JSON: nothing a client could read words from, and not this guard's to mend.
    return answerText;
  }
  if (find === undefined) return answerText;
  const found = find(quick);
  const rows = [...found.messages, ...found.extras, ...found.reminders];
  let states = NOTHING_KNOWN;
  let more: JsonObject[] = [];
  try {
    states = await options.states.page(rows.flatMap(idsOf), found.messages.map(sendingOf));
    if (options.moreExtras) more = await options.moreExtras(objects(quick));
  } catch (error) {
    if (options.fail === 'closed') throw error;
  }
  const before = found.messages.length === 0 ? '' : revokeFlags(found.messages);
  let changes = more.length;
  const counted: Note = () => {
    changes += 1;
  };
  maskAll(found, states, counted);
  if (changes === 0 && before === (found.messages.length === 0 ? '' : revokeFlags(found.messages)))
    return answerText;
  // Only now with every digit of its ids.
  const exact = exactly(answerText);
  const again = find(exact);
  maskAll(again, states, options.note);
  if (again.hits) return JSON.stringify(withoutRecalledHits(exact, again.hits));
  return JSON.stringify(more.length > 0 ? merged(objects(exact), more) : exact);
}

const revokeFlags = (rows: readonly JsonObject[]): string =>
  rows.map((row) => (row['revoke'] === 1 ? '1' : '0')).join('');

function maskAll(found: Places, states: PageStates, note: Note): void {
  const page = pageQuotes([...found.messages, ...found.extras], states);
  for (const row of found.messages) maskMessage(row, page, note);
  for (const row of found.extras) maskExtra(row, page, note);
  for (const row of found.reminders) maskReminder(row, page, note);
}

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
