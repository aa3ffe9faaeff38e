/**
 * EVENT packets: the text of a bot's message grows (docs/sync.md, "Messages that grow"). They come in any order, some
 * twice, some never, some before their message, and for as many messages as somebody likes; what comes is put in order
 * here (followed-stream.ts), stored a few times a second, and read from the history where something is missing.
 */
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { reasonOf } from '../../../../shared/errors.ts';
import type { KnownStream, StreamOf } from '../../account-store/store-api.ts';
import type { ReceivedEvent } from '../../connection/connection-api.ts';
import type { StreamChange } from '../../store/tables/messages/stream-text.ts';
import type { HistorySync } from '../history-sync.ts';
import type { SyncContext } from '../sync-context.ts';
import { FollowedStream } from './followed-stream.ts';
import { readStreamEvent, UnusableEvent } from './stream-event.ts';

export const STREAM_TIMES = {
  /** Between two writes; longer for a long text, which is written as a whole. */
  writeMs: 50,
  /** What is missing may be overtaken by what came. */
  gapMs: 2_000,
  /** An event can overtake its message. */
  unknownMs: 10_000,
  /** A bot that is silent for so long may have ended without saying so. */
  restMs: 120_000,
};
const CHARS_PER_MS = 200;
const MOST_FOLLOWED = 200;
/** UTF-16 units of words in memory, all streams together. */
const MOST_HELD = 2 * 1024 * 1024;
/** What may have gone on while nobody was connected. */
const OPEN_SECONDS = 24 * 3600;
const MOST_OPEN = 10;
/** A message of this connection has a time of this connection, as far as clocks agree. */
const CLOCK_SLACK_MS = 5_000;
/** Lines about useless ones per connection: whoever sends a flood does not fill the log. */
const MOST_LINES = 20;

export interface StreamParts {
  history: Pick<HistorySync, 'fetchRange'>;
  /** A packet of this channel came. */
  arrived: (channel: ChannelRef) => void;
  times: typeof STREAM_TIMES;
}

export class Streams {
  readonly #context: SyncContext;
  readonly #parts: StreamParts;
  readonly #times: typeof STREAM_TIMES;
  /** Oldest first. */
  readonly #followed = new Map<string, FollowedStream>();
  #timer: NodeJS.Timeout | null = null;
  #held = 0;
  #longest = 0;
  #lines = 0;
  #connectedAtMs = 0;
  #closed = false;

  constructor(context: SyncContext, parts: StreamParts) {
    this.#context = context;
    this.#parts = parts;
    this.#times = parts.times;
  }

