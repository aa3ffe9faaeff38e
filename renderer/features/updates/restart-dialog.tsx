import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { restartNow, underWay } from '../../state/updates/restart.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Names what a restart interrupts or loses, before it does. */
export function RestartDialog() {
  const t = useT();
  const [what] = useState(underWay);
  return (
    <ConfirmDialog
      title={t('upd.ask.title')}
      confirmLabel={t('upd.restart')}
      danger={what.some(({ kind }) => kind !== 'upload')}
      onCancel={closeDialog}
      onConfirm={restartNow}
    >
      {what.map(({ kind, n }) => (
        <p key={kind}>{t(`upd.ask.${kind}`, { n })}</p>
      ))}
    </ConfirmDialog>
  );
}
