/**
 * A message whose text grows after it was sent (a bot's stream): what its columns `stream` and `stream_seq` mean, and
 * how what comes is merged into what is there. The text itself is the payload's `content`, so that it is kept,
 * searched, quoted and erased as any other.
 */
import { PayloadType } from '../../../../../shared/content/message-content.ts';
import { cutText } from '../../../../../shared/text-cut.ts';
import type { ServerStream } from '../../server-records.ts';
import type { MessageFacts } from './message-derive.ts';
import { StreamState, type StoredMessage } from './message-row.ts';
import type { Payload } from './payload.ts';

/** More than this of one message is not taken (UTF-16 units): a bot that does not stop. */
export const MOST_STREAM_TEXT = 256 * 1024;

/** Stands where words are missing that nobody can deliver any more. */
export const HOLE = '…';

/** What came of one stream, put together in order. */
export interface StreamChange {
  /** Takes the place of what the message said; null: it goes on saying that. */
  base: string | null;
  add: string;
  /** msg_event_seq of the newest event, 0 = the server does not count. */
  seq: number;
  final: boolean;
}

export const contentOf = (payload: Payload | null): string =>
  typeof payload?.['content'] === 'string' ? payload['content'] : '';

/**
 * An event carries no signature, and the message it names says nothing of a stream: only for so long after it was
 * written can one begin, so that what stands in a chat is not written over from then on. A bot may think for minutes.
 */
export const BEGINS_WITHIN_SECONDS = 600;

/**
 * Can words be streamed into it: a text, which is not erased and was not edited, and a stream, or young enough to
 * become one? `now`: the server's time, ms.
 */
export function takesStream(row: StoredMessage, now: number): boolean {
  return (
    (row.stream !== null || now / 1000 - row.timestamp <= BEGINS_WITHIN_SECONDS) &&
    row.type === PayloadType.text &&
    row.payload !== null &&
    row.shown === 1 &&
    row.recalled === 0 &&
    row.edited === 0 &&
    row.stream !== StreamState.final
  );
}

function withText(payload: Payload | null, text: string): Payload | null {
  return payload && { ...payload, content: cutText(text, MOST_STREAM_TEXT) };
}

export function withChange(facts: MessageFacts, { base, add, seq, final }: StreamChange): MessageFacts {
  // What the message says until its stream begins is a placeholder.
  const before = facts.stream === null ? null : contentOf(facts.payload);
  const says = base !== null || add !== '' ? (base ?? before ?? '') + add : null;
  return {
    ...facts,
    payload: says === null ? facts.payload : withText(facts.payload, says),
    stream: final ? StreamState.final : StreamState.growing,
    stream_seq: Math.max(facts.stream_seq, seq),
  };
}

export function rested(facts: MessageFacts): MessageFacts {
  return facts.stream === StreamState.growing ? { ...facts, stream: StreamState.resting } : facts;
}

/** As the history delivers it: the base payload with what was streamed into it until then. */
export function delivered(facts: MessageFacts, stream: ServerStream | null | undefined): MessageFacts {
  if (!stream || facts.type !== PayloadType.text) return facts;
  return {
    ...facts,
    payload: withText(facts.payload, stream.text),
    stream: stream.final ? StreamState.final : StreamState.resting,
    stream_seq: stream.seq,
  };
}

/** What is stored of a stream, and what a delivery says of it. */
export function mergeStream(
  known: Pick<StoredMessage, 'stream' | 'stream_seq' | 'edited'>,
  said: Payload | null,
  facts: MessageFacts,
): Pick<MessageFacts, 'payload' | 'stream' | 'stream_seq'> {
  const kept = { payload: said ?? facts.payload, stream: known.stream, stream_seq: known.stream_seq };
  const { stream, stream_seq: seq } = facts;
  if (stream === null) return kept;
  // (The end came over the connection, and the log has the words that did not.)
  const isFinal = stream === StreamState.final;
  const wasFinal = known.stream === StreamState.final;
  if (seq < known.stream_seq ? wasFinal || !isFinal : wasFinal && !isFinal) return kept;
  const state = isFinal || known.stream === null ? stream : known.stream;
  const merged = { stream: state, stream_seq: Math.max(seq, known.stream_seq) };
  if (said === null || known.edited === 1) return { ...kept, ...merged };
  if (known.stream === null || isFinal) return { ...merged, payload: facts.payload };
  // (Counted: what is under way of it will be known as already there.)
  const followed = known.stream === StreamState.growing && seq === known.stream_seq;
  const text = joined(contentOf(said), contentOf(facts.payload), followed);
  return { ...merged, payload: withText(said, text) };
}

/**
 * Our text of an open stream and the server's. `followed`: nothing of ours was missed, and what the server has more is
 * under way.
 */
function joined(ours: string, theirs: string, followed: boolean): string {
  if (ours.startsWith(theirs)) return ours;
  if (theirs.startsWith(ours)) return followed ? ours : theirs;
  let at = 0;
  while (ours[at] === theirs[at]) at += 1;
  // (Whether or not the hole's own sign is what stands there.)
  if (!ours.startsWith(HOLE, at)) return theirs;
  const after = ours.slice(at + HOLE.length);
  return theirs + after.slice(partIn(theirs.slice(at), after));
}

/**
 * How much of `words` is in `text`: all, wherever it is, or as much of its beginning as the text ends with. Linear
 * (Knuth, Morris, Pratt), which `includes` is not: a bot writes both.
 */
function partIn(text: string, words: string): number {
  const back = new Uint32Array(words.length + 1);
  let length = 0;
  for (let at = 1; at < words.length; at += 1) {
    while (length > 0 && words[at] !== words[length]) length = back[length] as number;
    if (words[at] === words[length]) length += 1;
    back[at + 1] = length;
  }
  length = 0;
  for (let at = 0; at < text.length && length < words.length; at += 1) {
    while (length > 0 && text[at] !== words[length]) length = back[length] as number;
    if (text[at] === words[length]) length += 1;
  }
  return length;
}

/** The copy that stands for a message says what was streamed into whichever of them. */
export function carryStream(members: { before: StoredMessage | null; facts: MessageFacts }[]): void {
  const [first] = members;
  if (!first || members.length === 1 || !first.facts.payload) return;
  for (const { before, facts } of members) {
    const { payload, stream, stream_seq } = facts;
    if (stream === null || payload === null || before?.edited === 1) continue;
    if (first.facts.stream !== null && first.facts.stream_seq >= stream_seq) continue;
    const text = contentOf(payload);
    const grows = first.facts.stream === StreamState.growing && stream === StreamState.resting;
    first.facts = {
      ...first.facts,
      stream: grows ? first.facts.stream : stream,
      stream_seq,
      payload: withText(first.facts.payload, text),
    };
  }
}

/** Words are gone that the message said: it did not only grow. */
export function lostWords(before: Payload | null, next: Payload | null): boolean {
  return !contentOf(next).startsWith(contentOf(before));
}
