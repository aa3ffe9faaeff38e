/**
 * Payload safety. Any member can store any bytes in a channel; one odd payload must neither break a page for everybody
 * nor reach a client that would crash on it (tsdd-api.md 5.2, 6.2, 11.3). Reads neutralise, writes through this server
 * refuse.
 */
import { refusal } from '../http/errors.ts';
import { parseExact } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject, nestingDepth } from '../../../shared/json.ts';

/** TSDD's type for content that cannot be read (wukongim.md F). */
export const UNREADABLE_TYPE = 97;
const MERGE_FORWARD = 11;
const MAX_DEPTH = 40;
const SYSTEM_FIRST = 1000;
const SYSTEM_LAST = 2000;
const CMD = 99;
const RECALL_NOTICE = 1006;

const isType = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** What is wrong with a payload's cross-cutting keys: the offending key, or null. */
function faultOf(payload: JsonObject): string | null {
  if (!isType(payload['type'])) return 'type';
  if ('visibles' in payload && !isStrings(payload['visibles'])) return 'visibles';
  if ('invisibles' in payload && !isStrings(payload['invisibles'])) return 'invisibles';
  if ('mention' in payload && !isMention(payload['mention'])) return 'mention';
  if ('reply' in payload && !isReply(payload['reply'])) return 'reply';
  return null;
}

function isMention(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    ('all' in value ? typeof value['all'] === 'number' : true) &&
    ('uids' in value ? isStrings(value['uids']) : true)
  );
}

function isReply(value: unknown): boolean {
  if (!isObject(value) || typeof value['message_id'] !== 'string') return false;
  const quoted = value['payload'];
  return isObject(quoted) && faultOf(quoted) === null;
}

/**
 * Type of a command or recall notice, however deep its parameters are: as "unreadable" it would become a line of the
 * chat.
 */
function hiddenTypeOf(text: string): number | null {
  const value: unknown = JSON.parse(text);
  const type = isObject(value) ? value['type'] : null;
  return type === CMD || type === RECALL_NOTICE ? type : null;
}

/**
 * Decodes a stored payload for a DTO. Total: whatever cannot be understood becomes type 97, wrong-shaped keys are taken
 * out.
 */
export function readPayload(base64: string | null | undefined): JsonObject {
  const text = Buffer.from(base64 ?? '', 'base64').toString('utf8');
  let value: unknown;
  try {
    if (isTooDeep(text)) return { type: hiddenTypeOf(text) ?? UNREADABLE_TYPE };
    value = parseExact(text, 'raw');
  } catch {
    return { type: UNREADABLE_TYPE };
  }
  return isObject(value) ? neutralised(value) : { type: UNREADABLE_TYPE };
}

function neutralised(payload: JsonObject): JsonObject {
  if (!isType(payload['type'])) return { type: UNREADABLE_TYPE };
  const clean: JsonObject = { ...payload };
  for (const key of ['visibles', 'invisibles']) {
    if (key in clean && !isStrings(clean[key])) delete clean[key];
  }
  if ('mention' in clean && !isMention(clean['mention'])) delete clean['mention'];
  if ('reply' in clean) {
    const reply = clean['reply'];
    if (!isObject(reply) || typeof reply['message_id'] !== 'string') delete clean['reply'];
    // Clients render reply.payload without looking whether it is there.
    else
      clean['reply'] = {
        ...reply,
        payload: isObject(reply['payload']) ? neutralised(reply['payload']) : { type: 1, content: '' },
      };
  }
  // TSDD web iterates these.
  if (clean['type'] === MERGE_FORWARD) {
    for (const key of ['users', 'msgs']) {
      if (!Array.isArray(clean[key])) clean[key] = [];
    }
  }
  return clean;
}

/** Letters of an account's name at TSDD. */
const LONGEST_UID = 40;

