import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useAccounts, useNameWithTag } from '../../state/session/accounts.ts';
import { showSessionEnd } from '../../state/session-end.ts';
import { useSession } from '../../state/session/session-store.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** `account`: default the one on the screen. */
export function SignOutDialog({ account }: { account?: string | undefined }) {
  const t = useT();
  const accounts = useAccounts();
  const nameWithTag = useNameWithTag();
  const current = useSession((state) => state.shell?.account?.id);
  const which = accounts.find(({ id }) => id === (account ?? current));
  const several = accounts.length > 1 && which !== undefined;
  return (
    <ConfirmDialog
      title={several ? t('acct.signOutTitle', { name: nameWithTag(which) }) : t('signout.title')}
      confirmLabel={t(several ? 'acct.signOut' : 'nav.signOut')}
      danger
      onCancel={closeDialog}
      onConfirm={async () => {
        showSessionEnd(
          await (account === undefined
            ? call('shell.signOut', undefined)
            : call('accounts.signOut', { id: account })),
        );
        closeDialog();
      }}
    >
      {t(several ? 'acct.signOutBody' : 'signout.body')}
    </ConfirmDialog>
  );
}
