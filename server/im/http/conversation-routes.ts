import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { channelIdSeenBy, shownUid, storageChannelId } from '../channel-ids.ts';
import type { ImCore } from '../im-core.ts';
import type { Channel } from '../store/channel-store.ts';
import { type Conversation, ConversationStore } from '../store/conversation-store.ts';
import { messageDto } from './message-dto.ts';
import { bit, channelId, channelType, int64, parse, u32, uid } from './validation.ts';

const OK = { status: 200 };
/** Messages per conversation a client may ask for. */
const MAX_RECENTS = 1000;
const SECOND_NS = 1_000_000_000n;

const syncBody = z.object({
  uid,
  version: int64.default(0n),
  last_msg_seqs: z.string().default(''),
  msg_count: z.int().min(0).default(0),
  only_unread: bit,
  exclude_channel_types: z.array(channelType).nullish(),
  page: z.int().min(0).default(0),
  page_size: z.int().min(0).default(0),
});
const clearBody = z.object({
  uid,
  channel_id: channelId,
  channel_type: channelType,
  message_seq: u32.default(0),
});
const setUnreadBody = z.object({
  uid,
  channel_id: channelId,
  channel_type: channelType,
  unread: u32.default(0),
  /** 0 = the newest. What came behind it stays unread: nobody has seen it. (WuKongIM goes by `unread` alone.) */
  message_seq: u32.default(0),
});
const deleteBody = z.object({ uid, channel_id: channelId, channel_type: channelType });

/** `id:type:seq|id:type:seq` by "type id"; ids may contain colons. */
function parseLastSeqs(text: string): Map<string, number> {
  const seqs = new Map<string, number>();
  for (const part of text.split('|')) {
    const match = /^(.+):(\d{1,3}):(\d{1,10})$/.exec(part);
    if (match) seqs.set(`${match[2]} ${match[1]}`, Number(match[3]));
  }
  return seqs;
}

/** The conversation's channel_id as the user sees it. */
function shown(uid: string, c: Conversation): string {
  return shownUid(channelIdSeenBy(uid, c.channel.channelId, c.channel.channelType));
}

/** Conversations and their unread counts (wukongim.md C.7). */
export function registerConversationRoutes(app: FastifyInstance, core: ImCore): void {
  const { conversations, messages } = core;

  app.post('/conversation/sync', async (request) => {
    const body = parse(syncBody, request.body);
    const excluded = new Set(body.exclude_channel_types ?? []);
    const knownSeqs = parseLastSeqs(body.last_msg_seqs);
    const count = Math.min(body.msg_count, MAX_RECENTS);
    const list = conversations
      .list(body.uid, false)
      .filter(
        (c) =>
          c.channel.lastSeq > c.deletedTo &&
          !excluded.has(c.channel.channelType) &&
          // Versions are whole seconds: what changed in the same second is sent again rather than never.
          BigInt(c.updatedAt) * SECOND_NS >= body.version &&
          (!body.only_unread || ConversationStore.unread(c) > 0),
      )
      .sort((a, b) => (a.channel.lastMessageId < b.channel.lastMessageId ? 1 : -1));
    const page = body.page_size > 0 ? list.slice((Math.max(1, body.page) - 1) * body.page_size) : list;
    const limited = body.page_size > 0 ? page.slice(0, body.page_size) : page;
    return limited.flatMap((c) => {
      const { channel } = c;
      const channelId = shown(body.uid, c);
      const after = Math.max(c.deletedTo, knownSeqs.get(`${channel.channelType} ${channelId}`) ?? 0);
      const recents = count > 0 ? messages.lastBefore(channel, after, channel.lastSeq, count) : [];
      if (count > 0 && recents.length === 0) return [];
      const last = recents[0] ?? messages.lastBefore(channel, 0, channel.lastSeq, 1)[0];
      return [
        {
          channel_id: channelId,
          channel_type: channel.channelType,
          unread: ConversationStore.unread(c),
          timestamp: channel.lastTime,
          last_msg_seq: channel.lastSeq,
          last_client_msg_no: last?.clientMsgNo ?? '',
          offset_msg_seq: 0,
          readed_to_msg_seq: c.readedTo,
          version: BigInt(c.updatedAt) * SECOND_NS,
          recents: recents.map(messageDto),
        },
      ];
    });
  });

  function channelFor(where: { uid: string; channel_id: string; channel_type: number }): Channel | null {
    const id = storageChannelId(where.uid, where.channel_id, where.channel_type);
    return core.channels.find(id, where.channel_type);
  }

  app.post('/conversations/clearUnread', async (request) => {
    const body = parse(clearBody, request.body);
    const channel = channelFor(body);
    if (channel) {
      const seq = body.message_seq === 0 ? channel.lastSeq : Math.min(body.message_seq, channel.lastSeq);
      conversations.advance(body.uid, channel, seq);
    }
    return OK;
  });

  app.post('/conversations/setUnread', async (request) => {
    const body = parse(setUnreadBody, request.body);
    const channel = channelFor(body);
    if (channel) {
      const seq = Math.max(0, channel.lastSeq - body.unread);
      conversations.advance(
        body.uid,
        channel,
        body.message_seq === 0 ? seq : Math.min(seq, body.message_seq),
      );
    }
    return OK;
  });

  app.post('/conversations/delete', async (request) => {
    const body = parse(deleteBody, request.body);
    const channel = channelFor(body);
    if (channel) conversations.deleteUpTo(body.uid, channel, channel.lastSeq);
    return OK;
  });
}
