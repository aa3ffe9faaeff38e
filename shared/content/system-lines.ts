/**
 * Who may speak as the system. Any member can send any payload through the socket (wukongim.md F.1), so a type of 1000
 * to 2000 is a system line only from the server's own senders, or when it is one of the few tips that TSDD posts under
 * a user's uid (tsdd-api.md 6.2). Whoever else sends one has sent a message that nobody understands.
 */
import { shownName, withoutInvisible } from '../display-name.ts';
import { isObject, type JsonObject } from '../json.ts';
import { cutText, cutWithMark } from '../text-cut.ts';

/** What is known of a message beside its payload, which alone does not say who speaks. */
export interface Envelope {
  fromUid: string;
  channelType: number;
  /** The sender as this account calls him; '' while that is not known. Asked, like the role, only for such tips. */
  fromName?: () => string;
  /** The sender's role in the group now; null while unknown. */
  fromRole?: () => number | null;
}

/** A piece of a system line: literal (`uid` null) or a name. `more`: it stands for so many further names. */
export interface SystemPart {
  text: string;
  uid: string | null;
  more?: number;
}

/** The first name in a line; '' when it names nobody. */
export const namedIn = (parts: readonly SystemPart[]): string =>
  parts.find(({ uid }) => uid !== null)?.text ?? '';

/** The server's own sender ids (wukongim.md C.3; TSDD's system user). Names are no ids: anybody may be called so. */
const SYSTEM_UIDS: ReadonlySet<string> = new Set(['', '____system', 'u_10000']);

export const isSystemUid = (uid: string): boolean => SYSTEM_UIDS.has(uid);

/** Somebody's phone says that he took a picture of the chat: a line of its own, and nobody's but the sender's. */
export const SCREENSHOT = 20;
/** As TSDD's clients word it; the name stands before it. */
const TOOK_SCREENSHOT = '在聊天中截屏了';

/** Types of system lines, from here to `SYSTEM_LAST`. */
export const SYSTEM_FIRST = 1000;
const SYSTEM_LAST = 2000;
const TIP = 2000;
const INVITATION = 1009;

export const isSystemType = (type: unknown): type is number =>
  typeof type === 'number' && type >= SYSTEM_FIRST && type <= SYSTEM_LAST;

const PERSON_CHAT = 1;
const OWNER = 1;
const MANAGER = 2;

/**
 * What a line says of which no words are kept: its type alone. `system` is about the group; the kinds are those of
 * `ContentKind`.
 */
export function noticeKind(type: number): 'system' | 'noticeMembers' | 'noticeSystem' {
  if (MEMBER_LINES.has(type)) return 'noticeMembers';
  return GROUP_LINES.has(type) ? 'system' : 'noticeSystem';
}

/** Somebody came, went, or was made to (tsdd-api.md 6.2). */
const MEMBER_LINES: ReadonlySet<number> = new Set([1001, 1002, 1003, 1007, 1010, 1020, 1021]);
/** Name, notice, rules, owner, invitations. */
const GROUP_LINES: ReadonlySet<number> = new Set([1005, 1008, 1009, 1022]);

export interface SystemLine {
  parts: SystemPart[];
  /** A line that this client words itself, with the name in `parts`: its own words are never shown. */
  tip?: 'pin';
  /** The invitation it asks owner and managers to confirm (type 1009). */
  inviteNo?: string;
}

/** What a system line says; null when this sender may not speak as the system in this way. */
export function systemLine(type: number, payload: JsonObject, envelope: Envelope): SystemLine | null {
  if (type === SCREENSHOT) return screenshot(payload, envelope);
  if (!isSystemType(type)) return null;
  if (isSystemUid(envelope.fromUid)) return serverLine(payload);
  return type === TIP ? userTip(payload, envelope) : null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Who it was says the envelope; the payload counts only where the server itself speaks. */
function screenshot(payload: JsonObject, { fromUid, fromName }: Envelope): SystemLine {
  const bySystem = isSystemUid(fromUid);
  const uid = bySystem ? text(payload['from_uid']) : fromUid;
  const name = (!bySystem && fromName?.()) || nameOf(payload['from_name'], uid);
  return {
    parts: [
      { text: cutText(name, LONGEST_NAME), uid },
      { text: TOOK_SCREENSHOT, uid: null },
    ],
  };
}

function serverLine(payload: JsonObject): SystemLine {
  const content = text(payload['content']);
  if (isPin(payload)) return { parts: splitNames('{0}', payload['extra']), tip: 'pin' };
  const parts = shortened(withActor(content, payload));
  const inviteNo = payload['type'] === INVITATION ? text(payload['invite_no']) : '';
  return {
    parts: parts.some((part) => part.text.trim() !== '') ? parts : [],
    ...(/^[\w-]{1,64}$/.test(inviteNo) && { inviteNo }),
  };
}

/**
 * TSDD writes the name of who acted into the text itself and once more beside it ("Alice邀请{0}加入群聊", `from_name`):
 * that is a name as well, and a `{0}` inside it no placeholder.
 */
function withActor(content: string, payload: JsonObject): SystemPart[] {
  for (const [name, uid] of [
    ['from_name', 'from_uid'],
    ['creator_name', 'creator'],
  ] as const) {
    const actor = text(payload[name]);
    if (actor === '' || !content.startsWith(actor)) continue;
    return [
      { text: nameOf(actor, payload[uid]), uid: text(payload[uid]) },
      ...splitNames(content.slice(actor.length), payload['extra']),
    ];
  }
  return splitNames(content, payload['extra']);
}

const FRIENDS_NOW = '我们已经是好友了，可以愉快的聊天了！';
/** What is pinned stands behind it, in the message's own words: a recall would not reach them there. */
export const PINNED = '{0} 置顶了';
/** Whether a line tells of a pin. `tip`: as it is stored (electron/core/store/tables/messages/system-line.ts). */
export const isPin = (payload: JsonObject): boolean =>
  payload['tip'] === 'pin' || (payload['type'] === TIP && text(payload['content']).startsWith(PINNED));

const AUTO_DELETE = /^\{0\}(设置消息在 (\d{1,6}(?:秒|分钟|小时|天|月|年)) 后自动删除)$/;

/** What fits into a packet (u32). */
export const MAX_EXPIRE_SECONDS = 0xff_ff_ff_ff;
const UNITS = [
  ['秒', 1],
  ['分钟', 60],
  ['小时', 3_600],
  ['天', 86_400],
  ['月', 2_592_000],
  ['年', 31_104_000],
] as const;

/** As TSDD writes it: whole ones of the largest unit that fits. */
export function spanInWords(seconds: number): string {
  const [unit, length] = UNITS.findLast(([, size]) => size <= seconds) ?? UNITS[0];
  return `${Math.trunc(seconds / length)}${unit}`;
}

/**
 * After how many seconds the messages of a chat are deleted, as a tip says; null when it is no such tip, or not from
 * somebody who may set it. What a user's tip says in words and in numbers has to be the same.
 */
export function autoDeleteOfTip(payload: unknown, envelope: Envelope): number | null {
  if (!isObject(payload) || payload['type'] !== TIP || !isObject(payload['data'])) return null;
  const { data_type: kind, msg_auto_delete: seconds } = payload['data'];
  if (kind !== 'autoDeleteForMessage' || typeof seconds !== 'number') return null;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_EXPIRE_SECONDS) return null;
  if (isSystemUid(envelope.fromUid)) return seconds;
  if (AUTO_DELETE.exec(text(payload['content']))?.[2] !== spanInWords(seconds)) return null;
  return userTip(payload, envelope) === null ? null : seconds;
}