  onEvent(event: ReceivedEvent): void {
    if (this.#closed) return;
    let read;
    try {
      read = readStreamEvent(event, this.#context.me.uid);
    } catch (error) {
      const why = error instanceof UnusableEvent ? error.message : 'that cannot be read';
      this.#note(`EVENT of ${event.data.length} bytes ${why} ignored`);
      return;
    }
    this.#parts.arrived(read.of.channel);
    this.#streamOf(read.of).queue.push(read);
    this.#held += 200 + (read.text?.length ?? 0);
    if (this.#held > MOST_HELD) this.#relieve();
    else this.#schedule();
  }

  connected(): void {
    this.#connectedAtMs = this.#context.serverNowMs();
    this.#lines = 0;
    const since = Math.floor(this.#connectedAtMs / 1000) - OPEN_SECONDS;
    for (const { channel, messageSeq } of this.#context.store.messages.openStreams(since, MOST_OPEN))
      void this.#readAgain(channel, messageSeq);
  }

  /** What goes on from here on is not heard. */
  disconnected(): void {
    this.#flush();
    for (const stream of this.#followed.values()) stream.stopTimers();
    this.#followed.clear();
    this.#held = 0;
    this.#safely(() => this.#context.store.messages.restStreams());
  }

  close(): void {
    if (this.#closed) return;
    this.disconnected();
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #streamOf(of: StreamOf): FollowedStream {
    const key = JSON.stringify([channelKey(of.channel), of.fromUid, of.clientMsgNo]);
    let stream = this.#followed.get(key);
    if (!stream) {
      stream = new FollowedStream(of);
      this.#followed.set(key, stream);
      if (this.#followed.size > MOST_FOLLOWED) this.#makeRoom();
    }
    return stream;
  }

  #makeRoom(): void {
    this.#flush();
    const idle = [...this.#followed].find(([, { queue, waits }]) => queue.length === 0 && !waits);
    const [oldest] = idle ?? [...this.#followed.keys()];
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(key: string): void {
    this.#followed.get(key)?.stopTimers();
    this.#followed.delete(key);
  }

  /** Too many words wait: those whose messages are known are stored, the others go. */
  #relieve(): void {
    this.#flush();
    for (const [key, stream] of this.#followed) {
      if (this.#held <= MOST_HELD / 2) return;
      if (stream.held === 0) continue;
      this.#held -= stream.held;
      this.#forget(key);
      this.#note('EVENT: too many words without their messages, dropped');
    }
  }

  #schedule(waitMs = this.#times.writeMs + this.#longest / CHARS_PER_MS): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, waitMs);
  }

  #flush(): void {
    this.#safely(() => this.#store());
    this.#held = 0;
    for (const stream of this.#followed.values()) this.#held += stream.held;
    if ([...this.#followed.values()].some(({ queue }) => queue.length > 0))
      this.#schedule(this.#times.gapMs / 4);
  }

  #store(): void {
    const { store } = this.#context;
    const changes: (StreamOf & { change: StreamChange })[] = [];
    const taken: [string, FollowedStream, KnownStream][] = [];
    this.#longest = 0;
    for (const [key, stream] of this.#followed) {
      if (stream.queue.length === 0) continue;
      const known = store.messages.streamOf(stream.of);
      if (!known) {
        if (performance.now() - stream.since < this.#times.unknownMs) continue;
        this.#note('EVENT for a message that is not known here, ignored');
        this.#forget(key);
      } else if (!known.takes) this.#forget(key);
      else {
        const missedBefore = known.timestamp * 1000 < this.#connectedAtMs - CLOCK_SLACK_MS;
        changes.push({ ...stream.of, change: stream.take(known, missedBefore) });
        taken.push([key, stream, known]);
        this.#longest = Math.max(this.#longest, known.chars);
      }
    }
    store.messages.growStreams(changes.filter(({ change }) => says(change)));
    for (const [key, stream, known] of taken) this.#lookAfter(key, stream, known);
  }

  #lookAfter(key: string, stream: FollowedStream, { messageSeq }: KnownStream): void {
    const { channel } = stream.of;
    if (stream.final) {
      if (stream.torn) void this.#readAgain(channel, messageSeq);
      this.#forget(key);
      return;
    }
    if (stream.restTimer) clearTimeout(stream.restTimer);
    stream.restTimer = setTimeout(
      () => this.#safely(() => this.#context.store.messages.restStreams(stream.of)),
      this.#times.restMs,
    );
    if (stream.waits)
      stream.gapTimer ??= setTimeout(() => void this.#fillGap(key, stream), this.#times.gapMs);
    else if (stream.gapTimer) {
      clearTimeout(stream.gapTimer);
      stream.gapTimer = null;
    }
    if (!stream.torn || stream.asked) return;
    stream.asked = true;
    void this.#readAgain(channel, messageSeq);
  }

  /** What was missing did not come over the connection: it may be in the history. */
  async #fillGap(key: string, stream: FollowedStream): Promise<void> {
    const { messages } = this.#context.store;
    const known = messages.streamOf(stream.of);
    if (known) await this.#readAgain(stream.of.channel, known.messageSeq);
    stream.gapTimer = null;
    if (this.#followed.get(key) !== stream) return;
    this.#safely(() => {
      const now = messages.streamOf(stream.of);
      if (!now?.takes) return this.#forget(key);
      const change = stream.goOn(now);
      if (says(change)) messages.growStreams([{ ...stream.of, change }]);
      stream.asked = true;
      this.#lookAfter(key, stream, now);
    });
  }

  async #readAgain(channel: ChannelRef, messageSeq: number): Promise<void> {
    if (!this.#context.isOnline()) return;
    try {
      await this.#parts.history.fetchRange({ channel, fromSeq: messageSeq, toSeq: messageSeq }, 1, 'down');
    } catch (error) {
      this.#context.log('info', `a message that grows: ${reasonOf(error)}`);
    }
  }

  #note(line: string): void {
    this.#lines += 1;
    if (this.#lines <= MOST_LINES) this.#context.log('warn', line);
  }

  #safely(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#context.log('error', `a message that grows: ${reasonOf(error)}`);
    }
  }
}

/** (A number alone is not worth a write.) */
const says = ({ add, base, final }: StreamChange): boolean => final || base !== null || add !== '';
