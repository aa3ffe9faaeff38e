/** Groups, their rules, and what their members may do. */
import { z } from 'zod';
import { ChannelInfoView, ChannelRef, MemberView } from '../../domain.ts';
import { MAX_AVATAR_UPLOAD } from './account.ts';
import { ChannelOnly, Done, Nothing, Uid } from './arguments.ts';
import { call, query } from './channel.ts';

export const MAX_GROUP_NAME = 40;
export const MAX_GROUP_NOTICE = 2_000;
export const MAX_GROUP_NICKNAME = 20;
export const MAX_MANAGERS = 10;
/** As long as somebody can be muted (tsdd-api.md 3.2), minutes. */
export const MUTE_MINUTES = [10, 60, 1_440, 43_200] as const;
export type MuteMinutes = (typeof MUTE_MINUTES)[number];

/** What a recalled message was; nothing of its words. */
export const RECALLED_KINDS = ['text', 'image', 'voice', 'video', 'file', 'other'] as const;
export const GroupRecallView = z.object({
  id: z.string(),
  by: z.object({ uid: z.string(), name: z.string() }),
  of: z.object({ uid: z.string(), name: z.string() }),
  kind: z.enum(RECALLED_KINDS),
  /** Unix seconds. */
  timestamp: z.number(),
});
export type GroupRecallView = z.infer<typeof GroupRecallView>;
/** Days that the recall log of a group looks back; 0 = as long as it is kept. */
export const RECALL_LOG_DAYS = [7, 30, 0] as const;

const OneMember = z.object({ channel: ChannelRef, uid: Uid });
export const groupContract = {
  'groups.list': query(Nothing, z.array(ChannelInfoView)),
  'groups.create': call(
    z.object({ memberUids: z.array(Uid).min(1).max(500), name: z.string().max(MAX_GROUP_NAME) }),
    z.object({ channel: ChannelRef, dropped: z.int() }),
  ),
  'groups.update': call(
    z.object({
      channel: ChannelRef,
      name: z.string().min(1).max(MAX_GROUP_NAME).exactOptional(),
      notice: z.string().max(MAX_GROUP_NOTICE).exactOptional(),
    }),
    Done,
  ),
  'groups.addMembers': call(
    z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }),
    z.object({ dropped: z.int() }),
  ),
  'groups.removeMembers': call(z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }), Done),
  'groups.setManager': call(OneMember.extend({ on: z.boolean() }), Done),
  /** The owner becomes an ordinary member; only the new owner can give it back. */
  'groups.transfer': call(OneMember, Done),
  /** `minutes` 0 lifts it. */
  'groups.mute': call(OneMember.extend({ minutes: z.union([z.literal(0), z.literal(MUTE_MINUTES)]) }), Done),
  /** On: removed, and not to come back. Off: may be added again. */
  'groups.setBlacklisted': call(OneMember.extend({ on: z.boolean() }), Done),
  /**
   * Who recalled whose message, newest first. `before`: the id of the last one that is known, '' = from the newest.
   * `byUid` '' = whoever recalled. `local`: the server keeps no such log, or is not there: these were seen on this
   * computer, at the times at which the messages were said. `refused` for members.
   */
  'groups.recalls': query(
    z.object({
      channel: ChannelRef,
      before: z.string().max(60),
      days: z.literal(RECALL_LOG_DAYS),
      byUid: z.string().max(100),
    }),
    z.object({
      recalls: z.array(GroupRecallView),
      more: z.boolean(),
      local: z.literal(true).exactOptional(),
    }),
  ),
  /** Who is on the blacklist, as the server says it now. */
  'groups.blacklist': query(ChannelOnly, z.array(MemberView)),
  /** What I am called in the group; '' = as elsewhere. */
  'groups.setNickname': call(
    z.object({ channel: ChannelRef, name: z.string().trim().max(MAX_GROUP_NICKNAME) }),
    Done,
  ),
  /** The picture of the group; what was cut off never leaves this computer. */
  'groups.setAvatar': call(
    z.object({
      channel: ChannelRef,
      bytes: z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_AVATAR_UPLOAD, {
          error: `a picture has 1 to ${MAX_AVATAR_UPLOAD} bytes`,
        }),
    }),
    Done,
  ),
  /** In the contacts, or not. */
  'groups.setSaved': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  /**
   * On: `approval` owner and managers confirm invitations; `noFriends` members make no friends through the group;
   * `past` who joins sees what was said before; `membersPin` everybody may pin messages.
   */
  'groups.setRule': call(
    z.object({
      channel: ChannelRef,
      rule: z.enum(['approval', 'noFriends', 'past', 'membersPin']),
      on: z.boolean(),
    }),
    Done,
  ),
  'groups.setForbidden': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'groups.leave': call(ChannelOnly, Done),
  'groups.disband': call(ChannelOnly, Done),
} as const;
