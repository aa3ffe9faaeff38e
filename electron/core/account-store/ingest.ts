/**
 * Messages as the server delivered them, into the tables: one transaction per batch, order and repetition irrelevant.
 */
import { performance } from 'node:perf_hooks';
import { channelKey, type ChannelRef, messageKey } from '../../../shared/domain.ts';
import type { Recalls } from '../recall/apply-recall.ts';
import type { WordLosses } from '../recall/word-losses.ts';
import type { RecallOrigin } from '../recall/recall-batch.ts';
import type { StoreContext } from '../store/context.ts';
import type { SendAnswer, SendJob } from '../store/jobs.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { ConversationTable } from '../store/tables/conversations/conversation-table.ts';
import type { MediaTable } from '../store/tables/media-table.ts';
import type { Absent } from '../store/tables/messages/absent.ts';
import type { ExtraTable } from '../store/tables/messages/extra-table.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { Settled } from '../store/tables/messages/settled.ts';
import { keyOf } from '../store/tables/messages/message-row.ts';
import type { ReactionTable } from '../store/tables/messages/reaction-table.ts';
import { runsOf, type MissingRange, type RangeTable } from '../store/tables/messages/ranges.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';
import { type ParsedPayload, parsePayload } from '../../../shared/content/message-content.ts';
import { isHiddenType } from '../store/tables/messages/message-derive.ts';
import type { AutoDelete } from './auto-delete.ts';
import { factsOf, isMessageId, isSeq } from './delivered-facts.ts';

export type IngestSource = 'live' | 'history' | 'conversation';

interface Parts {
  absent: Absent;
  autoDelete: AutoDelete;
  channels: ChannelTable;
  extras: ExtraTable;
  losses: WordLosses;
  messages: MessageTable;
  conversations: ConversationTable;
  media: MediaTable;
  outbox: OutboxTables;
  people: PeopleTables;
  ranges: RangeTable;
  reactions: ReactionTable;
  recalls: Recalls;
}

/** tsdd: 0 skips old recalls. */
const FIRST_EXTRA_VERSION = 1;

const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b));
const extentOf = (seqs: readonly number[]): { lowest: number; highest: number } => ({
  lowest: least(seqs),
  highest: -least(seqs.map((seq) => -seq)),
});

/** Anybody may send any number. */
const MOST_UNKNOWN_TYPES = 50;

/** What a batch brought of one channel. */
interface Touched {
  seqs: number[];
  liveSeqs: number[];
  changed: boolean;
  cleared: Cleared;
}

/** The history at or below `upTo` was cleared; that was known at `at` (Unix seconds). */
interface Cleared {
  upTo: number;
  at: number;
}
const NOT_CLEARED: Cleared = { upTo: 0, at: 0 };

