/** Groups and their members' roles. */
import { z } from 'zod';
import { ChannelInfoView, ChannelRef } from '../../domain.ts';
import { ChannelOnly, Done, Nothing, Uid } from './arguments.ts';
import { call, query } from './channel.ts';

const OneInvitation = z.object({ channel: ChannelRef, inviteNo: z.string().regex(/^[\w-]{1,64}$/) });

export const groupContract = {
  'groups.list': query(Nothing, z.array(ChannelInfoView)),
  'groups.create': call(
    z.object({ memberUids: z.array(Uid).min(1).max(500), name: z.string().max(40) }),
    z.object({ channel: ChannelRef, dropped: z.int() }),
  ),
  'groups.update': call(
    z.object({
      channel: ChannelRef,
      name: z.string().min(1).max(40).exactOptional(),
      notice: z.string().max(2_000).exactOptional(),
    }),
    Done,
  ),
  'groups.addMembers': call(
    z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }),
    z.object({ dropped: z.int() }),
  ),
  'groups.removeMembers': call(z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }), Done),
  'groups.setManager': call(z.object({ channel: ChannelRef, uid: Uid, on: z.boolean() }), Done),
  'groups.setForbidden': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  /** Who is invited by whom, for owner and managers; `done`: it was confirmed already. */
  'groups.invitation': query(
    OneInvitation,
    z.object({
      inviter: z.string(),
      remark: z.string(),
      people: z.array(z.object({ uid: z.string(), name: z.string() })),
      done: z.boolean(),
    }),
  ),
  'groups.confirmInvitation': call(OneInvitation, Done),
  'groups.leave': call(ChannelOnly, Done),
  'groups.disband': call(ChannelOnly, Done),
} as const;