/** Whether a mention names what is no account: with it TSDD loses the reminders of everybody who was mentioned then. */
function namesNobody({ mention }: JsonObject): boolean {
  const uids = isObject(mention) ? mention['uids'] : null;
  return isStrings(uids) && uids.some((uid) => uid.length > LONGEST_UID);
}

/** TSDD's own robot. The name stands in its code, whatever its configuration calls the system's account. */
const SYSTEM_ROBOT = 'u_10000';

/**
 * The key by which a message ends a TSDD process, or null (tsdd-api.md 6.2). Nobody catches what fails in its webhook,
 * and WuKongIM tells the next process of the same message. Only the message itself is read there, no quote in it.
 */
function deadlyKey(payload: JsonObject): string | null {
  if ('cmd' in payload && typeof payload['cmd'] !== 'string') return 'cmd';
  return payload['robot_id'] === SYSTEM_ROBOT && !isRobotCommand(payload) ? 'entities' : null;
}

/**
 * Whether TSDD can cut the command out of the text. It takes `length` for its end, so that only one that begins the
 * text is certain to be in it; and it reads `4e0` as 0, which nobody can tell from 4 here.
 */
function isRobotCommand({ content, entities }: JsonObject): boolean {
  const letters = typeof content === 'string' ? Array.from(content).length : 0;
  const isInText = (entity: unknown): boolean => {
    if (!isObject(entity)) return false;
    const { type, offset, length } = entity;
    if (type !== 'bot_command') return true;
    return (
      offset === 0 &&
      typeof length === 'number' &&
      Number.isInteger(length) &&
      length >= 0 &&
      length <= letters
    );
  };
  return Array.isArray(entities) && entities.every(isInText);
}

/**
 * What is wrong with a payload that a client wrote, or null: the offending key, `system` when it speaks as the system
 * (a command or a line of type 1000 to 2000).
 */
export function clientPayloadFault(payload: JsonObject): string | null {
  const fault = faultOf(payload) ?? deadlyKey(payload) ?? (namesNobody(payload) ? 'mention' : null);
  if (fault !== null) return fault;
  const type = payload['type'];
  return type === CMD || (isType(type) && type >= SYSTEM_FIRST && type <= SYSTEM_LAST) ? 'system' : null;
}

/** Checks a payload someone hands to this server. Throws a 400 that names the key. */
export function requireSafePayload(payload: unknown, field: string): JsonObject {
  if (!isObject(payload)) throw refusal(`消息内容格式有误！字段 ${field}: 必须是对象`, 'bad_payload');
  const fault = clientPayloadFault(payload);
  if (fault === 'system')
    throw refusal(`消息内容格式有误！字段 ${field}.type: 不允许的消息类型`, 'bad_payload');
  if (fault !== null) throw refusal(`消息内容格式有误！字段 ${field}.${fault}`, 'bad_payload');
  return payload;
}

/** Nested deeper than any client writes: reading it again would end somebody's stack. */
export const isTooDeep = (text: string): boolean => nestingDepth(text) > MAX_DEPTH;

/** Parses the JSON text of a payload; see requireSafePayload. */
export function parseSafePayload(text: string, field: string): JsonObject {
  let value: unknown;
  try {
    if (isTooDeep(text)) throw new SyntaxError('nested too deeply');
    value = JSON.parse(text);
  } catch {
    throw refusal(`消息内容格式有误！字段 ${field}: 不是有效的 JSON`, 'bad_payload');
  }
  return requireSafePayload(value, field);
}

/**
 * The payload of a message nobody may read any more: its type (clients choose the bubble by it) and who could see it,
 * nothing else.
 */
export function blankPayload(payload: JsonObject, knownType = 0): JsonObject {
  const own = payload['type'];
  const type = isType(own) && own !== UNREADABLE_TYPE ? own : knownType || UNREADABLE_TYPE;
  return {
    type,
    content: '',
    ...(type === MERGE_FORWARD ? { users: [], msgs: [] } : {}),
    ...(type >= SYSTEM_FIRST && type <= SYSTEM_LAST ? { extra: [] } : {}),
    ...('visibles' in payload ? { visibles: payload['visibles'] } : {}),
  };
}