/**
 * The tips that TSDD posts under the uid of whoever caused them. Nothing of such a tip is taken from its payload but
 * what the template fixes: the words are the template's, and the name is that of the sender as it is known here.
 */
function userTip(payload: JsonObject, envelope: Envelope): SystemLine | null {
  const content = text(payload['content']);
  if (content === FRIENDS_NOW)
    return envelope.channelType === PERSON_CHAT ? { parts: [{ text: FRIENDS_NOW, uid: null }] } : null;
  const claimed = nameOfOnly(payload['extra'], envelope.fromUid);
  if (claimed === null) return null;
  const name = envelope.fromName?.() || shownName(claimed, envelope.fromUid);
  const sender: SystemPart = { text: cutText(name, LONGEST_NAME), uid: envelope.fromUid };
  if (isPin(payload)) return { parts: [sender], tip: 'pin' };
  const autoDelete = AUTO_DELETE.exec(content)?.[1];
  if (autoDelete === undefined || !mayChangeSettings(envelope)) return null;
  return { parts: [sender, { text: autoDelete, uid: null }] };
}

/** The name in a list of one person, `uid`; null when it is another list. */
function nameOfOnly(extra: unknown, uid: string): string | null {
  if (!Array.isArray(extra) || extra.length !== 1) return null;
  const [entry]: unknown[] = extra;
  return isObject(entry) && entry['uid'] === uid ? text(entry['name']) : null;
}

function mayChangeSettings({ channelType, fromRole }: Envelope): boolean {
  if (channelType === PERSON_CHAT) return true;
  const role = fromRole?.();
  return role === OWNER || role === MANAGER;
}

/** Of a system line, placeholders included: a thousand of them fit. What is longer is no line that a server makes. */
export const LONGEST_LINE = 20_000;
/** A name may stand in a line more than once. */
const LONGEST_NAME = 100;
/** Names of a longer line. */
const NAMED = 20;

/**
 * Splits a system text with `{0}` placeholders into literals and names. Each placeholder is replaced wherever it
 * occurs and names are never re-scanned (the SDK's own rendering mangles both, wukongim.md A.3).
 */
function splitNames(whole: string, extra: unknown): SystemPart[] {
  const names = Array.isArray(extra) ? extra : [];
  const content = cutWithMark(whole, LONGEST_LINE);
  const parts: SystemPart[] = [];
  let last = 0;
  for (const match of content.matchAll(/\{(\d{1,3})\}/g)) {
    const entry: unknown = names[Number(match[1])];
    if (!isObject(entry)) continue;
    if (match.index > last) parts.push(literal(content.slice(last, match.index)));
    parts.push({ text: nameOf(entry['name'], entry['uid']), uid: text(entry['uid']) });
    last = match.index + match[0].length;
  }
  if (last < content.length) parts.push(literal(content.slice(last)));
  return parts;
}

/** Between the names stand names as well, of groups and notices: nothing in them turns the line. */
const literal = (words: string): SystemPart => ({ text: withoutInvisible(words), uid: null });

const nameOf = (name: unknown, uid: unknown): string =>
  shownName(cutText(text(name), LONGEST_NAME), text(uid));

/** Of hundreds who were invited at once the first are named. */
function shortened(parts: SystemPart[]): SystemPart[] {
  const names = parts.flatMap((part, index) => (part.uid === null ? [] : [index]));
  // Leaving out one name would not make the line shorter: "and 1 more" is as long.
  if (names.length <= NAMED + 1) return parts;
  return [
    ...parts.slice(0, (names[NAMED - 1] ?? 0) + 1),
    { text: '…', uid: null, more: names.length - NAMED },
    ...parts.slice((names.at(-1) ?? 0) + 1),
  ];
}
