/**
 * Messages as the server delivered them, into the tables: one transaction per batch, order and repetition irrelevant.
 */
import { performance } from 'node:perf_hooks';
import { isObject } from '../../../shared/json.ts';
import { parsePayload } from '../../../shared/content/message-content.ts';
import { type ChannelRef, messageKey } from '../../../shared/domain.ts';
import type { RecallOrigin, Recalls } from '../recall/apply-recall.ts';
import type { Absent } from '../store/tables/messages/absent.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { StoreContext } from '../store/context.ts';
import type { ConversationTable } from '../store/tables/conversations/conversation-table.ts';
import type { ExtraTable } from '../store/tables/messages/extra-table.ts';
import { isHiddenType, type MessageFacts } from '../store/tables/messages/message-derive.ts';
import type { MediaTable } from '../store/tables/media-table.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import { withoutEmbeddedQuote } from '../store/tables/messages/payload.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';
import { runsOf, type RangeTable } from '../store/tables/messages/ranges.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import type { SendAnswer, SendJob } from '../store/jobs.ts';
import type { ServerMessage } from '../store/server-records.ts';

export interface Ingest {
  messages(
    list: readonly ServerMessage[],
    source: 'live' | 'history' | 'conversation',
    range?: MissingRange,
  ): void;
  /** See `OutboxJobs.acknowledgeAll`. */
  acknowledgeAll(answers: readonly SendAnswer[]): (string | null)[];
  /** See `Messages.forgetHistory`. */
  forget(channel: ChannelRef, restarted: boolean): void;
}

interface Parts {
  absent: Absent;
  channels: ChannelTable;
  extras: ExtraTable;
  messages: MessageTable;
  conversations: ConversationTable;
  media: MediaTable;
  outbox: OutboxTables;
  people: PeopleTables;
  ranges: RangeTable;
  recalls: Recalls;
  onErased: () => void;
}

/** tsdd: 0 skips old recalls. */
const FIRST_EXTRA_VERSION = 1;
const MESSAGE_ID = /^-?\d{1,19}$/;
const int = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);

const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b));

interface Touched {
  seqs: number[];
  liveSeqs: number[];
  changed: boolean;
}

