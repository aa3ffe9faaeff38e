/** Ways into a group: invitations that wait for owner or managers, QR codes. */
import { shownName } from '../../../shared/display-name.ts';
import { type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { InvitationView, joiningContract } from '../../../shared/ipc/contract/joining.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { RefusedError } from '../api/http.ts';
import { codeIn, waitsForApproval } from '../api/joining-calls.ts';
import type { CoreContext } from './core-context.ts';
import { groupChanges, groupNoOf } from './group-changes.ts';
import type { Patience } from './patience.ts';

/** Payload type of the line that tells owner and managers of an invitation. */
const INVITATION = 1009;
const MOST_INVITATIONS = 50;
const MOST_NOT_CACHED = 10;
const AT_ONCE = 4;
const DAY_MS = 24 * 3_600_000;
const DONE_STAYS_MS = 7 * DAY_MS;
const STATES = ['waiting', 'confirmed', 'refused', 'expired'] as const;

const isRefusal = (error: unknown): error is CodedError =>
  error instanceof CodedError && (error.code === 'refused' || error.code === 'notCompatible');

interface InvitationLine {
  inviteNo: string;
  timestamp: number;
}

export function joiningHandlers(context: CoreContext, patience: Patience): Handlers<typeof joiningContract> {
  const { api, log, store, sync } = context;
  const { change, refresh } = groupChanges(context, patience);
  /** Invitations that are answered: nothing about them changes any more. */
  const answered = new Map<string, InvitationView>();

  async function invitationOf(inviteNo: string, lineTimestamp: number): Promise<InvitationView> {
    const known = answered.get(inviteNo);
    if (known) return known;
    const dto = await api.invitation(inviteNo);
    const view: InvitationView = {
      inviteNo,
      inviter: { uid: dto.inviter, name: shownName(dto.inviter_name, dto.inviter) },
      people: dto.items.map(({ uid, name }) => ({ uid, name: shownName(name, uid) })),
      byCode: dto.by_code,
      remark: dto.remark,
      timestamp: dto.created_at || lineTimestamp,
      state: STATES[dto.status] ?? 'waiting',
      answeredBy: dto.answered_by_name,
      canRefuse: dto.can_refuse,
    };
    if (view.state !== 'waiting') answered.set(inviteNo, view);
    return view;
  }

  /** Those that the cache has lines of, newest first; what reminders name and the cache has not is read first. */
  async function invitationLines(channel: ChannelRef): Promise<InvitationLine[]> {
    for (const messageSeq of store.conversations.unreadInvitations(channel, MOST_NOT_CACHED))
      await sync.history.page(channel, { at: 'around', messageSeq }, 2).catch((error: unknown) => {
        log('info', `an invitation: ${reasonOf(error)}`);
      });
    const lines = new Map<string, InvitationLine>();
    for (const { payload, timestamp } of store.messages.systemLines(channel, INVITATION, MOST_INVITATIONS)) {
      const { invite_no: inviteNo } = payload;
      if (typeof inviteNo === 'string' && !lines.has(inviteNo)) lines.set(inviteNo, { inviteNo, timestamp });
    }
    return [...lines.values()];
  }

  const isOfInterest = ({ state, timestamp }: InvitationView): boolean =>
    state === 'waiting' || timestamp * 1000 > context.serverNowMs() - DONE_STAYS_MS;

  return {
    async 'joining.invitation'({ channel, inviteNo }) {
      groupNoOf(channel);
      return invitationOf(inviteNo, 0);
    },

    async 'joining.invitations'({ channel }) {
      groupNoOf(channel);
      const lines = await invitationLines(channel);
      const found: InvitationView[] = [];
      for (let at = 0; at < lines.length; at += AT_ONCE) {
        const asked = lines.slice(at, at + AT_ONCE).map(async ({ inviteNo, timestamp }) => {
          try {
            return await invitationOf(inviteNo, timestamp);
          } catch (error) {
            // The server knows nothing of it any more, or I am not in charge any more.
            if (isRefusal(error)) return null;
            throw error;
          }
        });
        for (const view of await Promise.all(asked)) if (view && isOfInterest(view)) found.push(view);
      }
      return found.sort((a, b) => b.timestamp - a.timestamp);
    },

    async 'joining.confirm'({ channel, inviteNo }) {
      await change(
        channel,
        'members',
        (groupNo) => api.confirmInvitation(groupNo, inviteNo),
        async () => (await api.invitation(inviteNo)).status === 1,
      );
      return null;
    },

    async 'joining.refuse'({ channel, inviteNo }) {
      const groupNo = groupNoOf(channel);
      await patience.inTurn(groupNo, () =>
        patience.repeat(
          () => api.refuseInvitation(groupNo, inviteNo),
          async () => (await api.invitation(inviteNo)).status === 2,
        ),
      );
      return null;
    },

    async 'joining.invite'({ channel, uids, remark }) {
      const groupNo = groupNoOf(channel);
      await patience.once(
        () => api.invite(groupNo, [...new Set(uids)], remark),
        () => undefined,
      );
      return null;
    },

    async 'joining.code'({ channel }) {
      try {
        const { qrcode, day, scan_approval: scanApproval } = await api.groupCode(groupNoOf(channel));
        return { text: qrcode, untilMs: context.serverNowMs() + day * DAY_MS, scanApproval };
      } catch (error) {
        if (error instanceof CodedError && error.code === 'notCompatible') return null;
        throw error;
      }
    },

    async 'joining.scan'({ text }) {
      const code = codeIn(text);
      if (code === null) return { kind: 'unknown' };
      try {
        const found = await api.scan(code);
        if (!found) return { kind: 'unknown' };
        if (found.kind === 'person') return found;
        const channel = { channelId: found.groupNo, channelType: ChannelType.group };
        if (found.kind === 'member') return { kind: 'member', channel };
        const {
          name,
          member_count: memberCount,
          invite,
        } = await api.groupDetail(found.groupNo, found.authCode);
        return {
          kind: 'group',
          channel,
          name: shownName(name, found.groupNo),
          memberCount,
          authCode: found.authCode,
          approval: invite ?? null,
        };
      } catch (error) {
        if (isRefusal(error)) return { kind: 'unknown' };
        throw error;
      }
    },

    async 'joining.join'({ channel, authCode }) {
      const groupNo = groupNoOf(channel);
      try {
        await api.joinByCode(groupNo, authCode);
      } catch (error) {
        if (error instanceof RefusedError && waitsForApproval(error.body)) return 'waiting';
        throw error;
      }
      await refresh(groupNo, 'members');
      return 'joined';
    },
  };
}
