import { useT } from '../../i18n/i18n.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { NetworkPage } from './network-page.tsx';
import css from './network-dialog.module.css';

/** The network settings for who is not signed in (yet): without them the server may be out of reach. */
export function NetworkDialog() {
  const t = useT();
  return (
    <Dialog title={t('set.network')} closeButton onClose={closeDialog} className={css['dialog']}>
      <NetworkPage />
    </Dialog>
  );
}
