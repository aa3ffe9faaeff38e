import { ChevronRight } from 'lucide-react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { ChannelType } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { levelOf } from '../../../shared/notify-level.ts';
import { openNotice } from '../../state/window/ui-store.ts';
import { ActionRow, Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { AutoDeleteRow } from './auto-delete-row.tsx';
import { FlameRows } from './flame-rows.tsx';
import { ServerSwitch } from './server-switch.tsx';
import css from './chat-switches.module.css';

/** Mute, pin and the recall lines: what this account sets for itself. */
export function ChatSwitches({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  return (
    <Card dense>
      <ServerSwitch
        label={t('group.mute')}
        checked={info.muted}
        onChange={(on) => attempt(() => call('conversations.setMuted', { channel, on }))}
      />
      <ActionRow
        label={t('notice.title')}
        trailing={
          <span className={css['level']}>
            {t(`notice.${levelOf(info)}`)}
            <Icon of={ChevronRight} size={16} />
          </span>
        }
        onClick={(event) => {
          const avoid = event.currentTarget.getBoundingClientRect();
          openNotice({ channel, anchor: { x: avoid.right, y: avoid.bottom, avoid } });
        }}
      />
      <ServerSwitch
        label={t('group.pin')}
        checked={info.pinned}
        onChange={(on) => attempt(() => call('conversations.setPinned', { channel, on }))}
      />
      <FlameRows info={info} />
      <AutoDeleteRow info={info} />
      {channel.channelType === ChannelType.group && info.myRole !== null && (
        <ServerSwitch
          label={t('grp.save')}
          checked={info.saved ?? false}
          onChange={(on) => attempt(() => call('groups.setSaved', { channel, on }))}
        />
      )}
      {channel.channelType === ChannelType.group && (
        <ServerSwitch
          label={t('group.recallNotes')}
          detail={t('group.noteHint')}
          checked={info.showRecallNotes}
          onChange={(on) => attempt(() => call('conversations.setRecallNotes', { channel, on }))}
        />
      )}
    </Card>
  );
}
