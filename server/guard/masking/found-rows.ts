/** The rows of a page as objects: what they name, what is known of them, and what of them is taken out. */
import { parseExact, rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { LateCopies, Unplaced } from '../recall/late-copies.ts';
import type { PageStates } from '../store/page-states.ts';
import type { RecallStates } from '../store/recall-states.ts';
import {
  idOf,
  maskExtra,
  maskMessage,
  maskReminder,
  type Note,
  type Page as PageQuotes,
  pageQuotes,
  type RowKind,
  unplacedIn,
  unrecorded,
  withoutDepth,
} from './mask-rows.ts';

export interface Places {
  messages: JsonObject[];
  extras: JsonObject[];
  reminders: JsonObject[];
  /** The list in which hits of a search stand: recalled ones leave it. */
  hits: JsonObject[] | null;
  /** Ids of all messages of the page, where `messages` are not all of them. */
  onPage?: () => string[];
}

export const places = (found: Partial<Places>): Places => ({
  messages: [],
  extras: [],
  reminders: [],
  hits: null,
  ...found,
});

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

export function recordUnrecorded(
  found: Places,
  states: PageStates,
  page: PageQuotes,
  { late }: MaskOptions,
): void {
  const { copies, recalls } = unrecorded(found.messages, states, page);
  late.record(copies, true);
  late.record(recalls, false);
}

export const rowsOf = (found: Places): JsonObject[] => [
  ...found.messages,
  ...found.extras,
  ...found.reminders,
];

export const quotesOf = (found: Places, states: PageStates): PageQuotes =>
  pageQuotes([...found.messages, ...found.extras], states);

export const kindAt = (found: Places, at: number): RowKind =>
  at < found.messages.length ? 'message' : found.extras.length > 0 ? 'extra' : 'reminder';

function remembered<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

/** The states with those of copies that were stored after their recall and are on no page. */
export async function withLateCopies(
  found: Places,
  states: PageStates,
  { late, asked }: MaskOptions,
): Promise<PageStates> {
  const onPage = remembered(
    () => new Set(found.hits === null ? (found.onPage?.() ?? found.messages.map(idOf)) : []),
  );
  const isOpen = ({ messageId }: Unplaced): boolean =>
    states.of(messageId)?.revoked !== true && !onPage().has(messageId);
  const open = (channel: Channel | null): Unplaced[] =>
    rowsOf(found)
      .flatMap((row, at) => unplacedIn(row, kindAt(found, at), channel))
      .filter(isOpen);
  const unplaced = open(null);
  if (unplaced.length === 0) return states;
  const inNone = asked !== undefined && unplaced.some(({ channel }) => channel === null);
  const copies = await late.of(inNone ? open(await asked()) : unplaced);
  if (copies.size === 0) return states;
  return {
    nothing: false,
    of: (messageId) => copies.get(messageId) ?? states.of(messageId),
    copy: (sending) => states.copy(sending),
  };
}

/** Masks the rows in place. Answers which of them (in the order of `rowsOf`) have changed. */
export function maskRows(found: Places, page: PageQuotes, note: Note): Set<number> {
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

/** A row without what was recalled, with every digit of its ids. Null: it is not the row it was taken for. */
export function maskedText(
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

export const NO_NOTE: Note = () => undefined;

/** Parsed with exact ids; hostile nesting, which ends the stack of an exact parse, is taken out of payloads. */
export function exactly(answerText: string): unknown {
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
