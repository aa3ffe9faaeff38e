/** What is done with single messages (tsdd-api.md 5). */
import type { ChannelRef } from '../../../shared/domain.ts';
import { readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { ReaderDto } from './schemas.ts';
import { channelBody } from './channel-body.ts';
import { type RecallOutcome, recallOutcomeOf } from './recall-outcome.ts';

export function messageCalls({ request, log }: Caller) {
  return {
    /** Rejects only when the server was not reached or the session is over. Both ids are the message's true ones. */
    async revoke(args: {
      channel: ChannelRef;
      messageId: string;
      clientMsgNo: string;
    }): Promise<RecallOutcome> {
      try {
        await request({
          method: 'POST',
          path: '/message/revoke',
          query: {
            ...channelBody(args.channel),
            message_id: args.messageId,
            client_msg_no: args.clientMsgNo,
          },
        });
        return { ok: true, verify: false };
      } catch (error) {
        return recallOutcomeOf(error);
      }
    },

    async edit(args: {
      channel: ChannelRef;
      messageId: string;
      messageSeq: number;
      payload: Record<string, unknown>;
    }): Promise<void> {
      await request({
        method: 'POST',
        path: '/message/edit',
        body: {
          ...channelBody(args.channel),
          message_id: args.messageId,
          message_seq: args.messageSeq,
          // A JSON string of the complete new payload (tsdd-api.md 5.2).
          content_edit: JSON.stringify(args.payload),
        },
      });
    },

    /** The server toggles: mine again takes it back, another one replaces it (tsdd-api.md 5.2). */
    async react(channel: ChannelRef, messageId: string, emoji: string): Promise<void> {
      await request({
        method: 'POST',
        path: '/reactions',
        body: { ...channelBody(channel), message_id: messageId, emoji },
      });
    },

    /** The server toggles: what is pinned is so no longer (tsdd-api.md 5.2). */
    async togglePin(channel: ChannelRef, messageId: string, messageSeq: number): Promise<void> {
      await request({
        method: 'POST',
        path: '/message/pinned',
        body: { ...channelBody(channel), message_id: messageId, message_seq: messageSeq },
      });
    },

    async unpinAll(channel: ChannelRef): Promise<void> {
      await request({ method: 'POST', path: '/message/pinned/clear', body: channelBody(channel) });
    },

    async deleteMessages(
      channel: ChannelRef,
      messages: readonly { messageId: string; messageSeq: number }[],
    ): Promise<void> {
      if (messages.length === 0) return;
      await request({
        method: 'DELETE',
        path: '/message',
        body: messages.map((m) => ({
          ...channelBody(channel),
          message_id: m.messageId,
          message_seq: m.messageSeq,
        })),
      });
    },

    /** A voice message was heard: only this account's other devices learn of it, with its history. */
    async reportPlayed(
      channel: ChannelRef,
      { messageId, messageSeq }: { messageId: string; messageSeq: number },
    ): Promise<void> {
      await request({
        method: 'PUT',
        path: '/message/voicereaded',
        body: { ...channelBody(channel), message_id: messageId, message_seq: messageSeq },
      });
    },

    async typing(channel: ChannelRef): Promise<void> {
      await request({ method: 'POST', path: '/message/typing', body: channelBody(channel) });
    },

    /**
     * Who has read a message (tsdd-api.md 5.2), one page from 1 on. Rejects with `notCompatible` where the server does
     * not tell. (Who has not read it TSDD never tells.)
     */
    async readers(
      messageId: string,
      page: number,
      size: number,
    ): Promise<{ readers: { uid: string; name: string }[]; rowCount: number }> {
      const what = 'messages/:id/receipt';
      const query = { readed: 1, page_index: page, page_size: size };
      const body = await request({ method: 'GET', path: `/messages/${seg(messageId)}/receipt`, query });
      return {
        readers: readRows(what, ReaderDto, body, log),
        rowCount: Array.isArray(body) ? body.length : 0,
      };
    },

    /** Read receipts; the authors hear of it through the extras. */
    async reportRead(channel: ChannelRef, messageIds: readonly string[]): Promise<void> {
      if (messageIds.length === 0) return;
      await request({
        method: 'POST',
        path: '/message/readed',
        body: { ...channelBody(channel), message_ids: messageIds },
      });
    },
  };
}
