import { ChannelType } from '../../../shared/domain.ts';
import type { ProfileView } from '../../../shared/ipc/contract/people.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ReportDialog } from './report-dialog.tsx';
import { SendCardDialog } from './send-card-dialog.tsx';

export type Question = 'block' | 'remove' | 'report' | 'card';

/** What is asked before something is done with somebody. The focus starts on the answer that does nothing. */
export function ProfileQuestion({
  kind,
  profile,
  onClose,
}: {
  kind: Question;
  profile: ProfileView;
  onClose: () => void;
}) {
  const t = useT();
  const { uid } = profile;
  const name = profile.remark || profile.name;
  const done = async (action: () => Promise<unknown>, isOpen: () => boolean): Promise<void> => {
    await action();
    if (isOpen()) onClose();
  };
  switch (kind) {
    case 'block':
      return (
        <ConfirmDialog
          danger
          title={t('prof.blockTitle', { name })}
          confirmLabel={t('prof.block')}
          onCancel={onClose}
          onConfirm={(isOpen) => done(() => call('people.setBlocked', { uid, on: true }), isOpen)}
        >
          {t('prof.blockBody')}
        </ConfirmDialog>
      );
    case 'remove':
      return (
        <ConfirmDialog
          danger
          title={t('prof.removeTitle', { name })}
          confirmLabel={t('prof.removeAction')}
          onCancel={onClose}
          onConfirm={(isOpen) => done(() => call('people.remove', { uid }), isOpen)}
        >
          {t('prof.removeBody')}
        </ConfirmDialog>
      );
    case 'report':
      return (
        <ReportDialog
          channel={{ channelId: uid, channelType: ChannelType.person }}
          name={name}
          onClose={onClose}
        />
      );
    case 'card':
      return <SendCardDialog uid={uid} name={name} onClose={onClose} />;
    default:
      return kind satisfies never;
  }
}
