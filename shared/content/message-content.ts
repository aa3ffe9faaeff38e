/**
 * What a message says, as views see it. The wire form (tsdd-api.md 6.2) is parsed by `parsePayload`; anything that
 * cannot be understood becomes `unsupported`, never an error: one odd message must not break a channel.
 */
import { z } from 'zod';
import { isObject, type JsonObject } from '../json.ts';
import { cutText, cutWithMark } from '../text-cut.ts';

export const Mention = z.object({ all: z.boolean(), uids: z.array(z.string()) });
export type Mention = z.infer<typeof Mention>;

/** A piece of a system line: literal (`uid` null) or a name. `more`: it stands for so many further names. */
const SystemPart = z.object({ text: z.string(), uid: z.string().nullable(), more: z.int().exactOptional() });
type SystemPart = z.infer<typeof SystemPart>;

export const MessageContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string(), mention: Mention }),
  z.object({ kind: z.literal('image'), url: z.string(), width: z.number(), height: z.number() }),
  z.object({ kind: z.literal('file'), url: z.string(), name: z.string(), size: z.number() }),
  z.object({ kind: z.literal('voice'), url: z.string(), seconds: z.number() }),
  /** A system line (types 1000-2000). `parts` alternate literal text and names, ready to be isolated with <bdi>. */
  z.object({
    kind: z.literal('system'),
    type: z.int(),
    parts: z.array(SystemPart),
    /** A line that this client words itself; the message it is about is the view's quote. */
    tip: z.literal('pin').exactOptional(),
  }),
  z.object({ kind: z.literal('unsupported'), type: z.int() }),
  /**
   * Burns after reading and is not open: nothing of the content is in the view but what kind of thing it is. Also what
   * lists, quotes and notifications have of one that is open.
   */
  z.object({
    kind: z.literal('covered'),
    of: z.enum(['text', 'image', 'file', 'voice', 'unsupported']),
  }),
  /** Recalled or being recalled: nothing of the content is left in the view. */
  z.object({ kind: z.literal('recalled') }),
]);
export type MessageContent = z.infer<typeof MessageContent>;

/** Payload type numbers (tsdd-api.md 6.2, wukongim.md F). */
export const PayloadType = {
  text: 1,
  image: 2,
  gif: 3,
  voice: 4,
  video: 5,
  location: 6,
  card: 7,
  file: 8,
  mergeForward: 11,
  cmd: 99,
  systemFirst: 1000,
  revokeNotice: 1006,
  systemLast: 2000,
} as const;

/** The quote inside a payload (`payload.reply`). The embedded text is never shown; only the ids count. */
export interface ReplyRef {
  messageId: string;
  messageSeq: number;
  fromUid: string;
  fromName: string;
}

export interface ParsedPayload {
  type: number;
  content: MessageContent;
  reply: ReplyRef | null;
  /** uids in `payload.visibles`; null = everyone. */
  visibles: string[] | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const num = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];

function parseMention(value: unknown): Mention {
  if (!isObject(value)) return { all: false, uids: [] };
  return { all: value['all'] === 1 || value['all'] === true, uids: strings(value['uids']) };
}

function parseReply(value: unknown): ReplyRef | null {
  if (!isObject(value)) return null;
  const messageId = value['message_id'];
  if (typeof messageId !== 'string' || !/^\d{1,19}$/.test(messageId)) return null;
  return {
    messageId,
    messageSeq: num(value['message_seq']),
    fromUid: text(value['from_uid']),
    fromName: text(value['from_name']),
  };
}

/**
 * Splits a system text with `{0}` placeholders into literals and names. Each placeholder is replaced wherever it
 * occurs and names are never re-scanned (the SDK's own rendering mangles both, wukongim.md A.3).
 * Of hundreds who were invited at once the first are named.
 */
export function systemParts(whole: string, extra: unknown): SystemPart[] {
  const names = Array.isArray(extra) ? extra : [];
  const content = cutWithMark(whole, LONGEST_LINE);
  const parts: SystemPart[] = [];
  let last = 0;
  for (const match of content.matchAll(/\{(\d{1,3})\}/g)) {
    const entry: unknown = names[Number(match[1])];
    if (!isObject(entry)) continue;
    if (match.index > last) parts.push({ text: content.slice(last, match.index), uid: null });
    parts.push({ text: cutText(text(entry['name']), LONGEST_NAME), uid: text(entry['uid']) });
    last = match.index + match[0].length;
  }
  if (last < content.length) parts.push({ text: content.slice(last), uid: null });
  return shortened(parts);
}

/** Of a system line, placeholders included: a thousand of them fit. What is longer is no line that a server makes. */
const LONGEST_LINE = 20_000;
/** A name may stand in a line more than once. */
const LONGEST_NAME = 100;
/** Names of a longer line. */
const NAMED = 20;

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

/** Reads a decoded payload object. Total: never throws, whatever the JSON holds. */
export function parsePayload(payload: unknown): ParsedPayload {
  if (!isObject(payload))
    return { type: 0, content: { kind: 'unsupported', type: 0 }, reply: null, visibles: null };
  const rawType = payload['type'];
  const type = typeof rawType === 'number' && Number.isSafeInteger(rawType) ? rawType : 0;
  return {
    type,
    content: contentOf(type, payload),
    reply: parseReply(payload['reply']),
    visibles: Array.isArray(payload['visibles']) ? strings(payload['visibles']) : null,
  };
}

function contentOf(type: number, payload: JsonObject): MessageContent {
  if (type >= PayloadType.systemFirst && type <= PayloadType.systemLast) {
    const parts = systemParts(text(payload['content']), payload['extra']);
    return { kind: 'system', type, parts, ...(payload['tip'] === 'pin' && { tip: 'pin' }) };
  }
  switch (type) {
    case PayloadType.text:
      if (typeof payload['content'] !== 'string') return { kind: 'unsupported', type };
      return { kind: 'text', text: payload['content'], mention: parseMention(payload['mention']) };
    case PayloadType.image:
    case PayloadType.gif:
      return {
        kind: 'image',
        url: text(payload['url']),
        width: num(payload['width']),
        height: num(payload['height']),
      };
    case PayloadType.file:
      return {
        kind: 'file',
        url: text(payload['url']),
        name: text(payload['name']),
        size: num(payload['size']),
      };
    case PayloadType.voice:
      return { kind: 'voice', url: text(payload['url']), seconds: num(payload['timeTrad']) };
    default:
      return { kind: 'unsupported', type };
  }
}
