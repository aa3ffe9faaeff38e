/**
 * What is kept of a system line (types 1000-2000). The server makes these lines itself, and some of them say what a
 * message says: a pin on TSDD posts `{0} 置顶了` with the pinned words (tsdd-api.md 12). A recall of that message reaches
 * no copy that a server wrote into another one, so such words are never stored: every system line goes through
 * `keptOfSystemLine` before it becomes a row, whichever way it came, and what is on neither list is left out.
 */
import { LONGEST_LINE } from '../../../../../shared/content/system-lines.ts';
import { isObject, type JsonObject } from '../../../../../shared/json.ts';
import { cutText } from '../../../../../shared/text-cut.ts';

type Decision =
  /** An id, a number or a person's name: cut to `LONGEST_VALUE`. */
  | 'value'
  | 'uids'
  /** The text, without what it quotes. */
  | 'line'
  /** People: id and name of each. */
  | 'people'
  /** Settings: see `SETTINGS`. */
  | 'settings'
  /** Ids of the message it is about, never its words. */
  | 'reference'
  /** Somebody's words, a secret, or nothing that is shown. */
  | 'erased';

/** Every field that TSDD puts into a system line. One that is not listed is left out. */
export const SYSTEM_FIELDS: Readonly<Record<string, Decision>> = {
  type: 'value',
  content: 'line',
  extra: 'people',
  data: 'settings',
  visibles: 'uids',
  invisibles: 'uids',
  reply: 'reference',
  version: 'value',
  from_uid: 'value',
  from_name: 'value',
  creator: 'value',
  creator_name: 'value',
  to_uid: 'value',
  apply_uid: 'value',
  apply_name: 'value',
  sure_uid: 'value',
  sure_name: 'value',
  group_no: 'value',
  invite_no: 'value',
  /** Set here: which of the lines that this client words itself it is. */
  tip: 'value',
  /** Of a request or an invitation. */
  remark: 'erased',
  token: 'erased',
};

/** The types that TSDD sends; others of the range are kept by the same rules. */
export const SYSTEM_TYPES: Readonly<Record<number, string>> = {
  1000: 'friend request',
  1001: 'group made',
  1002: 'members added',
  1003: 'members removed',
  1004: 'friend accepted',
  1005: 'group changed',
  1006: 'recall notice (a hint, never a line)',
  1007: 'joined by QR code',
  1008: 'new owner',
  1009: 'invitation to confirm',
  1010: 'you were removed',
  1020: 'you were removed',
  1021: 'left',
  1022: 'group upgraded',
  1200: 'hotline',
  1201: 'hotline',
  1202: 'hotline',
  2000: 'tip',
};

/** Of `data`: numbers, switches and what a group is called. Not its notice: that is words, and changes. */
const SETTINGS = new Set(['msg_auto_delete', 'data_type', 'invite', 'forbidden', 'status', 'name']);

const GROUP_UPDATE = 1005;
const LONGEST_VALUE = 100;
const MOST_PEOPLE = 1_000;

export const PIN_TIP = 'pin';

const isValue = (value: unknown): value is string | number =>
  typeof value === 'number' || typeof value === 'string';

const short = (value: string | number): string | number =>
  typeof value === 'string' ? cutText(value, LONGEST_VALUE) : value;

interface Person {
  uid: string;
  name: string;
}

/** A name without an id may be anything: it is no person's. `null` keeps the places of the others. */
function peopleOf(extra: unknown): (Person | null)[] {
  if (!Array.isArray(extra)) return [];
  return extra.slice(0, MOST_PEOPLE).map((entry: unknown) => {
    if (!isObject(entry) || typeof entry['uid'] !== 'string' || entry['uid'] === '') return null;
    const name = typeof entry['name'] === 'string' ? cutText(entry['name'], LONGEST_VALUE) : '';
    return { uid: cutText(entry['uid'], LONGEST_VALUE), name };
  });
}

function settingsOf(data: unknown): JsonObject {
  if (!isObject(data)) return {};
  const kept = Object.entries(data).filter(([name, value]) => SETTINGS.has(name) && isValue(value));
  return Object.fromEntries(kept.map(([name, value]) => [name, short(value as string | number)]));
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
    if (isValue(value)) kept[name] = short(value);
  }
  return kept;
}

/** The payload of a system line as it may be stored. Doing it again changes nothing. */
export function keptOfSystemLine(payload: JsonObject): JsonObject {
  const people = peopleOf(payload['extra']);
  const kept: JsonObject = {};
  for (const [name, decision] of Object.entries(SYSTEM_FIELDS)) {
    if (!Object.hasOwn(payload, name)) continue;
    const value = payload[name];
    if (decision === 'value' && isValue(value)) kept[name] = short(value);
    if (decision === 'uids' && Array.isArray(value))
      kept[name] = value.filter((uid) => typeof uid === 'string');
    if (decision === 'people') kept[name] = people;
    if (decision === 'settings' && isObject(value)) kept[name] = settingsOf(value);
    if (decision === 'reference' && isObject(value)) kept[name] = referenceOf(value);
  }
  delete kept['tip'];
  const { content } = payload;
  if (typeof content !== 'string') return kept;
  if (PIN.test(content)) return inOrder({ ...kept, ...pinTip(payload, people, content) });
  return inOrder({ ...kept, content: withoutQuoted(cutText(content, LONGEST_LINE), kept, people) });
}

/** Always the same text for the same line: rows are compared as they are stored. */
const inOrder = (kept: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.keys(SYSTEM_FIELDS).flatMap((name) => (name in kept ? [[name, kept[name]] as const] : [])),
  );

const PIN = /置顶|置頂|\b(?:un)?pin(?:s|ned)?\b/i;
const UNPIN = /取消置顶|取消置頂|\bunpin/i;

