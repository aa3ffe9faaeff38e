/** `store.messages`, as far as it is about messages whose text grows. */
import type { StoreContext } from '../store/context.ts';
import { StreamState, type StoredMessage } from '../store/tables/messages/message-row.ts';
import { takesStream } from '../store/tables/messages/stream-text.ts';
import type { Parts } from './parts.ts';
import type { KnownStream, Messages, StreamOf } from './store-api.ts';

type Streams = Pick<Messages, 'streamOf' | 'growStreams' | 'restStreams' | 'openStreams'>;

const STATES: Readonly<Record<number, KnownStream['state']>> = {
  [StreamState.growing]: 'growing',
  [StreamState.resting]: 'resting',
  [StreamState.final]: 'final',
};

export function createStreams(
  ctx: StoreContext,
  { channels, messages }: Pick<Parts, 'channels' | 'messages'>,
): Streams {
  const growing = ctx.db
    .prepare<[], string>(
      `SELECT message_id FROM message INDEXED BY message_streaming
       WHERE stream < 2 AND stream = ${StreamState.growing}`,
    )
    .pluck();
  const resting = ctx.db.prepare<[number, number], { channel_no: number; seq: number }>(
    `SELECT channel_no, seq FROM message INDEXED BY message_streaming
     WHERE stream < 2 AND stream = ${StreamState.resting} AND timestamp >= ?
     AND shown = 1 AND recalled = 0 ORDER BY timestamp DESC LIMIT ?`,
  );

  function standing({ channel, fromUid, clientMsgNo }: StreamOf): StoredMessage | undefined {
    const channelNo = channels.find(channel);
    if (channelNo === null || clientMsgNo === '') return undefined;
    return messages.copies(clientMsgNo, channelNo, fromUid)[0];
  }

  return {
    streamOf(stream) {
      const row = standing(stream);
      return row
        ? {
            messageSeq: row.seq,
            timestamp: row.timestamp,
            seq: row.stream_seq,
            state: row.stream === null ? 'none' : (STATES[row.stream] ?? 'final'),
            takes: takesStream(row, ctx.serverNow()),
            chars: row.payload?.length ?? 0,
          }
        : null;
    },
    growStreams: (list) =>
      ctx.writeRepeatable(() => {
        for (const { change, ...stream } of list) {
          const row = standing(stream);
          if (row && messages.grow(row, change).changed) ctx.changes.conversation(stream.channel);
        }
      }),
    restStreams(stream) {
      const row = stream && standing(stream);
      const ids = stream ? (row ? [row.message_id] : []) : growing.all();
      if (ids.length === 0) return;
      ctx.writeRepeatable(() => {
        for (const messageId of ids) messages.rest(messageId);
      });
    },
    openStreams: (since, limit) =>
      resting
        .all(since, limit)
        .map(({ channel_no, seq }) => ({ channel: channels.ref(channel_no), messageSeq: seq })),
  };
}
