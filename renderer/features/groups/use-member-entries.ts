import {
  Ban,
  MessageSquare,
  MicOff,
  RotateCcw,
  ShieldCheck,
  ShieldOff,
  UserMinus,
  Volume2,
} from 'lucide-react';
import { type ChannelInfoView, ChannelType, type MemberView, Role } from '../../../shared/domain.ts';
import { MUTE_MINUTES } from '../../../shared/ipc/contract/groups.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { askMemberRecall } from '../../state/recall/recent-recall.ts';
import { useOffline } from '../../state/session/offline.ts';
import { useMe } from '../../state/session/session-store.ts';
import { openChannel } from '../../state/window/ui-store.ts';
import type { MenuEntry } from '../../ui/menu.tsx';
import { memberName, memberPowers } from './member-order.ts';
import { spanText } from './mute-spans.ts';

/** What is asked before it is done. */
export type MemberQuestion = 'remove' | 'block';

interface How {
  muted: boolean;
  ask: (question: MemberQuestion) => void;
}

/** What this account may do with a member; without a network the server's part of it is shown and not possible. */
export function useMemberEntries(
  info: ChannelInfoView,
  member: MemberView,
  { muted, ask }: How,
): MenuEntry[] {
  const t = useT();
  const me = useMe();
  const { channel } = info;
  const powers = memberPowers(info.myRole, member, me?.uid ?? '');
  const manager = member.role === Role.manager;
  const offline = useOffline();
  const disabledReason = offline ? t('off.need') : undefined;

  const entries: MenuEntry[] = member.destroyed
    ? []
    : [
        {
          id: 'message',
          label: t('contacts.message'),
          icon: MessageSquare,
          onSelect: () =>
            openChannel({ channelId: member.uid, channelType: ChannelType.person }, { focusComposer: true }),
        },
      ];
  if (powers.setManager && (manager || !member.destroyed)) {
    entries.push({
      id: 'manager',
      label: t(manager ? 'group.unsetManager' : 'group.setManager'),
      icon: manager ? ShieldOff : ShieldCheck,
      disabledReason,
      onSelect: () =>
        void attempt(() => call('groups.setManager', { channel, uid: member.uid, on: !manager })),
    });
  }
  if (powers.mute && muted) {
    entries.push('separator', {
      id: 'unmute',
      label: t('grp.unmute'),
      icon: Volume2,
      disabledReason,
      onSelect: () => void attempt(() => call('groups.mute', { channel, uid: member.uid, minutes: 0 })),
    });
  } else if (powers.mute && !member.destroyed) {
    entries.push(
      'separator',
      ...MUTE_MINUTES.map((minutes): MenuEntry => ({
        id: `mute-${minutes}`,
        label: t('grp.mute', { span: spanText(t, minutes) }),
        icon: MicOff,
        disabledReason,
        onSelect: () => void attempt(() => call('groups.mute', { channel, uid: member.uid, minutes })),
      })),
    );
  }
  if (powers.remove) {
    entries.push('separator', {
      id: 'recallToday',
      label: t('memberRecall.menu'),
      icon: RotateCcw,
      onSelect: () => askMemberRecall(channel, { uid: member.uid, name: memberName(member) }),
    });
    entries.push('separator', {
      id: 'remove',
      label: t('group.removeAsk'),
      icon: UserMinus,
      tone: 'danger',
      disabledReason,
      onSelect: () => ask('remove'),
    });
    entries.push({
      id: 'block',
      label: t('grp.block'),
      icon: Ban,
      tone: 'danger',
      disabledReason,
      onSelect: () => ask('block'),
    });
  }
  return entries;
}
