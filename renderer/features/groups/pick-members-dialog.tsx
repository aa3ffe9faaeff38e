import { useState } from 'react';
import { type ChannelInfoView, channelKey, type MemberView, Role } from '../../../shared/domain.ts';
import { MAX_MANAGERS, MUTE_MINUTES, type MuteMinutes } from '../../../shared/ipc/contract/groups.ts';
import { type PlainKey, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useMe, useMembers } from '../../state/session/session-store.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { type PickEntry, PickList } from '../../ui/pick-list.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { memberName, memberPowers } from './member-order.ts';
import { spanText } from './mute-spans.ts';
import { memberFacts, useFoundMembers } from './use-found-members.ts';
import css from './pages.module.css';

export type PickFor = 'manager' | 'mute' | 'blacklist';

const TITLES: Record<PickFor, PlainKey> = {
  manager: 'grp.addManager',
  mute: 'grp.addMuted',
  blacklist: 'grp.addBlocked',
};
/** Of one go: each is a call to the server. */
const MOST = 20;

/** Members to be made managers, to be muted for a while, or to be removed for good. */
export function PickMembersDialog({
  info,
  purpose,
  onClose,
}: {
  info: ChannelInfoView;
  purpose: PickFor;
  onClose: () => void;
}) {
  const t = useT();
  const me = useMe();
  const { channel } = info;
  const [picked, setPicked] = useState<PickEntry[]>([]);
  const [filter, setFilter] = useState('');
  const [minutes, setMinutes] = useState<MuteMinutes>(60);
  const managers = useMembers(channelKey(channel)).filter(({ role }) => role === Role.manager).length;
  const fits = (member: MemberView): boolean => {
    const powers = memberPowers(info.myRole, member, me?.uid ?? '');
    if (purpose === 'manager') return powers.setManager && member.role === Role.member && !member.destroyed;
    return purpose === 'mute' ? powers.mute : powers.remove;
  };
  const found = useFoundMembers(info, filter);
  const rows = found
    ? found.filter(fits).map((member) => ({
        id: member.uid,
        avatarId: member.uid,
        name: memberName(member),
        facts: memberFacts(t, member),
      }))
    : null;
  const ask = (uid: string): Promise<unknown> => {
    if (purpose === 'manager') return call('groups.setManager', { channel, uid, on: true });
    if (purpose === 'mute') return call('groups.mute', { channel, uid, minutes });
    return call('groups.setBlacklisted', { channel, uid, on: true });
  };
  return (
    <ActionDialog
      title={t(TITLES[purpose])}
      closeButton
      actionLabel={t(purpose === 'blacklist' ? 'grp.blockAction' : TITLES[purpose])}
      danger={purpose === 'blacklist'}
      why={picked.length === 0 ? t('why.pick') : null}
      onClose={onClose}
      onAction={async (isOpen) => {
        // One after the other: what one fails at is not done to the rest.
        for (const { id } of picked) {
          await ask(id);
          setPicked((before) => before.filter((entry) => entry.id !== id));
        }
        if (isOpen()) onClose();
      }}
    >
      {purpose === 'blacklist' && <p className={css['hint']}>{t('grp.blockBody')}</p>}
      {purpose === 'mute' && (
        <div className={css['spans']}>
          <SegmentedChoice
            label={t('grp.muteFor')}
            options={MUTE_MINUTES.map((n) => ({ id: String(n), label: spanText(t, n) }))}
            selected={String(minutes)}
            onSelect={(id) => setMinutes(MUTE_MINUTES.find((n) => String(n) === id) ?? minutes)}
          />
        </div>
      )}
      <PickList
        rows={rows}
        picked={picked}
        onChange={setPicked}
        filter={filter}
        onFilter={setFilter}
        max={purpose === 'manager' ? MAX_MANAGERS - managers : MOST}
        labels={{
          filter: t('grp.transferSearch'),
          list: t('grp.membersPick'),
          picked: (n) => t('group.new.picked', { n }),
          remove: (name) => t('group.new.removePick', { name }),
          empty: t('empty.members'),
        }}
      />
    </ActionDialog>
  );
}
