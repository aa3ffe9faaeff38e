import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { ActionRow } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ServerSwitch } from './server-switch.tsx';
import css from './group-info.module.css';

/** The rules that owner and managers set (ui.md 5, group info). */
export function RuleSwitches({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  const pins = useSession((state) => state.abilities.pins);
  const [open, setOpen] = useState(false);
  const set = (rule: 'approval' | 'noFriends' | 'past' | 'membersPin', on: boolean) =>
    attempt(() => call('groups.setRule', { channel, rule, on }));
  return (
    <>
      <ActionRow
        label={t('group.manage')}
        expanded={open}
        trailing={
          <span className={css['trailing']}>
            {t('group.manageHint')}
            <Icon of={ChevronRight} size={14} className={open ? css['turned'] : undefined} />
          </span>
        }
        onClick={() => setOpen(!open)}
      />
      {open && (
        <>
          <ServerSwitch
            label={t('group.muteAll')}
            detail={t('group.muteAllHint')}
            checked={info.forbidden}
            onChange={(on) => attempt(() => call('groups.setForbidden', { channel, on }))}
          />
          <ServerSwitch
            label={t('grp.approval')}
            detail={t('grp.approvalHint')}
            checked={info.inviteOnly}
            onChange={(on) => set('approval', on)}
          />
          <ServerSwitch
            label={t('grp.noFriends')}
            detail={t('grp.noFriendsHint')}
            checked={info.friendsForbidden ?? false}
            onChange={(on) => set('noFriends', on)}
          />
          <ServerSwitch
            label={t('grp.past')}
            detail={t('grp.pastHint')}
            checked={!info.pastHidden}
            onChange={(on) => set('past', on)}
          />
          {pins && (
            <ServerSwitch
              label={t('grp.membersPin')}
              detail={t('grp.membersPinHint')}
              checked={info.membersPin ?? false}
              onChange={(on) => set('membersPin', on)}
            />
          )}
        </>
      )}
    </>
  );
}
