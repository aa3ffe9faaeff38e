/** Server rules, IM addresses, the conversation list (tsdd-api.md 1.1, 1.4, 4). */
import type { ChannelRef, ServerRules } from '../../../shared/domain.ts';
import type { GroupRecord, ServerConversation, UserRecord } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import type { HttpRequest } from './http.ts';
import { OwnReadMarks } from './own-read-marks.ts';
import { toGroupRecord, toServerConversation, toUserRecord } from './normalise.ts';
import { ConversationDto, ConversationExtraDto, GroupDto, ImRouteDto, UserDto } from './schemas.ts';
import { rulesOf } from './sign-in.ts';
import { z } from 'zod';

export interface ConversationSync {
  conversations: ServerConversation[];
  /** Rows of the answer, including those that could not be read. */
  rowCount: number;
  users: UserRecord[];
  groups: GroupRecord[];
}

/** What the devices of one account share about a conversation (tsdd-api.md 4.1 ConvExtra). */
export interface ConversationExtra {
  channel: ChannelRef;
  /** At most 1000 characters. */
  draft: string;
  /** Positions of other clients, which this one passes on as they are. */
  browseTo: number;
  keepMessageSeq: number;
  keepOffsetY: number;
  version: number;
}

const ConversationSyncDto = z.object({
  conversations: z.unknown().optional(),
  users: z.unknown().optional(),
  groups: z.unknown().optional(),
});
const rowsOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** `lastMessageSeqs` '' = the whole list; else only what is newer (`id:type:seq|…`). `messageCount` >= 1. */
export const conversationSyncRequest = (lastMessageSeqs: string, messageCount: number): HttpRequest => ({
  method: 'POST',
  path: '/conversation/sync',
  body: { version: 0, last_msg_seqs: lastMessageSeqs, msg_count: messageCount, device_uuid: '' },
  timeoutMs: 20_000,
});

/** What `conversation/sync` answered. Throws `notCompatible`. */
export function readConversationSync(body: unknown, log: Caller['log']): ConversationSync {
  const dto = readAnswer('conversation/sync', ConversationSyncDto, body);
  return {
    conversations: readRows('conversation/sync', ConversationDto, dto.conversations, log).map((row) =>
      toServerConversation(row, log),
    ),
    rowCount: rowsOf(dto.conversations).length,
    users: readRows('conversation/sync users', UserDto, rowsOf(dto.users), log).map(toUserRecord),
    groups: readRows('conversation/sync groups', GroupDto, rowsOf(dto.groups), log).map((g) =>
      toGroupRecord(g, false),
    ),
  };
}

export function conversationCalls({ request, log }: Caller) {
  const ownMarks = new OwnReadMarks();
  return {
    async appConfig(): Promise<ServerRules> {
      return rulesOf(await request({ method: 'GET', path: '/common/appconfig' }));
    },

    /** Where to connect; null = the server offers no such address. */
    async imAddresses(uid: string): Promise<{ tcp: string | null; ws: string | null; wss: string | null }> {
      const body = await request({ method: 'GET', path: `/users/${seg(uid)}/im` });
      const dto = readAnswer('users/:uid/im', ImRouteDto, body);
      return { tcp: dto.tcp_addr, ws: dto.ws_addr, wss: dto.wss_addr };
    },

    async conversationSync(lastMessageSeqs: string, messageCount: number): Promise<ConversationSync> {
      return readConversationSync(await request(conversationSyncRequest(lastMessageSeqs, messageCount)), log);
    },

    /**
     * Read position = last - `unread`; only ever moves forward. The route is misspelled on purpose (tsdd-api.md 4.2).
     */
    async clearUnread(channel: ChannelRef, unread: number, messageSeq: number): Promise<void> {
      ownMarks.asked(channel, unread);
      await request({
        method: 'PUT',
        path: '/coversation/clearUnread',
        body: {
          channel_id: channel.channelId,
          channel_type: channel.channelType,
          unread,
          message_seq: messageSeq,
        },
      });
    },

    /** Whether what the server tells of a read position was asked for by `clearUnread`. Once for each time. */
    isOwnReadMark: (channel: ChannelRef, unread: number): boolean => ownMarks.take(channel, unread),

    /** My history of a chat up to `messageSeq` is not shown to me any more, on no device; others keep theirs. */
    async clearHistory(channel: ChannelRef, messageSeq: number): Promise<void> {
      await request({
        method: 'POST',
        path: '/message/offset',
        body: {
          channel_id: channel.channelId,
          channel_type: channel.channelType,
          message_seq: messageSeq,
        },
      });
    },

    /** Those with a version above `version`, in any order. */
    async conversationExtras(version: number): Promise<ConversationExtra[]> {
      const body = await request({ method: 'POST', path: '/conversation/extra/sync', body: { version } });
      return readRows('conversation/extra/sync', ConversationExtraDto, body, log).map((row) => ({
        channel: { channelId: row.channel_id, channelType: row.channel_type },
        draft: row.draft,
        browseTo: row.browse_to,
        keepMessageSeq: row.keep_message_seq,
        keepOffsetY: row.keep_offset_y,
        version: row.version,
      }));
    },

    /** Overwrites all of it (`browseTo` only grows). The server sends a command to the own devices. */
    async setConversationExtra(
      channel: ChannelRef,
      extra: Omit<ConversationExtra, 'channel' | 'version'>,
    ): Promise<void> {
      await request({
        method: 'POST',
        path: `/conversations/${seg(channel.channelId)}/${channel.channelType}/extra`,
        body: {
          browse_to: extra.browseTo,
          keep_message_seq: extra.keepMessageSeq,
          keep_offset_y: extra.keepOffsetY,
          draft: extra.draft,
        },
      });
    },

    async deleteConversation(channel: ChannelRef): Promise<void> {
      await request({
        method: 'DELETE',
        path: `/conversations/${seg(channel.channelId)}/${channel.channelType}`,
      });
    },
  };
}