/** Messages of which one payload may hold copies in merged forwards: what is more no client keeps. */
const MOST_COPIES = 1_000;
/** A forward may hold forwards; deeper ones no client makes, nor shows. */
const DEEPEST_FORWARD = 8;

/** The copies in a merged forward (tsdd-api.md 6.2); none in anything else. */
function copiesIn(payload: JsonObject): unknown[] {
  const msgs = payload['type'] === MERGE_FORWARD ? payload['msgs'] : null;
  return Array.isArray(msgs) ? msgs : [];
}

/** A message that a payload holds a copy of, with the author it is said to have; '' = none is said. */
export interface HeldCopy {
  messageId: string;
  fromUid: string;
}

/** The messages a payload holds copies of: quoted, also quotes in quotes, and forwarded as one, also in forwards. */
export function heldCopies(payload: JsonObject): HeldCopy[] {
  const held: HeldCopy[] = [];
  let copies = 0;
  const add = (copy: JsonObject): void => {
    const [messageId, fromUid] = [copy['message_id'], copy['from_uid']];
    if (typeof messageId === 'string')
      held.push({ messageId, fromUid: typeof fromUid === 'string' ? fromUid : '' });
  };
  const walk = (from: JsonObject, depth: number): void => {
    for (let each: unknown = from; isObject(each);) {
      for (const copy of depth > 0 ? copiesIn(each) : []) {
        if (!isObject(copy) || (copies += 1) > MOST_COPIES) continue;
        add(copy);
        if (isObject(copy['payload'])) walk(copy['payload'], depth - 1);
      }
      const reply: unknown = each['reply'];
      if (!isObject(reply)) return;
      add(reply);
      each = reply['payload'];
    }
  };
  walk(payload, DEEPEST_FORWARD);
  return held;
}

/** Their ids. */
export const quotedIds = (payload: JsonObject): string[] =>
  heldCopies(payload).map(({ messageId }) => messageId);

/** What a quote of a message shows instead of the embedded copy; undefined = keep it. */
export type QuoteReplacement = (messageId: string) => { blank: true } | { payload: JsonObject } | undefined;

/**
 * A payload whose copies follow what became of their messages: quotes show their edits, too; what was forwarded stays
 * as it was sent until it is recalled.
 */
export function withQuotes(
  payload: JsonObject,
  replacement: QuoteReplacement,
  depth = DEEPEST_FORWARD,
): JsonObject {
  const copies = depth > 0 ? copiesIn(payload) : [];
  const own: JsonObject =
    copies.length === 0
      ? payload
      : { ...payload, msgs: copies.map((copy) => forwardedCopy(copy, replacement, depth)) };
  const reply = own['reply'];
  if (!isObject(reply)) return own;
  const quoted = isObject(reply['payload']) ? reply['payload'] : { type: 1, content: '' };
  const id = reply['message_id'];
  const change = typeof id === 'string' ? replacement(id) : undefined;
  const next = change === undefined ? quoted : 'blank' in change ? blankPayload(quoted) : change.payload;
  return { ...own, reply: { ...reply, payload: withQuotes(next, replacement, depth) } };
}

function forwardedCopy(copy: unknown, replacement: QuoteReplacement, depth: number): unknown {
  if (!isObject(copy)) return copy;
  const payload = isObject(copy['payload']) ? copy['payload'] : null;
  const id = copy['message_id'];
  const change = typeof id === 'string' ? replacement(id) : undefined;
  if (change !== undefined && 'blank' in change) return { ...copy, payload: blankPayload(payload ?? {}) };
  return payload === null ? copy : { ...copy, payload: withQuotes(payload, replacement, depth - 1) };
}

export function isVisibleTo(payload: JsonObject, uid: string): boolean {
  const visibles = payload['visibles'];
  return !isStrings(visibles) || visibles.length === 0 || visibles.includes(uid);
}
