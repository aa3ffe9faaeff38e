/**
 * An EVENT of a stream as WuKongIM pushes it (wukongim.md B.2), read with distrust: it is neither encrypted nor signed,
 * and a bot's server wrote most of it. The reason why one cannot be used never quotes it.
 */
import { type ChannelRef, ChannelType } from '../../../../shared/domain.ts';
import { isObject, type JsonObject } from '../../../../shared/json.ts';
import type { StreamOf } from '../../account-store/store-api.ts';
import type { ReceivedEvent } from '../../connection/connection-api.ts';
import { envelopeChannel } from '../commands/envelope-channel.ts';

export interface StreamEvent {
  of: StreamOf;
  /** The sender's own id, for what is delivered twice; may be empty. */
  id: string;
  /** msg_event_seq. Real servers count what they store, which a delta is not: then it stays as it was. */
  seq: number;
  /** Of the text that is shown; `false` for thoughts, tools and what is not for everybody. */
  shown: boolean;
  kind: 'open' | 'delta' | 'snapshot' | 'end';
  text: string | null;
}

const KINDS: Readonly<Record<string, StreamEvent['kind']>> = {
  'stream.open': 'open',
  'stream.delta': 'delta',
  'stream.snapshot': 'snapshot',
  'stream.close': 'end',
  'stream.error': 'end',
  'stream.cancel': 'end',
  'stream.finish': 'end',
};
/** The text of a message; the others are beside it. */
const SHOWN_KEY = 'main';
/** "All streams of the message are over", whatever its key. */
const FINISH = 'stream.finish';
const NOT_FOR_ALL = new Set<unknown>(['private', 'restricted']);
const LONGEST_ID = 256;

/** Why it is ignored. */
export class UnusableEvent extends Error {}

/** @throws UnusableEvent */
export function readStreamEvent(event: ReceivedEvent, meUid: string): StreamEvent {
  const type = event.type.trim().toLowerCase();
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) throw new UnusableEvent('of a type that is not known');
  const data = objectIn(event.data);
  const fromUid = idIn(data, 'from_uid');
  const key = data['event_key'] ?? SHOWN_KEY;
  const isText = type === FINISH || key === SHOWN_KEY || key === '';
  const payload = data['payload'];
  const text = kind === 'open' || type === FINISH ? null : textIn(payload, kind);
  return {
    of: { channel: channelIn(data, fromUid, meUid), fromUid, clientMsgNo: idIn(data, 'client_msg_no') },
    id: event.id.length <= LONGEST_ID ? event.id : '',
    seq: seqIn(data),
    shown: isText && !NOT_FOR_ALL.has(data['visibility']),
    kind,
    text,
  };
}

function objectIn(bytes: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // (A SyntaxError's message quotes the text.)
  }
  throw new UnusableEvent('whose data is no JSON object');
}

function idIn(data: JsonObject, name: 'from_uid' | 'client_msg_no'): string {
  const value = data[name];
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_ID)
    throw new UnusableEvent(`without a usable ${name}`);
  return value;
}

function seqIn({ msg_event_seq: seq = 0 }: JsonObject): number {
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0)
    throw new UnusableEvent('without a usable msg_event_seq');
  return seq;
}

/** The bot named the receiver: in a person chat that is me, and the chat is the bot's. */
function channelIn(data: JsonObject, fromUid: string, meUid: string): ChannelRef {
  const { channel_id: channelId, channel_type: channelType } = data;
  const channel =
    typeof channelId === 'string' && typeof channelType === 'number'
      ? envelopeChannel({ channelId, channelType })
      : null;
  if (!channel) throw new UnusableEvent('without a usable channel');
  if (channel.channelType !== ChannelType.person || fromUid === meUid) return channel;
  if (channel.channelId !== meUid && channel.channelId !== fromUid)
    throw new UnusableEvent('of a chat of others');
  return { ...channel, channelId: fromUid };
}

/** `{kind: 'text', delta}`, `{kind: 'text', text}`, `{snapshot: {kind: 'text', text}}`; null = no text. */
function textIn(payload: unknown, kind: 'delta' | 'snapshot' | 'end'): string | null {
  if (!isObject(payload)) return null;
  const { snapshot } = payload;
  if (kind !== 'delta') {
    if (typeof snapshot === 'string') return snapshot;
    if (isObject(snapshot)) return ofKindText(snapshot, ['text']);
  }
  return ofKindText(payload, kind === 'delta' ? ['delta', 'text'] : ['text']);
}

function ofKindText(value: JsonObject, names: readonly string[]): string | null {
  if (value['kind'] !== 'text') return null;
  for (const name of names) {
    const text = value[name];
    if (typeof text === 'string') return text;
  }
  return null;
}
