import type { Me } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import css from './own-profile.module.css';

/** The own code, as the server gave it: TSDD's phones know what to do with it. */
export function QrDialog({ text, me, onClose }: { text: string; me: Me; onClose?: () => void }) {
  const t = useT();
  return (
    <Dialog title={t('own.qr')} closeButton onClose={onClose ?? closeDialog}>
      <div className={css['qr']}>
        <Avatar id={me.uid} name={me.name} size={52} />
        <QrCode text={text} label={t('own.qr')} />
        <span className={css['note']}>{t('own.qrHint')}</span>
      </div>
    </Dialog>
  );
}
