/** One person's card, and what may be done with them. */
import { z } from 'zod';
import { ChannelRef, MessageView } from '../../domain.ts';
import { Done, Uid } from './arguments.ts';
import { call, query } from './channel.ts';

/** As TSDD numbers it, and what neither says. */
export const Sex = z.enum(['female', 'male', 'unsaid']);
export type Sex = z.infer<typeof Sex>;

export const MAX_REMARK = 50;

export const ProfileView = z.object({
  uid: z.string(),
  name: z.string(),
  /** What I call them, '' = nothing of my own. */
  remark: z.string(),
  /** Nickname in the group the card was opened from. */
  groupName: z.string(),
  sex: Sex,
  /** '' = the server does not say. */
  shortNo: z.string(),
  online: z.boolean(),
  /** Unix seconds; 0 unknown. */
  lastOffline: z.number(),
  friend: z.boolean(),
  /** By me: they cannot write to me. */
  blocked: z.boolean(),
  muted: z.boolean(),
  /** The account was closed. */
  destroyed: z.literal(true).exactOptional(),
  /** For a friend request; '' = the server lets nobody ask from here. */
  vercode: z.string(),
  /** Groups both are in, as far as this computer knows. */
  groups: z.array(z.object({ channel: ChannelRef, name: z.string() })),
  /** The server was not asked: what is shown is what was known. */
  stale: z.boolean(),
});
export type ProfileView = z.infer<typeof ProfileView>;

export const ReportReason = z.object({ id: z.string(), name: z.string() });
export type ReportReason = z.infer<typeof ReportReason>;

export const peopleContract = {
  /** `groupNo`: the group the card is opened from. `vercode`: what a contact card brought along. */
  'people.profile': query(z.object({ uid: Uid, groupNo: z.string().max(100).exactOptional() }), ProfileView),
  'people.setRemark': call(z.object({ uid: Uid, remark: z.string().max(MAX_REMARK) }), Done),
  'people.setBlocked': call(z.object({ uid: Uid, on: z.boolean() }), Done),
  /** Who is no friend any more; the chat and what was said stay on this computer. */
  'people.remove': call(z.object({ uid: Uid }), Done),
  /** null: the server takes no reports. */
  'people.reportReasons': query(
    z.object({ language: z.enum(['zh', 'en']) }),
    z.array(ReportReason).nullable(),
  ),
  'people.report': call(
    z.object({ channel: ChannelRef, reasonId: z.string().max(100), remark: z.string().max(500) }),
    Done,
  ),
  /** Sends somebody's contact card into a chat. */
  'people.sendCard': call(z.object({ channel: ChannelRef, uid: Uid }), MessageView),
} as const;
