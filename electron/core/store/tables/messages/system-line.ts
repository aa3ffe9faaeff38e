/**
 * What is kept of a system line (types 1000-2000). The server makes these lines itself, and some of them say what a
 * message says: a pin on TSDD posts `{0} 置顶了` with the pinned words (tsdd-api.md 12). A recall of that message reaches
 * no copy that a server wrote into another one, so such words are never stored: every system line goes through
 * `keptOfSystemLine` before it becomes a row, whichever way it came. Kept is what is on a list: wordings
 * (`system-wordings.ts`), the names in them, ids. Of a line in other words only its type is kept, and what that says.
 */
import { LONGEST_LINE, isSystemType } from '../../../../../shared/content/system-lines.ts';
import { isObject, type JsonObject } from '../../../../../shared/json.ts';
import { cutText } from '../../../../../shared/text-cut.ts';
import { knownLine, LONGEST_VALUE, type Person } from './system-wordings.ts';

/** Every field that is stored of a system line, in this order: rows are compared as they are stored. */
export const SYSTEM_FIELDS = [
  'type',
  /** A known wording. */
  'content',
  /** The people it names. */
  'extra',
  /** What the group is called now, where the wording says it. */
  'data',
  /** Ids of the message it is about. */
  'reply',
  /** Who acted, where the wording names him without a placeholder. */
  'from_uid',
  'from_name',
  'creator',
  'creator_name',
  /** Of an invitation to confirm. */
  'invite_no',
  /** Set here: which of the lines that this client words itself it is. */
  'tip',
] as const;

const INVITATION = 1009;
const TIP = 2000;
const MOST_PEOPLE = 1_000;

export const PIN_TIP = 'pin';

const isValue = (value: unknown): value is string | number =>
  typeof value === 'number' || typeof value === 'string';

const isId = (value: unknown): value is string => typeof value === 'string' && /^\S{1,100}$/.test(value);

const short = (value: string): string => cutText(value, LONGEST_VALUE);

const nameOf = (value: unknown): string => (typeof value === 'string' ? short(value) : '');

/** A name without an id may be anything: it is no person's. `null` keeps the places of the others. */
function peopleOf(extra: unknown): Person[] {
  if (!Array.isArray(extra)) return [];
  return extra.slice(0, MOST_PEOPLE).map((entry: unknown) => {
    if (!isObject(entry) || !isId(entry['uid'])) return null;
    return { uid: entry['uid'], name: nameOf(entry['name']) };
  });
}

/** The ids by which a message is found: of a quote, and of the message a system line is about. */
export function referenceOf(reply: JsonObject): JsonObject {
  return valuesOf(reply, REFERENCE);
}

const REFERENCE = ['message_id', 'message_seq', 'from_uid', 'from_name', 'root_message_id', 'root_mid'];

/** The named ones of an object's fields, as far as they are ids, numbers or names. */
export function valuesOf(object: JsonObject, names: readonly string[]): JsonObject {
  const kept: JsonObject = {};
  for (const name of names) {
    const value = object[name];
    if (isValue(value)) kept[name] = typeof value === 'string' ? short(value) : value;
  }
  return kept;
}

/**
 * Whether it is meant as the type of a system line, however it is written (`"2000"`, `[2000]`, `2000.5`): what is none
 * is shown as unsupported, and has no words to keep either.
 */
export const claimsSystemType = (type: unknown): boolean =>
  isSystemType(typeof type === 'string' || Array.isArray(type) ? Number(type) : type);

/** The payload of a system line as it may be stored. Doing it again changes nothing. */
export function keptOfSystemLine(payload: JsonObject): JsonObject {
  const { type, content, reply, invite_no: inviteNo } = payload;
  if (!isSystemType(type) || !Number.isSafeInteger(type)) return {};
  const kept: JsonObject = { type, ...(typeof content === 'string' && lineOf(type, content, payload)) };
  const reference = messageIdsOf(reply);
  if (reference) kept['reply'] = reference;
  if (type === INVITATION && typeof inviteNo === 'string' && /^[\w-]{1,64}$/.test(inviteNo))
    kept['invite_no'] = inviteNo;
  return Object.fromEntries(
    SYSTEM_FIELDS.flatMap((name) => (name in kept ? [[name, kept[name]] as const] : [])),
  );
}

/** Digits and a number: nothing else in a reference is needed here. */
function messageIdsOf(reply: unknown): JsonObject | null {
  if (!isObject(reply)) return null;
  const { message_id: id, message_seq: seq } = reply;
  if (typeof id !== 'string' || !/^\d{1,19}$/.test(id)) return null;
  return {
    message_id: id,
    ...(typeof seq === 'number' && { message_seq: seq }),
  };
}

const ACTORS = [
  ['from_uid', 'from_name'],
  ['creator', 'creator_name'],
] as const;

function lineOf(type: number, content: string, payload: JsonObject): JsonObject | null {
  const people = peopleOf(payload['extra']);
  const pin = type === TIP ? pinLine(payload, people, content) : null;
  if (pin) return pin;
  const { data } = payload;
  const groupName = isObject(data) && typeof data['name'] === 'string' ? data['name'] : null;
  // A line without an actor's name is tried once.
  const named = ACTORS.filter(([, name]) => nameOf(payload[name]) !== '');
  for (const [uidField, nameField] of named.length > 0 ? named : ACTORS.slice(0, 1)) {
    const actor = nameOf(payload[nameField]);
    const line = knownLine(content, { type, people, actor, groupName });
    if (!line || line.content.length > LONGEST_LINE) continue;
    const uid = payload[uidField];
    return {
      content: line.content,
      ...(line.extra.length > 0 && { extra: line.extra }),
      ...(line.groupName !== null && { data: { name: line.groupName } }),
      ...(line.namesActor && {
        ...(isId(uid) && { [uidField]: uid }),
        [nameField]: actor,
      }),
    };
  }
  return null;
}

const PIN = /^(?:\{0\} ?)?(?:(取消)?置顶了|(un)?pinned\b)/i;

/** Worded anew, whatever the server wrote: what follows are the words of a message, or the name of its kind. */
function pinLine(payload: JsonObject, [first]: readonly Person[], content: string): JsonObject | null {
  const found = PIN.exec(content);
  if (!found) return null;
  const { from_uid: uid, from_name: name } = payload;
  const who = first ?? (isId(uid) ? { uid, name: nameOf(name) } : null);
  const by = who ? '{0} ' : '';
  const extra = who ? [who] : [];
  if (found[1] || found[2]) return { content: `${by}取消置顶了一条消息`, extra };
  return { content: `${by}置顶了一条消息`, extra, tip: PIN_TIP };
}
