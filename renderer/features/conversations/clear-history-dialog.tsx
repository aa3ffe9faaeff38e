import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useConversation } from '../../state/session/session-store.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Asks before the own history of a chat goes, here and on the account's other devices. */
export function ClearHistoryDialog({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const name = useConversation(channelKey(channel))?.name ?? '';
  return (
    <ConfirmDialog
      title={t('conv.clearTitle', { name })}
      confirmLabel={t('conv.clearConfirm')}
      danger
      onCancel={closeDialog}
      onConfirm={async (isOpen) => {
        await call('conversations.clearHistory', { channel });
        if (isOpen()) closeDialog();
      }}
    >
      {t('conv.clearBody')}
    </ConfirmDialog>
  );
}
