/**
 * What each of WuKongIM's 26 reason codes (v2.2, wukongim.md B.6) means in a SENDACK: for the outbox and for whoever
 * wrote the message. docs/outbox.md has the same table with the sentences; `send-reasons.test.ts` compares them.
 */
import { type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { SendFailure } from '../../../shared/send-failures.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';

export type ReasonEffect =
  | 'sent'
  /** The server's last word. */
  | 'final'
  /** A refusal that is none: the cluster elects, or a part of it does not answer. Looked up, and sent again. */
  | 'wait'
  /** The connection is not what it should be (keys, node): connected anew, looked up, sent again, a few times. */
  | 'resync'
  /** The session is in doubt: connected anew, where the server says what it thinks of the token; the message waits. */
  | 'signIn';

interface Meaning {
  effect: ReasonEffect;
  /** Why it failed; of one that waits, when the server has not taken it after minutes. */
  why: SendFailure;
  whyInGroup?: SendFailure;
}

const final = (why: SendFailure, whyInGroup: SendFailure = why): Meaning => ({
  effect: 'final',
  why,
  whyInGroup,
});
const wait: Meaning = { effect: 'wait', why: 'serverBusy' };
const resync = (why: SendFailure): Meaning => ({ effect: 'resync', why });
const signIn: Meaning = { effect: 'signIn', why: 'signIn' };

export const SEND_REASONS: Readonly<Record<keyof typeof ReasonCode, Meaning>> = {
  unknown: wait,
  success: { effect: 'sent', why: 'rejected' },
  authFail: signIn,
  subscriberNotExist: final('notMember'),
  // A group's blacklist holds its muted members.
  inBlacklist: final('blocked', 'muted'),
  channelNotExist: final('noChannel'),
  userNotOnNode: resync('serverBusy'),
  senderOffline: resync('serverBusy'),
  msgKeyError: resync('unreadable'),
  // Seen for a wrong msgKey as well.
  payloadDecodeError: resync('unreadable'),
  forwardSendPacketError: wait,
  notAllowSend: final('notAllowed'),
  connectKick: signIn,
  // A group that is muted as a whole admits only its whitelist (owner, managers); a person only friends.
  notInWhitelist: final('notFriend', 'muted'),
  queryTokenError: wait,
  systemError: wait,
  channelIdError: final('noChannel'),
  nodeMatchError: wait,
  nodeNotMatch: wait,
  ban: final('banned'),
  notSupportHeader: final('unsupported'),
  clientKeyIsEmpty: resync('unreadable'),
  rateLimit: final('rateLimited'),
  notSupportChannelType: final('unsupported'),
  disband: final('disbanded'),
  sendBan: final('banned'),
};

const BY_CODE = new Map<number, Meaning>(
  Object.entries(SEND_REASONS).map(([name, meaning]) => [
    ReasonCode[name as keyof typeof ReasonCode],
    meaning,
  ]),
);

export interface SendReason {
  effect: ReasonEffect;
  why: SendFailure;
  /** Of a code that nobody knows: the code itself. */
  detail: string | null;
}

/** A code of a newer server is its last word, and named. */
export function sendReasonOf(reasonCode: number, channel: ChannelRef): SendReason {
  const meaning = BY_CODE.get(reasonCode);
  if (!meaning) return { effect: 'final', why: 'rejected', detail: `reason ${reasonCode}` };
  const { effect, why, whyInGroup } = meaning;
  const group = channel.channelType === ChannelType.group;
  return { effect, why: group ? (whyInGroup ?? why) : why, detail: null };
}