/** Worded anew, whatever the server wrote: the words may stand anywhere in its line. */
function pinTip(payload: JsonObject, people: readonly (Person | null)[], content: string): JsonObject {
  const [first] = people;
  const { from_uid: uid, from_name: name } = payload;
  const who = first ?? (typeof uid === 'string' && uid !== '' ? peopleOf([{ uid, name }])[0] : null);
  const extra = who ? [who] : [];
  const by = who ? '{0} ' : '';
  if (UNPIN.test(content)) return { content: `${by}取消置顶了一条消息`, extra };
  return { content: `${by}置顶了一条消息`, extra, tip: PIN_TIP };
}

// ---- the text of a line ----------------------------------------------------------------------------------------

/** Lines that TSDD makes with a name or a phrase between quotation marks, or with a name of which nothing is known. */
const INVITED = /^(.{1,100}?)(?:邀请|将)(?:\{\d{1,3}\}[,、]?)+(?:加入群聊|移除群聊|移出群聊)$/;
const RENAMED = /^(\{0\}修改群名为")(.*)(")$/;
const PHRASES = /“(?:群聊邀请确认|全员禁言)”/g;

/** Everything that is set around quoted words, in any language, also as HTML writes it. */
const MARK =
  /["“”„‟＂'‘’‚‛＇`´｀「」『』﹁﹂﹃﹄《》〈〉«»‹›【】〖〗〝〞〟❛❜❝❞]|&(?:quot|apos|[lr]d?quo|[lr]s?aquo|#34|#39);/g;
/** Between two marks: names alone, or nothing any more. */
const ONLY_NAMES = /^(?:\{\d{1,3}\}|[\s,、，…]|和|及|与)*$/;
/** `it's`, not `'it`. */
const ELISION = /[A-Za-z}]['’](?:s|t|re|ve|ll|m|d)(?![A-Za-z])/g;
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/;
/** Not the one of a time. */
const COLON = /(?<!\d)[:：﹕]|[:：﹕](?!\d)/;
/** What is said about a message is often followed by the message. */
const SAID =
  /回复|回覆|回應|回应|引用|评论|評論|转发|轉發|编辑|編輯|撤回|收藏|标记|留言|备注|備註|验证消息|验证信息|写道|寫道|说|說|\b(?:repl(?:ied|ies|y)|quoted?s?|commented|forwarded|edited|recalled|reacted|starred|wrote|said|says|mentioned|remark)\b/i;
/** What may follow it: which message, not what it says. */
const WHICH =
  /^(?:\{\d{1,3}\}|[\s你您我他她的了过一这该此条個个则"“”‘’「」『』!！.。,，…:：]|消息|訊息|信息|成员|群|to|in|an?|the|your|this|their|messages?)*$/i;
const LONGEST_WHICH = 60;

/**
 * The line without what it quotes: without what stands between quotation marks of any kind (from the first to the last
 * of the line, because what is quoted may hold marks itself), after a colon, on a further line, and after a verb like
 * "replied". Rather too little is kept than words that outlive their message.
 */
function withoutQuoted(line: string, kept: JsonObject, people: readonly (Person | null)[]): string {
  if (isKnownLine(line, kept)) return line;
  let text = line.replace(/\{(\d{1,3})\}/g, (whole, index: string) =>
    people[Number(index)] === null ? '…' : whole,
  );
  const end = text.search(LINE_BREAK);
  if (end >= 0) text = ended(text.slice(0, end), text.slice(end));
  text = withoutAfter(text, COLON, (rest) => ONLY_NAMES.test(rest));
  text = withoutAfter(text, SAID, (rest) => rest.length <= LONGEST_WHICH && WHICH.test(rest));
  return withoutMarked(text);
}

function isKnownLine(line: string, { type, data, from_name, creator_name }: JsonObject): boolean {
  const by = INVITED.exec(line)?.[1];
  const name = typeof from_name === 'string' ? from_name : creator_name;
  if (by !== undefined && (typeof name !== 'string' || cutText(by, LONGEST_VALUE) === name)) return true;
  if (type !== GROUP_UPDATE) return false;
  const called = RENAMED.exec(line)?.[2];
  return called !== undefined && isObject(data) && data['name'] === called;
}

function ended(head: string, rest: string): string {
  return rest.trim() === '' || head.endsWith('…') ? head : `${head.trimEnd()}…`;
}

function withoutAfter(text: string, what: RegExp, isHarmless: (rest: string) => boolean): string {
  const found = what.exec(text);
  if (!found) return text;
  const at = found.index + found[0].length;
  const rest = text.slice(at);
  return isHarmless(rest) ? text : ended(text.slice(0, at), rest);
}

const blank = (part: string): string => '_'.repeat(part.length);

function withoutMarked(text: string): string {
  // Phrases and elisions are no quotations; their places stay, so that marks are found in the text itself.
  const looked = text.replace(PHRASES, blank);
  const elided = looked.replace(ELISION, blank);
  const marks = [...(/['’]/.test(elided) ? looked : elided).matchAll(MARK)];
  let checked = 0;
  // One that is alone makes every pair doubtful.
  for (; marks.length % 2 === 0 && checked < marks.length; checked += 2) {
    const [open, close] = [marks[checked], marks[checked + 1]];
    if (!open || !close || !ONLY_NAMES.test(text.slice(open.index + open[0].length, close.index))) break;
  }
  const open = marks[checked];
  if (!open) return text;
  const from = open.index + open[0].length;
  const close = marks.length > checked + 1 ? marks.at(-1) : undefined;
  if (!close) return ended(text.slice(0, from), text.slice(from));
  return `${text.slice(0, from)}…${text.slice(close.index)}`;
}
