import { type ChannelInfoView, Role } from '../../../shared/domain.ts';
import { MAX_GROUP_NAME } from '../../../shared/ipc/contract/groups.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { openChannel, openInfoPage, setInfoOpen } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { EditTextDialog } from './edit-text-dialog.tsx';

export type GroupQuestionKind = 'name' | 'leave' | 'disband';

interface GroupQuestionProps {
  info: ChannelInfoView;
  question: GroupQuestionKind;
  onClose: () => void;
}

/** The dialog of what the group's pane offers: another name, leaving, disbanding. */
export function GroupQuestion({ info, question, onClose }: GroupQuestionProps) {
  const t = useT();
  const { channel } = info;
  if (question === 'name') {
    return (
      <EditTextDialog
        title={t('group.editName')}
        label={t('group.nameLabel')}
        value={info.name}
        maxLength={MAX_GROUP_NAME}
        required
        onClose={onClose}
        onSave={(name) => call('groups.update', { channel, name })}
      />
    );
  }
  const leaving = question === 'leave';
  const owns = leaving && info.myRole === Role.owner;
  return (
    <ConfirmDialog
      title={t(leaving ? 'group.leaveTitle' : 'group.disbandTitle', { name: info.name })}
      confirmLabel={t(leaving ? 'group.leave' : 'group.disband')}
      danger
      typeToConfirm={leaving ? undefined : { label: t('group.nameLabel'), text: info.name }}
      onCancel={onClose}
      onConfirm={async (isOpen) => {
        await call(leaving ? 'groups.leave' : 'groups.disband', { channel });
        if (!isOpen()) return;
        onClose();
        setInfoOpen(false);
        openChannel(null);
      }}
    >
      {owns ? (
        <OwnerLeaves alone={info.memberCount <= 1} onClose={onClose} />
      ) : (
        t(leaving ? 'group.leaveBody' : 'group.disbandBody')
      )}
    </ConfirmDialog>
  );
}

/** The server makes somebody else owner; better one chooses who. */
function OwnerLeaves({ alone, onClose }: { alone: boolean; onClose: () => void }) {
  const t = useT();
  if (alone) return t('grp.leaveAloneBody');
  return (
    <>
      <p>{t('grp.leaveOwnerBody')}</p>
      <p>
        <TextButton
          onClick={() => {
            onClose();
            openInfoPage('transfer');
          }}
        >
          {t('grp.leaveTransfer')}
        </TextButton>
      </p>
    </>
  );
}
