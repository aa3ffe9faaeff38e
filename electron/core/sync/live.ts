/**
 * Messages as they arrive. Real messages are stored in one transaction before this returns (only then are they
 * acknowledged). Type 99 and 1006 branch off first and are handled after it: they are hints, and a failure of theirs
 * must not hold up an acknowledgement. A hole in message_seq gets two seconds to be filled by redelivery.
 */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { PayloadType } from '../../../shared/content/message-content.ts';
import { isSystemUid } from '../../../shared/content/system-lines.ts';
import type { ReceivedMessage } from '../connection/connection-api.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { Command } from './commands/command.ts';
import type { Directory } from './directory.ts';
import type { HistorySync } from './history-sync.ts';
import { payloadType, saysDisbanded } from './history-rows.ts';
import { envelopeChannel } from './commands/envelope-channel.ts';
import type { RecallHint } from './commands/hints.ts';
import type { PinnedTips } from './pinned-tips.ts';
import type { SyncContext } from './sync-context.ts';

/** A redelivery fills most holes by itself within this time (docs/sync.md, "Live messages"). */
const GAP_WAIT_MS = 2_000;
/** More than this is not a hole but an absence: the rest is fetched when someone scrolls there. */
const GAP_ROWS = 200;

/** RECVs that overtake each other are not further apart than this (wukongim.md fact 12: 28 of 2000). */
const REORDERED = 100;
const REORDERED_SECONDS = 60;

export interface LiveParts {
  directory: Directory;
  history: HistorySync;
  command: (command: Command) => void;
  hint: (hint: RecallHint) => void;
  pinnedTips: PinnedTips;
  /** The seqs of this channel seem to have begun anew. */
  suspect: (channel: ChannelRef) => void;
}

/** What a batch brought for one channel; `lastSeq` and `isNew` as it was before. */
interface Arrival {
  channel: ChannelRef;
  messages: ServerMessage[];
  lastSeq: number;
  isNew: boolean;
}

/** System messages after which a group's members or settings are different (wukongim.md F). */
const MEMBERSHIP_TYPES = new Set([1001, 1002, 1003, 1007, 1008, 1020, 1021]);
const GROUP_UPDATE = 1005;
const TIP = 2000;

export class Live {
  readonly #context: SyncContext;
  readonly #parts: LiveParts;
  readonly #gapTimers = new Set<NodeJS.Timeout>();
  /** message_seq of the newest SENDACK of each channel. */
  readonly #lastAcknowledged = new Map<string, number>();