export function createIngest(ctx: StoreContext, parts: Parts): Ingest {
  const { me, log, changes } = ctx;
  const { absent, channels, extras, messages, conversations, media, outbox, people, ranges, recalls } = parts;

  function factsOf(message: ServerMessage, channelNo: number): MessageFacts {
    const parsed = parsePayload(message.payload);
    const expiresAt = message.expire > 0 ? int(message.timestamp) + int(message.expire) : 0;
    const expired = expiresAt > 0 && expiresAt * 1000 <= ctx.serverNow();
    const own = message.fromUid === me.uid;
    const notForMe = !own && parsed.visibles !== null && !parsed.visibles.includes(me.uid);
    return {
      message_id: message.messageId,
      channel_no: channelNo,
      seq: message.messageSeq,
      client_msg_no: message.clientMsgNo,
      from_uid: message.fromUid,
      timestamp: int(message.timestamp),
      expires_at: expiresAt,
      setting: int(message.setting),
      type: parsed.type,
      deleted: Number(message.deleted || expired),
      hidden: Number(isHiddenType(parsed.type) || notForMe),
      payload: isObject(message.payload) ? withoutEmbeddedQuote(message.payload) : null,
    };
  }

  function isStorable(message: ServerMessage): boolean {
    if (!MESSAGE_ID.test(message.messageId)) {
      log('warn', `message without a valid id dropped (channel type ${message.channel.channelType})`);
      return false;
    }
    if (!Number.isSafeInteger(message.messageSeq) || message.messageSeq < 1) {
      log(
        'warn',
        `message ${message.messageId} has no place in its channel (seq ${message.messageSeq}), dropped`,
      );
      return false;
    }
    return true;
  }

  /** Own message that is still in the outbox: it has arrived, whatever the SENDACK said. */
  function leaveOutbox(message: ServerMessage): SendJob | null {
    if (message.fromUid !== me.uid || !message.clientMsgNo) return null;
    const key = messageKey(message);
    const job = outbox.sends.byKey(message.channel, key);
    if (!job) return null;
    outbox.sends.remove(job.id);
    if (job.recallOnAck) addRecallJob(job, message.messageId);
    return job;
  }

  function addRecallJob(job: SendJob, messageId: string): void {
    outbox.recalls.add({
      channel: job.channel,
      messageKey: messageKey({ fromUid: me.uid, clientMsgNo: job.clientMsgNo, messageId }),
      messageId,
      clientMsgNo: job.clientMsgNo,
    });
  }

  /**
   * A seq of a channel names one message for ever. Another id at a known seq means that the server was set up anew:
   * what is cached of that channel belongs to a log that is gone. The outbox stays.
   */
  function forgetRestarted(list: readonly ServerMessage[]): void {
    const delivered = new Map<number, Map<number, string>>();
    for (const message of list) {
      const channelNo = channels.find(message.channel);
      if (channelNo === null || !Number.isSafeInteger(message.messageSeq) || message.messageSeq < 1) continue;
      let ids = delivered.get(channelNo);
      if (!ids) delivered.set(channelNo, (ids = new Map()));
      ids.set(message.messageSeq, message.messageId);
    }
    for (const [channelNo, ids] of delivered) {
      const cached = messages.atSeqs(channelNo, [...ids.keys()]);
      if (!cached.some((row) => ids.get(row.seq) !== row.message_id)) continue;
      const channel = channels.ref(channelNo);
      log('warn', `channel (type ${channel.channelType}) restarted on the server, its cache is built anew`);
      forget(channelNo, true);
    }
  }

  /** The outbox and the extras stay: what was recalled must not come back unrecalled. */
  function forget(channelNo: number, restarted: boolean): void {
    const channel = channels.ref(channelNo);
    messages.forgetChannel(channelNo);
    ranges.forget(channelNo);
    if (restarted) {
      conversations.restart(channelNo);
      channels.setExtraVersion(channel, FIRST_EXTRA_VERSION);
    }
    changes.conversation(channel);
    changes.reload(channel);
    parts.onErased();
  }

  function store(
    message: ServerMessage,
    channelNo: number,
    live: boolean,
    origin: RecallOrigin,
  ): { changed: boolean; hidden: boolean } {
    let recalledNow = false;
    if (message.extra) {
      const merged = extras.merge(channelNo, { ...message.extra, messageId: message.messageId }, (uid) =>
        people.roleIn(message.channel, uid),
      );
      recalledNow = merged.recalledNow;
    }
    const facts = factsOf(message, channelNo);
    const settled = messages.put(facts, live);
    recalls.afterSettled(message.messageId, settled, origin, recalledNow);
    return { changed: settled.changed, hidden: facts.hidden === 1 };
  }

  /** Adds the seq to those of its channel. Answers the message's key, null when the job is gone. */
  function acknowledge(
    { job, messageId, messageSeq }: SendAnswer,
    seqs: Map<number, number[]>,
    startedAt: number,
  ): string | null {
    const current = outbox.sends.byId(job.id);
    if (!current) return null;
    if (!MESSAGE_ID.test(messageId) || !Number.isSafeInteger(messageSeq) || messageSeq < 1) {
      throw new Error(`SENDACK with message id "${messageId}" and seq ${messageSeq} cannot be stored`);
    }
    const message: ServerMessage = {
      channel: current.channel,
      messageId,
      messageSeq,
      clientMsgNo: current.clientMsgNo,
      fromUid: me.uid,
      timestamp: current.timestamp,
      expire: 0,
      setting: current.setting ?? 0,
      payload: current.payload,
      deleted: false,
      extra: null,
    };
    const channelNo = channels.no(message.channel);
    outbox.sends.remove(current.id);
    if (current.recallOnAck) addRecallJob(current, messageId);
    store(message, channelNo, false, { source: 'extra', startedAt });
    if (current.attachment) media.adopt(messageId, current.attachment);
    seqs.set(channelNo, [...(seqs.get(channelNo) ?? []), messageSeq]);
    const key = messageKey(message);
    changes.message(message.channel, key);
    return key;
  }

  return {
    messages(list, source, range) {
      const origin: RecallOrigin = {
        source: source === 'conversation' ? 'conversation' : 'history',
        startedAt: performance.now(),
      };
      ctx.write(() => {
        const touched = new Map<number, Touched>();
        if (source !== 'live') forgetRestarted(list);
        absent.load(list);
        for (const message of list) {
          if (!isStorable(message)) continue;
          const channelNo = channels.no(message.channel);
          let entry = touched.get(channelNo);
          if (!entry) touched.set(channelNo, (entry = { seqs: [], liveSeqs: [], changed: false }));
          const left = leaveOutbox(message);
          const stored = store(message, channelNo, source === 'live', origin);
          if (left?.attachment) media.adopt(message.messageId, left.attachment);
          entry.seqs.push(message.messageSeq);
          if (source === 'live' && !stored.hidden) entry.liveSeqs.push(message.messageSeq);
          entry.changed ||= stored.changed || left !== null;
        }
        absent.clear();
        for (const [channelNo, { seqs, liveSeqs, changed }] of touched) {
          for (const run of runsOf(seqs)) ranges.add(channelNo, run);
          // Commands in the channel's own sequence (forged ones, wukongim.md F.1) do not bring a conversation up.
          const listing = source === 'live' && liveSeqs.length === 0 ? 'history' : source;
          const lowest = least(liveSeqs.length > 0 ? liveSeqs : seqs);
          conversations.touch(
            channelNo,
            { lowest, highest: -least(seqs.map((seq) => -seq)) },
            listing,
            changed,
          );
        }
        if (range) ranges.add(channels.no(range.channel), range);
      });
    },
    forget(channel, restarted) {
      const channelNo = channels.find(channel);
      if (channelNo !== null) ctx.write(() => forget(channelNo, restarted));
    },
    acknowledgeAll(answers) {
      const startedAt = performance.now();
      // A job that a power cut brings back is marked as sent: it is found in the history and comes here again.
      return ctx.writeRepeatable(() => {
        const seqs = new Map<number, number[]>();
        absent.load(answers.map(({ job, messageId }) => ({ messageId, clientMsgNo: job.clientMsgNo })));
        const keys = answers.map((answer) => acknowledge(answer, seqs, startedAt));
        absent.clear();
        for (const [channelNo, of] of seqs) {
          for (const run of runsOf(of)) ranges.add(channelNo, run);
          const [lowest, highest] = [least(of), -least(of.map((seq) => -seq))];
          conversations.touch(channelNo, { lowest, highest }, 'live', true);
        }
        return keys;
      });
    },
  };
}
