/** The conversation list, the open conversation and its members. */
import { z } from 'zod';
import { ChatSound } from '../../chat-notice.ts';
import { MAX_FLAME_SECONDS } from '../../content/flame.ts';
import { MAX_EXPIRE_SECONDS } from '../../content/system-lines.ts';
import { ChannelInfoView, ChannelRef, MemberView } from '../../domain.ts';
import { NotifyLevel } from '../../notify-level.ts';
import { ReadingPlace } from '../../reading-place.ts';
import { ChannelOnly, Done, Uid } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_MEMBER_PAGE } from './limits.ts';

export const MemberPage = z.object({
  members: z.array(MemberView),
  /** How many match. */
  total: z.int(),
});
export type MemberPage = z.infer<typeof MemberPage>;

export const conversationContract = {
  'conversations.markRead': call(z.object({ channel: ChannelRef, messageSeq: z.int().min(0) }), Done),
  'conversations.setPinned': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'conversations.setMuted': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  /** What is told of, and how it sounds. `level` is `mute` at the server, as far as that goes; the rest stays here. */
  'conversations.setNotice': call(
    z.object({
      channel: ChannelRef,
      level: NotifyLevel.exactOptional(),
      sound: ChatSound.exactOptional(),
    }),
    Done,
  ),
  'conversations.setRecallNotes': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  /** What I send here burns after reading, so many seconds after it was opened; 0 = when the chat is left. */
  'conversations.setFlame': call(
    z.object({ channel: ChannelRef, on: z.boolean(), seconds: z.int().min(0).max(MAX_FLAME_SECONDS) }),
    Done,
  ),
  /** After so many seconds what is said here from now on is deleted for everybody; 0 = it stays. */
  'conversations.setAutoDelete': call(
    z.object({ channel: ChannelRef, seconds: z.int().min(0).max(MAX_EXPIRE_SECONDS) }),
    Done,
  ),
  /** Shows it as unread until it is opened; on this device only. */
  'conversations.markUnread': call(ChannelOnly, Done),
  'conversations.setPlace': call(z.object({ channel: ChannelRef, place: ReadingPlace.nullable() }), Done),
  /** Erases my history of it, at the server and here. */
  'conversations.clearHistory': call(ChannelOnly, Done),
  'conversations.hide': call(ChannelOnly, Done),
  /** Tells the core which conversation is open (it syncs that one first) and returns its info. */
  'channels.open': query(ChannelOnly, ChannelInfoView),
  'channels.close': call(ChannelOnly, Done),
  /**
   * Members of a group: owner, managers, then the others by name. All of a group of up to `WHOLE_MEMBER_LIST`, only the
   * first of a larger one (so do `members` deltas); with `uids` those of them who are members.
   */
  'channels.members': query(
    z.object({ channel: ChannelRef, uids: z.array(Uid).max(MAX_MEMBER_PAGE).exactOptional() }),
    z.array(MemberView),
  ),
  /**
   * Members with `search` in name, nickname, pinyin or initials ('' = all), names that begin with it first. From the
   * cache.
   */
  'channels.findMembers': query(
    z.object({
      channel: ChannelRef,
      search: z.string(),
      offset: z.int().min(0),
      limit: z.int().min(1).max(MAX_MEMBER_PAGE),
    }),
    MemberPage,
  ),
} as const;
