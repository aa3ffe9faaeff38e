/** What the server shows, asked for by the other members of the conversations, not by the app. */
import { type Peer } from '../fixtures/people/peer.ts';
import type { ServerRow } from './record.ts';

const PAGE_ROWS = 500;

export interface WatchedChannel {
  /** As the app's user names it: `2/group`, `1/uid of the peer`. */
  channel: string;
  /** Who looks, and by which name. */
  peer: Peer;
  channelId: string;
  channelType: number;
}

interface Answer {
  messages?: {
    message_idstr: string;
    message_seq: number;
    client_msg_no: string;
    from_uid: string;
    payload?: { type?: number; content?: unknown; name?: unknown };
    revoke?: number;
  }[];
}

/** All rows of these channels from the given seqs on (by `channel`; absent = all), ascending per channel. */
export async function readServer(
  channels: readonly WatchedChannel[],
  from: ReadonlyMap<string, number>,
): Promise<ServerRow[]> {
  const rows: ServerRow[] = [];
  for (const { channel, peer, channelId, channelType } of channels) {
    let next = Math.max(1, from.get(channel) ?? 1);
    for (;;) {
      const answer = await peer.call<Answer>('POST', 'message/channel/sync', {
        channel_id: channelId,
        channel_type: channelType,
        start_message_seq: next,
        end_message_seq: 0,
        limit: PAGE_ROWS,
        pull_mode: 1,
      });
      const page = answer.messages ?? [];
      for (const row of page) {
        const content = row.payload?.content ?? row.payload?.name;
        rows.push({
          channel,
          messageId: row.message_idstr,
          messageSeq: row.message_seq,
          clientMsgNo: row.client_msg_no,
          fromUid: row.from_uid,
          text: typeof content === 'string' ? content : '',
          recalled: row.revoke === 1,
        });
      }
      const last = page.at(-1)?.message_seq;
      if (last === undefined || page.length < PAGE_ROWS) break;
      next = last + 1;
    }
  }
  return rows;
}
