import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { openChannel, setInfoOpen } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EditTextDialog } from './edit-text-dialog.tsx';

export type GroupQuestionKind = 'name' | 'notice' | 'leave' | 'disband';

interface GroupQuestionProps {
  info: ChannelInfoView;
  question: GroupQuestionKind;
  onClose: () => void;
}

/** The dialog of what the group's pane offers: another name or notice, leaving, disbanding. */
export function GroupQuestion({ info, question, onClose }: GroupQuestionProps) {
  const t = useT();
  const { channel } = info;
  if (question === 'name') {
    return (
      <EditTextDialog
        title={t('group.editName')}
        label={t('group.nameLabel')}
        value={info.name}
        maxLength={40}
        required
        onClose={onClose}
        onSave={(name) => call('groups.update', { channel, name })}
      />
    );
  }
  if (question === 'notice') {
    return (
      <EditTextDialog
        title={t('group.editNotice')}
        label={t('group.notice')}
        value={info.notice}
        maxLength={2_000}
        multiline
        onClose={onClose}
        onSave={(notice) => call('groups.update', { channel, notice })}
      />
    );
  }
  const leaving = question === 'leave';
  return (
    <ConfirmDialog
      title={t(leaving ? 'group.leaveTitle' : 'group.disbandTitle', { name: info.name })}
      confirmLabel={t(leaving ? 'group.leave' : 'group.disband')}
      danger
      typeToConfirm={leaving ? undefined : { label: t('group.nameLabel'), text: info.name }}
      onCancel={onClose}
      onConfirm={async (isOpen) => {
        if (!(await attempt(() => call(leaving ? 'groups.leave' : 'groups.disband', { channel })))) return;
        if (!isOpen()) return;
        onClose();
        setInfoOpen(false);
        openChannel(null);
      }}
    >
      {t(leaving ? 'group.leaveBody' : 'group.disbandBody')}
    </ConfirmDialog>
  );
}
