/**
 * What a message says, as views see it. The wire form (tsdd-api.md 6.2) is parsed by `parsePayload`; anything that
 * cannot be understood becomes `unsupported`, never an error: one odd message must not break a channel.
 */
import { shownFileName } from '../display-name.ts';
import { z } from 'zod';
import { isObject, type JsonObject } from '../json.ts';
import { historyContent, summaryOf } from './history-content.ts';
import { filmSeconds } from './film-time.ts';
import { NAMED_KINDS, namedContent } from './named-content.ts';
import { type Envelope, SYSTEM_FIRST, systemLine } from './system-lines.ts';
import { barsOf } from './waveform.ts';

export const Mention = z.object({ all: z.boolean(), uids: z.array(z.string()) });
export type Mention = z.infer<typeof Mention>;

/** `SystemPart` of system-lines.ts. */
export const SystemPart = z.object({
  text: z.string(),
  uid: z.string().nullable(),
  more: z.int().exactOptional(),
});

/** What a message says that holds no others. */
const LeafContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string(), mention: Mention }),
  z.object({
    kind: z.literal('image'),
    url: z.string(),
    width: z.number(),
    height: z.number(),
    /** As the sender's computer named it; this client sends it, TSDD's own do not. */
    name: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('file'), url: z.string(), name: z.string(), size: z.number() }),
  z.object({
    kind: z.literal('voice'),
    url: z.string(),
    seconds: z.number(),
    /** Its waveform (waveform.ts); missing when it came without one. */
    bars: z.array(z.int()).exactOptional(),
  }),
  z.object({
    kind: z.literal('video'),
    url: z.string(),
    /** Address of a picture of it; '' when it came without one. */
    cover: z.string(),
    /** 0 = not said, as of the three below. */
    seconds: z.number(),
    /** Bytes. */
    size: z.number(),
    width: z.number(),
    height: z.number(),
    /** As the sender's computer named it; this client sends it, TSDD's own do not. */
    name: z.string().exactOptional(),
  }),
  /** A system line (types 1000-2000). `parts` alternate literal text and names, ready to be isolated with <bdi>. */
  z.object({
    kind: z.literal('system'),
    type: z.int(),
    parts: z.array(SystemPart),
    /** A line that this client words itself; the message it is about is the view's quote. */
    tip: z.literal('pin').exactOptional(),
    /** Of an invitation that owner or managers have to confirm. */
    inviteNo: z.string().exactOptional(),
  }),
  /** A kind that is named and not drawn. */
  z.object({
    kind: z.literal('named'),
    type: z.int(),
    what: z.enum(NAMED_KINDS),
    detail: z.string(),
    /** `Named.names`. */
    names: z.array(z.string()).exactOptional(),
    /** Whose contact card it is. */
    person: z.object({ uid: z.string(), vercode: z.string() }).exactOptional(),
    /** `Named.rich`. */
    rich: z
      .array(
        z
          .union([z.string(), z.object({ url: z.string(), width: z.number(), height: z.number() })])
          .nullable(),
      )
      .exactOptional(),
    /** `Named.place`. */
    place: z
      .object({
        title: z.string(),
        address: z.string(),
        point: z.object({ lat: z.number(), lng: z.number() }).nullable(),
      })
      .exactOptional(),
    /** `Named.picture`. */
    picture: z.string().exactOptional(),
    /** `Named.drawn`. */
    drawn: z.literal(true).exactOptional(),
    /** `Named.outline`. */
    outline: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('unsupported'), type: z.int() }),
  /**
   * Burns after reading and is not open: nothing of the content is in the view but what kind of thing it is. Also what
   * lists, quotes and notifications have of one that is open.
   */
  z.object({
    kind: z.literal('covered'),
    of: z.enum(['text', 'image', 'file', 'voice', 'video', 'unsupported']),
  }),
  /** Recalled or being recalled: nothing of the content is left in the view. */
  z.object({ kind: z.literal('recalled') }),
]);
export type LeafContent = z.infer<typeof LeafContent>;

export const MessageContent = z.discriminatedUnion('kind', [
  ...LeafContent.options,
  historyContent(LeafContent),
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
  systemFirst: SYSTEM_FIRST,
  revokeNotice: 1006,
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

/** The quote in a payload; null when there is none, or it names no message. */
export function replyOf({ reply: value }: JsonObject): ReplyRef | null {
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
 * Reads a decoded payload object, in the one way there is: what a payload claims to be counts only as far as whoever
 * sent it may claim that. Total: never throws, whatever the JSON holds.
 */
export function parsePayload(payload: unknown, envelope: Envelope): ParsedPayload {
  if (!isObject(payload))
    return { type: 0, content: { kind: 'unsupported', type: 0 }, reply: null, visibles: null };
  const rawType = payload['type'];
  const type = typeof rawType === 'number' && Number.isSafeInteger(rawType) ? rawType : 0;
  return {
    type,
    content: contentOf(type, payload, envelope),
    reply: replyOf(payload),
    visibles: Array.isArray(payload['visibles']) ? strings(payload['visibles']) : null,
  };
}

/** Nobody speaks as the system in what somebody forwards. */
const ENTRY: Envelope = { fromUid: '-', channelType: 0 };

/** What an entry of a merged forward says (history-content.ts). */
export const entryContent = (payload: JsonObject): MessageContent => parsePayload(payload, ENTRY).content;

/** The same in a line: of a forward only that it is one. */
function leafOf(payload: JsonObject): LeafContent {
  const { type } = payload;
  return leafContent(typeof type === 'number' && Number.isSafeInteger(type) ? type : 0, payload, ENTRY);
}

function contentOf(type: number, payload: JsonObject, envelope: Envelope): MessageContent {
  const history =
    type === PayloadType.mergeForward && summaryOf<LeafContent>(payload, { kind: 'recalled' }, leafOf);
  return history || leafContent(type, payload, envelope);
}

function leafContent(type: number, payload: JsonObject, envelope: Envelope): LeafContent {
  const line = systemLine(type, payload, envelope);
  if (line) return { kind: 'system', type, ...line };
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
        ...nameOfPicture(payload),
      };
    case PayloadType.file:
      return {
        kind: 'file',
        url: text(payload['url']),
        name: shownFileName(text(payload['name'])),
        size: num(payload['size']),
      };
    case PayloadType.voice:
      return { kind: 'voice', url: text(payload['url']), ...soundOf(payload) };
    case PayloadType.video:
      return {
        kind: 'video',
        url: text(payload['url']),
        cover: text(payload['cover']),
        seconds: filmSeconds(payload['second']),
        size: Math.max(0, num(payload['size'])),
        width: num(payload['width']),
        height: num(payload['height']),
        ...nameOfPicture(payload),
      };
    default: {
      const named = namedContent(type, payload);
      return named ? { kind: 'named', type, ...named } : { kind: 'unsupported', type };
    }
  }
}

/** Nobody's phone records a day. */
const LONGEST_VOICE_SECONDS = 86_400;

function soundOf(payload: JsonObject): { seconds: number; bars?: number[] } {
  const bars = barsOf(payload['waveform']);
  const seconds = Math.min(Math.max(0, num(payload['timeTrad'])), LONGEST_VOICE_SECONDS);
  return { seconds, ...(bars.length > 0 && { bars }) };
}

/** (A GIF's `title` is what it shows, not what it is called.) */
function nameOfPicture(payload: JsonObject): { name?: string } {
  const name = text(payload['name']);
  return name === '' ? {} : { name: shownFileName(name) };
}