  constructor(context: SyncContext, parts: LiveParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** `ConnectionOptions.onMessages`: throws when the messages could not be stored. */
  onMessages(messages: readonly ReceivedMessage[]): void {
    const startedAt = performance.now();
    const stored: ServerMessage[] = [];
    const later: (() => void)[] = [];
    for (const message of messages) {
      const { payload } = message;
      const type = payloadType(payload);
      const envelope = envelopeChannel(message.channel);
      if (payload && type === PayloadType.cmd) {
        const { fromUid, timestamp } = message;
        later.push(() => this.#parts.command({ envelope, fromUid, payload, timestamp, startedAt }));
      } else if (payload && type === PayloadType.revokeNotice) {
        later.push(() => this.#parts.hint({ envelope, params: payload, source: 'notice', startedAt }));
      } else if (message.noPersist || message.messageSeq <= 0 || message.syncOnce) {
        this.#context.log(
          'debug',
          `RECV of type ${type ?? 'unknown'} that is not kept by the server; not shown`,
        );
      } else if (envelope) {
        stored.push(toServerMessage(message, envelope));
      } else {
        this.#context.log('warn', `RECV in a channel of type ${message.channel.channelType}; not shown`);
      }
    }
    if (stored.length > 0) this.#keep(stored);
    if (later.length > 0) queueMicrotask(() => later.forEach((action) => this.#runSafely(action)));
  }

  /** SENDACK: a hole below the own message counts like one below a received one. */
  acknowledged(channel: ChannelRef, messageSeq: number): void {
    const key = channelKey(channel);
    const before = this.#lastAcknowledged.get(key) ?? 0;
    this.#lastAcknowledged.set(key, messageSeq);
    // The one before may not be stored yet (docs/outbox.md).
    if (messageSeq === before + 1) return;
    const stored = this.#context.store.messages.lastSeq(channel);
    const lastSeq = Math.max(stored, before < messageSeq ? before : 0);
    if (lastSeq > 0 && messageSeq > lastSeq + 1) this.#watchGap(channel, lastSeq);
  }

  close(): void {
    for (const timer of this.#gapTimers) clearTimeout(timer);
    this.#gapTimers.clear();
  }

  #keep(stored: readonly ServerMessage[]): void {
    const arrivals = byChannel(stored);
    for (const arrival of arrivals) {
      arrival.lastSeq = this.#context.store.messages.lastSeq(arrival.channel);
      // That comes first: a conversation's counts cost more.
      arrival.isNew =
        arrival.lastSeq === 0 && this.#context.store.conversations.get(arrival.channel) === null;
    }
    const restarted = arrivals.filter((arrival) => this.#looksRestarted(arrival));
    this.#context.store.messages.ingest(stored, 'live');
    for (const { channel } of restarted) this.#parts.suspect(channel);
    queueMicrotask(() => this.#runSafely(() => this.#afterStoring(arrivals)));
  }

  /** A new message far below the known end of its channel, though younger than it: no redelivery. */
  #looksRestarted({ channel, messages, lastSeq }: Arrival): boolean {
    return messages.some((message) => {
      if (message.messageSeq > lastSeq - REORDERED) return false;
      const newest = this.#context.store.messages.page(channel, { at: 'latest' }, 1).messages.at(-1);
      return (
        newest !== undefined &&
        newest.timestamp + REORDERED_SECONDS < message.timestamp &&
        this.#context.store.messages.byId(message.messageId) === null
      );
    });
  }

  #afterStoring(arrivals: readonly Arrival[]): void {
    const senders = new Set<string>();
    for (const { channel, messages, lastSeq, isNew } of arrivals) {
      const lowest = messages.reduce((least, { messageSeq }) => Math.min(least, messageSeq), Infinity);
      if (lastSeq > 0 && lowest > lastSeq + 1) this.#watchGap(channel, lastSeq);
      if (isNew) this.#parts.directory.ensureChannel(channel);
      for (const { fromUid } of messages) senders.add(fromUid);
    }
    this.#parts.directory.ensureUsers(senders);
    for (const { channel, messages } of arrivals)
      if (messages.some(({ payload }) => payloadType(payload) === TIP)) this.#parts.pinnedTips.look(channel);
    this.#fetchOwedEdits(arrivals);
    for (const { channel, messages } of arrivals)
      if (channel.channelType === ChannelType.group)
        for (const { fromUid, payload } of messages)
          if (isSystemUid(fromUid)) this.#refreshAfter(channel, payload);
  }

  /** Extras that overtook their message: the words of an edit were not kept then (docs/sync.md). */
  #fetchOwedEdits(arrivals: readonly Arrival[]): void {
    const ids = arrivals.flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
    const owing = new Set(this.#context.store.messages.owingEdits(ids));
    if (owing.size === 0) return;
    for (const { channel, messages } of arrivals) {
      const seqs = messages.flatMap(({ messageId, messageSeq }) => (owing.has(messageId) ? messageSeq : []));
      if (seqs.length === 0) continue;
      const fromSeq = seqs.reduce((a, b) => Math.min(a, b));
      const toSeq = seqs.reduce((a, b) => Math.max(a, b));
      this.#inBackground(this.#parts.history.fetchRange({ channel, fromSeq, toSeq }, GAP_ROWS, 'down'));
    }
  }

  #refreshAfter(channel: ChannelRef, payload: unknown): void {
    const type = payloadType(payload);
    if (type === null) return;
    const membership = MEMBERSHIP_TYPES.has(type);
    // A tip alone says that a group was disbanded (tsdd-api.md 12).
    if (!membership && type !== GROUP_UPDATE && type !== TIP) return;
    if (saysDisbanded(payload)) this.#context.store.people.closeGroup(channel.channelId);
    this.#inBackground(this.#parts.directory.refreshChannel(channel));
    if (membership) this.#inBackground(this.#parts.directory.refreshMembers(channel.channelId));
  }

  /** After `GAP_WAIT_MS`, fetches what is still missing above `lastSeq`. */
  #watchGap(channel: ChannelRef, lastSeq: number): void {
    const timer = setTimeout(() => {
      this.#gapTimers.delete(timer);
      // Offline: the sync of the next connection fetches it.
      if (!this.#context.isOnline()) return;
      for (const gap of this.#context.store.messages.gaps(channel, 4)) {
        if (gap.toSeq <= lastSeq) continue;
        const range = { channel, fromSeq: Math.max(gap.fromSeq, lastSeq + 1), toSeq: gap.toSeq };
        this.#inBackground(this.#parts.history.fetchRange(range, GAP_ROWS, 'down'));
      }
    }, GAP_WAIT_MS);
    this.#gapTimers.add(timer);
  }

  #inBackground(task: Promise<void>): void {
    task.catch((error: unknown) => this.#context.log('info', `after a live message: ${reasonOf(error)}`));
  }

  #runSafely(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#context.log('error', `after a live message: ${reasonOf(error)}`);
    }
  }
}

function toServerMessage(message: ReceivedMessage, channel: ChannelRef): ServerMessage {
  return {
    channel,
    messageId: message.messageId,
    messageSeq: message.messageSeq,
    clientMsgNo: message.clientMsgNo,
    fromUid: message.fromUid,
    timestamp: message.timestamp,
    expire: message.expire,
    setting: message.setting,
    payload: message.payload,
    deleted: false,
    extra: null,
  };
}

function byChannel(stored: readonly ServerMessage[]): Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const message of stored) {
    const { channel } = message;
    const key = channelKey(channel);
    const arrival = arrivals.get(key);
    if (arrival) arrival.messages.push(message);
    else arrivals.set(key, { channel, messages: [message], lastSeq: 0, isNew: false });
  }
  return [...arrivals.values()];
}
