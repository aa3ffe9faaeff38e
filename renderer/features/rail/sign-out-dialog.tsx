import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { showSessionEnd } from '../../state/session-end.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export function SignOutDialog() {
  const t = useT();
  return (
    <ConfirmDialog
      title={t('signout.title')}
      confirmLabel={t('nav.signOut')}
      danger
      onCancel={closeDialog}
      onConfirm={async () => {
        const signedOut = await attempt(async () => showSessionEnd(await call('shell.signOut', undefined)));
        if (signedOut) closeDialog();
      }}
    >
      {t('signout.body')}
    </ConfirmDialog>
  );
}
