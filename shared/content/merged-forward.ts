/**
 * Merged forwards (type 11, tsdd-api.md 6.2): copies of messages in one message, which may be such messages themselves.
 * Anybody can write one, so nothing of their form is believed: what is kept is on a list, and is bounded. Pure.
 */
import { isObject, type JsonObject } from '../json.ts';
import { cutText } from '../text-cut.ts';

export const MERGE_FORWARD = 11;

/** Entries of one message, those of all its levels together: what is more is counted and not kept. */
export const MOST_FORWARDED = 1_000;
/** A forward may hold forwards. What lies deeper was not made by a client. */
export const DEEPEST_FORWARD = 8;
const MOST_USERS = 200;
const LONGEST_VALUE = 100;

/** How the stored payload of one begins: `keptOfForward` puts its type first. */
const BEGINNING = `{"type":${MERGE_FORWARD},`;

/** Of the message itself; beside these only `users` and `msgs` are kept. */
const OWN_FIELDS = ['channel_type', 'reply', 'visibles', 'flame', 'flame_second'];

/** Ids as servers make them (int64). */
const MESSAGE_ID = /^-?\d{1,19}$/;

export const isForward = (payload: JsonObject | null): boolean => payload?.['type'] === MERGE_FORWARD;

/** Whether a stored payload (JSON) is one. */
export const isForwardText = (payload: string | null): boolean => payload?.startsWith(BEGINNING) === true;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function usersOf(users: unknown): JsonObject[] {
  if (!Array.isArray(users)) return [];
  return users
    .slice(0, MOST_USERS)
    .filter(isObject)
    .flatMap(({ uid, name }) =>
      typeof uid === 'string' && uid !== '' && uid.length <= LONGEST_VALUE
        ? [{ uid, name: typeof name === 'string' ? cutText(name, LONGEST_VALUE) : '' }]
        : [],
    );
}

/** Entries that may still be kept, over all levels. */
interface Room {
  left: number;
}

/**
 * The payload of a merged forward as it may be stored: ids, senders, times and payloads, within bounds. `left_out`: how
 * many entries of a level are not kept. Doing it again changes nothing. `ownWords`: what is kept of an entry's payload
 * that is no forward.
 */
export function keptOfForward(
  payload: JsonObject,
  ownWords: (payload: JsonObject) => JsonObject,
): JsonObject {
  return keptOf(payload, ownWords, 1, { left: MOST_FORWARDED });
}

function keptOf(
  payload: JsonObject,
  ownWords: (payload: JsonObject) => JsonObject,
  depth: number,
  room: Room,
): JsonObject {
  const kept: JsonObject = { type: MERGE_FORWARD };
  for (const field of OWN_FIELDS) if (field in payload) kept[field] = payload[field];
  const { msgs, left_out: before } = payload;
  kept['users'] = usersOf(payload['users']);
  // (Beyond the deepest level there is no telling what was in it.)
  if (!Array.isArray(msgs) || depth > DEEPEST_FORWARD) return kept;
  const entries = msgs.filter(isObject);
  const taken = entries.slice(0, room.left);
  room.left -= taken.length;
  kept['msgs'] = taken.map((entry) =>
    keptOfEntry(entry, (one) => {
      return isForward(one) ? keptOf(one, ownWords, depth + 1, room) : ownWords(one);
    }),
  );
  const leftOut = entries.length - taken.length + (isCount(before) ? before : 0);
  if (isCount(leftOut)) kept['left_out'] = leftOut;
  return kept;
}

function keptOfEntry(entry: JsonObject, ownWords: (payload: JsonObject) => JsonObject): JsonObject {
  const { message_id: id, from_uid: from, timestamp, payload } = entry;
  const messageId = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  const kept: JsonObject = {};
  if (typeof messageId === 'string' && MESSAGE_ID.test(messageId)) kept['message_id'] = messageId;
  if (typeof from === 'string') kept['from_uid'] = cutText(from, LONGEST_VALUE);
  if (typeof timestamp === 'number' && Number.isFinite(timestamp)) kept['timestamp'] = timestamp;
  if (isObject(payload)) kept['payload'] = ownWords(payload);
  else if (entry['recalled'] === 1) kept['recalled'] = 1;
  return kept;
}

/** Entries of one level, as they are stored. */
export const entriesOf = ({ msgs }: JsonObject): JsonObject[] =>
  Array.isArray(msgs) ? msgs.filter(isObject) : [];

/** What stands for an entry: another one, itself, or nothing. */
type Change = (entry: JsonObject, id: string) => JsonObject | null;

/**
 * The payload with its entries changed, those of the forwards in it first. The same object when nothing changes. Below
 * the deepest level, which is not kept either, nothing is looked at: what arrives may be as deep as its sender likes.
 */
export function mapEntries(payload: JsonObject, change: Change, depth = 1): JsonObject {
  if (depth > DEEPEST_FORWARD || !isForward(payload) || !Array.isArray(payload['msgs'])) return payload;
  const before = entriesOf(payload);
  const after = before.flatMap((entry) => {
    const inner = isObject(entry['payload'])
      ? mapEntries(entry['payload'], change, depth + 1)
      : entry['payload'];
    const next = inner === entry['payload'] ? entry : { ...entry, payload: inner };
    return change(next, idOf(entry)) ?? [];
  });
  const isSame = after.length === before.length && after.every((entry, at) => entry === before[at]);
  return isSame ? payload : { ...payload, msgs: after };
}

const idOf = ({ message_id: id }: JsonObject): string => (typeof id === 'string' ? id : '');

/** Ids of the messages that it holds copies of, whatever is left of these. */
export function forwardedIds(payload: JsonObject): Set<string> {
  const ids = new Set<string>();
  mapEntries(payload, (entry, id) => {
    if (id !== '') ids.add(id);
    return entry;
  });
  return ids;
}

/** Ids of entries that are blank because their message was recalled. */
export function blankedIds(payload: JsonObject): string[] {
  const ids = new Set<string>();
  mapEntries(payload, (entry, id) => {
    if (entry['recalled'] === 1) ids.add(id);
    return entry;
  });
  return [...ids];
}

/**
 * Entries whose message was recalled say nothing any more: id, sender and time stay, so that the line in their place
 * stands where they did.
 */
export function blankRecalled(payload: JsonObject, recalled: ReadonlySet<string>): JsonObject {
  if (recalled.size === 0) return payload;
  return mapEntries(payload, (entry, id) => {
    if (!recalled.has(id) || entry['recalled'] === 1) return entry;
    const { payload: _words, ...kept } = entry;
    return { ...kept, recalled: 1 };
  });
}

/** For a copy that has not been sent: what was recalled does not go along, and neither does what it left empty. */
export const withoutEntries = (payload: JsonObject, gone: ReadonlySet<string>): JsonObject =>
  mapEntries(payload, (entry, id) => (gone.has(id) || !hasWords(entry) ? null : entry));

function hasWords({ payload }: JsonObject): boolean {
  return isObject(payload) && !(isForward(payload) && entriesOf(payload).length === 0);
}

/** What the entries of these messages say. */
export function wordsOfEntries(payload: JsonObject, of: ReadonlySet<string>): unknown[] {
  const words: unknown[] = [];
  mapEntries(payload, (entry, id) => {
    if (of.has(id) && isObject(entry['payload'])) words.push(entry['payload']);
    return entry;
  });
  return words;
}