export class Ingest {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;
  readonly #unknownTypes = new Set<number>();

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
  }

  /** See `Messages.ingest`. */
  messages(list: readonly ServerMessage[], source: IngestSource, range?: MissingRange): void {
    const { absent, channels, ranges } = this.#parts;
    const origin: RecallOrigin = {
      source: source === 'conversation' ? 'conversation' : 'history',
      startedAt: performance.now(),
    };
    this.#ctx.write(() => {
      const touched = new Map<number, Touched>();
      if (source !== 'live') this.#forgetRestarted(list);
      absent.load(list);
      for (const message of list) if (this.#isStorable(message)) this.#take(message, source, origin, touched);
      absent.clear();
      for (const [channelNo, entry] of touched) this.#settleChannel(channelNo, entry, source);
      if (range) ranges.add(channels.no(range.channel), range);
    });
  }

  /** See `OutboxJobs.acknowledgeAll`. */
  acknowledgeAll(answers: readonly SendAnswer[]): (string | null)[] {
    const { absent, conversations, ranges } = this.#parts;
    const startedAt = performance.now();
    // A job that a power cut brings back is marked as sent: it is found in the history and comes here again.
    return this.#ctx.writeRepeatable(() => {
      const seqs = new Map<number, number[]>();
      absent.load(answers.map(({ job, messageId }) => ({ messageId, clientMsgNo: job.clientMsgNo })));
      const keys = answers.map((answer) => this.#acknowledge(answer, seqs, startedAt));
      absent.clear();
      for (const [channelNo, of] of seqs) {
        for (const run of runsOf(of)) ranges.add(channelNo, run);
        conversations.touch(channelNo, extentOf(of), 'live', true);
      }
      return keys;
    });
  }

  /** The server shows me nothing at or below this seq any more: history cleared on another device, or for all. */
  clearUpTo(channel: ChannelRef, seq: number): void {
    const { channels, extras, losses, messages } = this.#parts;
    const channelNo = channels.find(channel);
    if (channelNo === null) return;
    this.#loseWaiting(channel, channelNo, seq);
    extras.dropEditsUpTo(channelNo, seq);
    losses.addCleared(messages.forgetUpTo(channelNo, seq));
    this.#ctx.changes.read(channel, seq);
    this.#ctx.changes.conversation(channel);
    this.#ctx.changes.reload(channel);
  }

  /** See `Messages.forgetHistory`. */
  forget(channel: ChannelRef, restarted: boolean): void {
    const channelNo = this.#parts.channels.find(channel);
    if (channelNo !== null) this.#ctx.write(() => this.#forget(channelNo, restarted));
  }

  /** The interface says that a kind is not supported; which one it was stands in the diagnostics, once. */
  #noteUnknown({ type, content }: ParsedPayload): void {
    if (content.kind !== 'unsupported' || isHiddenType(type) || this.#unknownTypes.has(type)) return;
    if (this.#unknownTypes.size >= MOST_UNKNOWN_TYPES) return;
    this.#unknownTypes.add(type);
    this.#ctx.log('info', `a message of type ${type}, which is not shown here`);
  }

  #isStorable({ channel, messageId, messageSeq }: ServerMessage): boolean {
    const { log } = this.#ctx;
    if (!isMessageId(messageId)) {
      log('warn', `message without a valid id dropped (channel type ${channel.channelType})`);
      return false;
    }
    if (!isSeq(messageSeq)) {
      log('warn', `message ${messageId} has no place in its channel (seq ${messageSeq}), dropped`);
      return false;
    }
    return true;
  }

  /**
   * A seq of a channel names one message for ever. Another id at a known seq means that the server was set up anew:
   * what is cached of that channel belongs to a log that is gone. The outbox stays.
   */
  #forgetRestarted(list: readonly ServerMessage[]): void {
    const { channels, messages } = this.#parts;
    const delivered = new Map<number, Map<number, string>>();
    for (const message of list) {
      const channelNo = channels.find(message.channel);
      if (channelNo === null || !isSeq(message.messageSeq)) continue;
      let ids = delivered.get(channelNo);
      if (!ids) delivered.set(channelNo, (ids = new Map()));
      ids.set(message.messageSeq, message.messageId);
    }
    for (const [channelNo, ids] of delivered) {
      const cached = messages.atSeqs(channelNo, [...ids.keys()]);
      if (!cached.some((row) => ids.get(row.seq) !== row.message_id)) continue;
      const { channelType } = channels.ref(channelNo);
      this.#ctx.log('warn', `channel (type ${channelType}) restarted on the server, its cache is built anew`);
      this.#forget(channelNo, true);
    }
  }

  /** The outbox and the extras stay, but for edits: what was recalled must not come back unrecalled. */
  #forget(channelNo: number, restarted: boolean): void {
    const { channels, conversations, extras, losses, messages, ranges } = this.#parts;
    const channel = channels.ref(channelNo);
    extras.dropEditsUpTo(channelNo, Number.MAX_SAFE_INTEGER);
    losses.addCleared(messages.forgetUpTo(channelNo, Number.MAX_SAFE_INTEGER));
    ranges.forget(channelNo);
    if (restarted) {
      conversations.restart(channelNo);
      channels.setExtraVersion(channel, FIRST_EXTRA_VERSION);
      channels.forgetReactionSeq(channel);
    }
    this.#ctx.changes.conversation(channel);
    this.#ctx.changes.reload(channel);
  }

  /** Nothing that waits goes on quoting, or editing, what was cleared, whether or not it is cached (any more). */
  #loseWaiting(channel: ChannelRef, channelNo: number, upTo: number): void {
    const { losses, messages, outbox } = this.#parts;
    const isHere = (other: ChannelRef): boolean => channelKey(other) === channelKey(channel);
    const gone = new Set<string>();
    for (const { messageId, place } of outbox.names()) {
      const row = messages.byId(messageId);
      const isCleared = row
        ? row.channel_no === channelNo && row.seq <= upTo
        : place !== null && isHere(place.channel) && place.seq <= upTo;
      if (!isCleared || gone.has(messageId)) continue;
      gone.add(messageId);
      if (!row || row.payload === null) continue;
      const { payload } = row;
      losses.add({ by: 'gone', channelNo, key: keyOf(row), messageId, payload, next: null, expired: false });
    }
    if (gone.size === 0) return;
    losses.addGone([...gone]);
    outbox.replaceLost({ lost: gone, expired: new Set(), digestById: () => '', edited: () => null });
  }

  #take(
    message: ServerMessage,
    source: IngestSource,
    origin: RecallOrigin,
    touched: Map<number, Touched>,
  ): void {
    const channelNo = this.#parts.channels.no(message.channel);
    let entry = touched.get(channelNo);
    if (!entry) {
      const cleared = this.#parts.conversations.cleared(channelNo);
      touched.set(channelNo, (entry = { seqs: [], liveSeqs: [], changed: false, cleared }));
    }
    const left = this.#leaveOutbox(message);
    const delivered = left?.expire && message.expire === 0 ? { ...message, expire: left.expire } : message;
    const stored = this.#store(delivered, channelNo, source === 'live', origin, entry.cleared);
    if (left?.attachment) this.#parts.media.adopt(message.messageId, left.attachment);
    entry.seqs.push(message.messageSeq);
    if (source === 'live' && !stored.hidden) entry.liveSeqs.push(message.messageSeq);
    entry.changed ||= stored.changed || left !== null;
  }

  /** Own message that is still in the outbox: it has arrived, whatever the SENDACK said. */
  #leaveOutbox(message: ServerMessage): SendJob | null {
    const { outbox } = this.#parts;
    if (message.fromUid !== this.#ctx.me.uid || !message.clientMsgNo) return null;
    const job = outbox.sends.byKey(message.channel, messageKey(message));
    if (!job) return null;
    outbox.sends.remove(job.id);
    if (job.recallOnAck) this.#addRecallJob(job, message.messageId);
    return job;
  }

  #addRecallJob({ channel, clientMsgNo }: SendJob, messageId: string): void {
    this.#parts.outbox.recalls.add({
      channel,
      messageKey: messageKey({ fromUid: this.#ctx.me.uid, clientMsgNo, messageId }),
      messageId,
      clientMsgNo,
    });
  }

  #store(
    message: ServerMessage,
    channelNo: number,
    live: boolean,
    origin: RecallOrigin,
    cleared = NOT_CLEARED,
  ): { changed: boolean; hidden: boolean } {
    const { extras, messages, people, recalls } = this.#parts;
    let recalledNow = false;
    if (message.extra) {
      const extra = { ...message.extra, messageId: message.messageId };
      const roleOf = (uid: string): number | null => people.roleIn(message.channel, uid);
      const merged = extras.merge(channelNo, extra, roleOf, { cached: true });
      recalledNow = merged.recalledNow;
    }
    const { channel, fromUid, payload } = message;
    const parsed = parsePayload(payload, { fromUid, channelType: channel.channelType });
    const facts = factsOf(message, parsed, channelNo, this.#ctx);
    this.#noteUnknown(parsed);
    this.#parts.autoDelete.seen(message);
    // Live seqs below it that are younger than it: the server counts anew. Others were under way when it was cleared.
    const isCleared = message.messageSeq <= cleared.upTo && (!live || facts.timestamp <= cleared.at);
    if (isCleared) facts.deleted = 1;
    const settled = messages.put(facts, live && !isCleared);
    recalls.afterSettled(message.messageId, settled, origin, recalledNow);
    this.#storeReactions(message, settled.rows[0]);
    return { changed: settled.changed, hidden: facts.hidden === 1 || isCleared };
  }

  /** (A trigger leaves out those of what is recalled or gone.) */
  #storeReactions(
    { channel, reactions = [] }: ServerMessage,
    row: Settled['rows'][number] | undefined,
  ): void {
    let changed = false;
    for (const reaction of reactions) changed = this.#parts.reactions.put(reaction) || changed;
    if (!changed || !row) return;
    this.#ctx.changes.message(channel, keyOf(row));
    if (row.from_uid === this.#ctx.me.uid) this.#ctx.changes.conversation(channel);
  }

  /** Its time counts from when the server stored it, the message's own from when it was written: it may have waited. */
  #expireOf({ expire = 0, timestamp }: SendJob, storedAt = Math.floor(this.#ctx.serverNow() / 1000)): number {
    return expire > 0 ? expire + Math.max(0, storedAt - timestamp) : 0;
  }

  #settleChannel(channelNo: number, { seqs, liveSeqs, changed }: Touched, source: IngestSource): void {
    const { conversations, ranges } = this.#parts;
    for (const run of runsOf(seqs)) ranges.add(channelNo, run);
    // Commands in the channel's own sequence (forged ones, wukongim.md F.1) do not bring a conversation up.
    const listing = source === 'live' && liveSeqs.length === 0 ? 'history' : source;
    const { lowest, highest } = extentOf(seqs);
    const first = liveSeqs.length > 0 ? least(liveSeqs) : lowest;
    conversations.touch(channelNo, { lowest: first, highest }, listing, changed);
  }

  /** Adds the seq to those of its channel. Answers the message's key, null when the job is gone. */
  #acknowledge(
    { job, messageId, messageSeq, storedAt }: SendAnswer,
    seqs: Map<number, number[]>,
    startedAt: number,
  ): string | null {
    const { channels, media, outbox } = this.#parts;
    const current = outbox.sends.byId(job.id);
    if (!current) return null;
    if (!isMessageId(messageId) || !isSeq(messageSeq)) {
      throw new Error(`SENDACK with message id "${messageId}" and seq ${messageSeq} cannot be stored`);
    }
    const message: ServerMessage = {
      channel: current.channel,
      messageId,
      messageSeq,
      clientMsgNo: current.clientMsgNo,
      fromUid: this.#ctx.me.uid,
      timestamp: current.timestamp,
      expire: this.#expireOf(current, storedAt),
      setting: current.setting ?? 0,
      payload: current.payload,
      deleted: false,
      extra: null,
    };
    const channelNo = channels.no(message.channel);
    outbox.sends.remove(current.id);
    if (current.recallOnAck) this.#addRecallJob(current, messageId);
    this.#store(message, channelNo, false, { source: 'extra', startedAt });
    if (current.attachment) media.adopt(messageId, current.attachment);
    seqs.set(channelNo, [...(seqs.get(channelNo) ?? []), messageSeq]);
    const key = messageKey(message);
    this.#ctx.changes.message(message.channel, key);
    return key;
  }
}
