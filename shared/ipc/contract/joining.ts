/** Ways into a group: invitations that wait for owner or managers, QR codes. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { ChannelOnly, Done, Uid } from './arguments.ts';
import { call, query } from './channel.ts';

const InviteNo = z.string().regex(/^[\w-]{1,64}$/);
const OneInvitation = z.object({ channel: ChannelRef, inviteNo: InviteNo });
const Somebody = z.object({ uid: z.string(), name: z.string() });

export const MAX_INVITATION_REMARK = 100;

export const InvitationView = z.object({
  inviteNo: z.string(),
  /** Who invites; of `byCode` the one who scanned. */
  inviter: Somebody,
  people: z.array(Somebody),
  /** Somebody scanned a code of the group and asks for himself. */
  byCode: z.boolean(),
  remark: z.string(),
  /** Unix seconds; 0 = not known. */
  timestamp: z.number(),
  state: z.enum(['waiting', 'confirmed', 'refused', 'expired']),
  /** Who confirmed or refused it; '' where the server does not say. */
  answeredBy: z.string(),
  /** The server takes a refusal. */
  canRefuse: z.boolean(),
});
export type InvitationView = z.infer<typeof InvitationView>;

export const ScannedCode = z.discriminatedUnion('kind', [
  /** A group I am in. */
  z.object({ kind: z.literal('member'), channel: ChannelRef }),
  /** `approval`: owner or managers have to confirm; null = the server does not say. */
  z.object({
    kind: z.literal('group'),
    channel: ChannelRef,
    name: z.string(),
    memberCount: z.int(),
    authCode: z.string(),
    approval: z.boolean().nullable(),
  }),
  z.object({ kind: z.literal('person'), uid: z.string(), vercode: z.string() }),
  /** Over, or none of this server. */
  z.object({ kind: z.literal('unknown') }),
]);
export type ScannedCode = z.infer<typeof ScannedCode>;

export const joiningContract = {
  /** Who is invited by whom, for owner and managers. */
  'joining.invitation': query(OneInvitation, InvitationView),
  /**
   * Invitations of the group that are known here, newest first: those that wait, and those of the last seven days that
   * are done.
   */
  'joining.invitations': query(ChannelOnly, z.array(InvitationView)),
  'joining.confirm': call(OneInvitation, Done),
  'joining.refuse': call(OneInvitation, Done),
  /** Asks owner and managers to let these people in. */
  'joining.invite': call(
    z.object({
      channel: ChannelRef,
      uids: z.array(Uid).min(1).max(500),
      remark: z.string().trim().max(MAX_INVITATION_REMARK),
    }),
    Done,
  ),
  /**
   * What a code of the group says. `untilMs`: by the server's clock. `scanApproval`: a scan asks when invitations have
   * to be confirmed; else it lets nobody in then. null: the server makes none.
   */
  'joining.code': query(
    ChannelOnly,
    z.object({ text: z.string(), untilMs: z.number(), scanApproval: z.boolean() }).nullable(),
  ),
  /** Asks the own server what this code (what a QR code says, or a part of it) leads to. */
  'joining.scan': query(z.object({ text: z.string().min(1).max(2_000) }), ScannedCode),
  'joining.join': call(
    z.object({ channel: ChannelRef, authCode: z.string().regex(/^[\w-]{1,128}$/) }),
    z.enum(['joined', 'waiting']),
  ),
} as const;
