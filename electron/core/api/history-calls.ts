/** A channel's history and the extras of its messages (tsdd-api.md 5). */
import { z } from 'zod';
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ServerExtra, ServerMessage, ServerReaction } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import type { Caller } from './caller.ts';
import { channelBody } from './channel-body.ts';
import { toServerExtra, toServerMessages, toServerReaction } from './normalise.ts';
import { MessageExtraDto, PinDto, PinnedDto, ReactionDto } from './schemas.ts';

/** `findByClientMsgNo`: the newest rows hold the message nearly always; the other pages are larger. */
const FIND_FIRST_ROWS = 100;
const FIND_ROWS = 500;
const FIND_MOST_ROWS = 100_000;
/** How far the nodes of a cluster, and our idea of their clock, may be apart. */
const FIND_CLOCK_SLACK_S = 600;

export interface HistoryQuery {
  channel: ChannelRef;
  /**
   * `latest`: the last `limit` rows. `down`: seqs in [fromSeq, toSeq], the highest `limit` of them. `up`: the lowest
   * `limit` of them. Always ascending (wukongim.md C.5).
   */
  mode: 'latest' | 'down' | 'up';
  fromSeq: number;
  toSeq: number;
  limit: number;
  timeoutMs?: number;
}

export interface HistoryAnswer {
  messages: ServerMessage[];
  /** Rows of the answer, including those that could not be read: 0 means the server has nothing (more) there. */
  rowCount: number;
  /** Lowest and highest seq of the answer's rows, null when it had none with a seq. */
  seqs: { low: number; high: number } | null;
}

/** A message that was pinned, also one that is no longer (tsdd-api.md 5.2). */
export interface Pin {
  messageId: string;
  messageSeq: number;
  isPinned: boolean;
  /** Server time of the last change: pinned, or no longer; 0 = unknown. */
  changedAtMs: number;
  /** When it was pinned first, in a time zone that is not said; '' = unknown. */
  createdAt: string;
}

const HistoryDto = z.object({ messages: z.unknown().optional() });
const SeqOnly = z.object({ message_seq: z.int().min(1) });

export function historyCalls({ request, log }: Caller) {
  async function history(query: HistoryQuery): Promise<HistoryAnswer> {
    const range = {
      latest: { start_message_seq: 0, end_message_seq: 0, pull_mode: 0 },
      // down: seq in (end, start]; up: seq in [start, end), end 0 = open.
      down: { start_message_seq: query.toSeq, end_message_seq: Math.max(0, query.fromSeq - 1), pull_mode: 0 },
      up: { start_message_seq: query.fromSeq, end_message_seq: query.toSeq + 1, pull_mode: 1 },
    }[query.mode];
    const body = await request({
      method: 'POST',
      path: '/message/channel/sync',
      body: { ...channelBody(query.channel), ...range, limit: query.limit },
      ...(query.timeoutMs === undefined ? {} : { timeoutMs: query.timeoutMs }),
    });
    const parsed = HistoryDto.safeParse(body);
    if (!parsed.success)
      throw new CodedError('notCompatible', 'message/channel/sync: the answer is not an object');
    const rows = parsed.data.messages ?? [];
    const messages = toServerMessages('message/channel/sync', rows, query.channel, log);
    // (As arguments of one call a hundred thousand rows would be too many.)
    let [low, high] = [Infinity, -Infinity];
    for (const row of Array.isArray(rows) ? rows : []) {
      const seq = SeqOnly.safeParse(row).data?.message_seq;
      if (seq === undefined) continue;
      low = Math.min(low, seq);
      high = Math.max(high, seq);
    }
    const seqs = low > high ? null : { low, high };
    return { messages, rowCount: Array.isArray(rows) ? rows.length : 0, seqs };
  }

  return {
    history,

    /** What was ever pinned in a channel, and the messages themselves. */
    async pinnedMessages(channel: ChannelRef): Promise<{ pins: Pin[]; messages: ServerMessage[] }> {
      const what = 'message/pinned/sync';
      const body = await request({
        method: 'POST',
        path: `/${what}`,
        body: { ...channelBody(channel), version: 0 },
      });
      const { pinned_messages: pins, messages } = readAnswer(what, PinnedDto, body);
      return {
        pins: readRows(what, PinDto, pins, log).map((dto) => ({
          messageId: dto.message_id,
          messageSeq: dto.message_seq,
          isPinned: !dto.is_deleted,
          changedAtMs: dto.version,
          createdAt: dto.created_at,
        })),
        messages: toServerMessages(what, messages ?? [], channel, log),
      };
    },

    /** Rows with a version above `version`, oldest first. `version` >= 1: from 0 TSDD skips old recalls. */
    async extraSync(
      channel: ChannelRef,
      version: number,
      source: string,
      limit: number,
    ): Promise<{ extras: ServerExtra[]; rowCount: number }> {
      const body = await request({
        method: 'POST',
        path: '/message/extra/sync',
        body: { ...channelBody(channel), extra_version: Math.max(1, version), source, limit },
      });
      const extras = readRows('message/extra/sync', MessageExtraDto, body, log).map(toServerExtra);
      return { extras, rowCount: Array.isArray(body) ? body.length : 0 };
    },

    /** Changes above a seq, ascending; from 0 the newest. Rejects with `notCompatible` where the route is unknown. */
    async reactionSync(
      channel: ChannelRef,
      seq: number,
      limit: number,
    ): Promise<{ reactions: ServerReaction[]; rowCount: number }> {
      const what = 'reaction/sync';
      const body = await request({
        method: 'POST',
        path: `/${what}`,
        body: { ...channelBody(channel), seq, limit },
      });
      const reactions = readRows(what, ReactionDto, body, log).flatMap((dto) =>
        dto.message_id === undefined ? [] : [toServerReaction(dto, dto.message_id)],
      );
      return { reactions, rowCount: Array.isArray(body) ? body.length : 0 };
    },

    /**
     * An own message by its client_msg_no; null = not there. `since`: server time (Unix seconds) before which it cannot
     * have been stored. Reads back from the newest rows to that time, so that a busy channel hides nothing; a message
     * that nobody would wait for (100,000 newer ones) counts as not there. Rejects as `history` does.
     */
    async findByClientMsgNo(
      channel: ChannelRef,
      clientMsgNo: string,
      ownUid: string,
      since: number,
    ): Promise<{ messageId: string; messageSeq: number; storedAt: number } | null> {
      const oldest = since - FIND_CLOCK_SLACK_S;
      let answer = await history({ channel, mode: 'latest', fromSeq: 0, toSeq: 0, limit: FIND_FIRST_ROWS });
      for (let read = answer.rowCount; ; read += answer.rowCount) {
        const found = answer.messages.findLast((m) => m.clientMsgNo === clientMsgNo && m.fromUid === ownUid);
        if (found) {
          const { messageId, messageSeq, timestamp } = found;
          return { messageId, messageSeq, storedAt: timestamp };
        }
        const toSeq = (answer.seqs?.low ?? 0) - 1;
        if (toSeq < 1 || answer.messages.some((m) => m.timestamp < oldest)) return null;
        if (read >= FIND_MOST_ROWS) {
          log('warn', `message/channel/sync: gave up looking for an own message after ${read} rows`);
          return null;
        }
        answer = await history({ channel, mode: 'down', fromSeq: 1, toSeq, limit: FIND_ROWS });
        if (answer.seqs && answer.seqs.high > toSeq)
          throw new CodedError('notCompatible', 'message/channel/sync: the answer lies outside the range');
      }
    },
  };
}
