/** Lines of the server about a group, in the words of the interface. */
import type { Texts } from '../texts.ts';
import type { serverLines as chinese } from '../zh/server-lines.ts';

export const serverLines = {
  'sys.you': 'You',
  'sys.youWithin': 'you',
  'sys.invited': '{X} invited {Y} to the group',
  'sys.invitedSome': '{X} invited members to the group',
  'sys.joined': '{X} joined the group',
  'sys.joinedQr': '{X} joined by the QR code of {Y}',
  'sys.welcome': 'Welcome, {X}. New members can see all earlier messages',
  'sys.removed': '{X} removed {Y} from the group',
  'sys.removedBy': '{V} removed {Y} from the group',
  'sys.youRemoved': '{X} removed you from the group',
  'sys.left': '{X} left the group',
  'sys.friends': 'You are friends now and can start chatting',
  'sys.renamed': '{X} renamed the group to "{V}"',
  'sys.renamedOnly': '{X} renamed the group',
  'sys.notice': '{X} changed the group notice',
  'sys.noticeCleared': '{X} cleared the group notice',
  'sys.muteOn': '{X} muted all members',
  'sys.muteOff': '{X} unmuted all members',
  'sys.approvalOn': '{X} turned on approval of invites',
  'sys.approvalOff': '{X} turned off approval of invites',
  'sys.banned': '{X} banned this group',
  'sys.unbanned': '{X} lifted the ban of this group',
  'sys.newOwner': '{X} became the group owner',
  'sys.wantsInvite': {
    one: '{X} wants to invite {n} friend to the group',
    other: '{X} wants to invite {n} friends to the group',
  },
  'sys.superGroup': {
    one: 'With over {n} member this becomes a super group',
    other: 'With over {n} members this becomes a super group',
  },
  'sys.disbanded': 'The owner disbanded this group',
  'sys.disbandedBy': '{X} disbanded this group',
  'sys.closed': '{X} closed the account and cannot be added',
  'sys.autoDelete': '{X} set messages to be deleted after {T}',
  'sys.autoDeleteOff': '{X} turned off automatic deletion of messages',
  'sys.unpinned': '{X} unpinned a message',
  'sys.unpinnedOne': 'A message was unpinned',
} as const satisfies Texts<typeof chinese>;
