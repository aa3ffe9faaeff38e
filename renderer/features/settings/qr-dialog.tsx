import { useMemo } from 'react';
import { encode } from 'uqr';
import type { Me } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './own-profile.module.css';

/** The own code, as the server gave it: TSDD's phones know what to do with it. */
export function QrDialog({ text, me, onClose }: { text: string; me: Me; onClose?: () => void }) {
  const t = useT();
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <Dialog title={t('own.qr')} closeButton onClose={onClose ?? closeDialog}>
      <div className={css['qr']}>
        <Avatar id={me.uid} name={me.name} size={52} />
        <svg
          className={css['code']}
          viewBox={`0 0 ${size} ${size}`}
          role="img"
          aria-label={t('own.qr')}
          shapeRendering="crispEdges"
        >
          <path d={path} fill="currentColor" />
        </svg>
        <span className={css['note']}>{t('own.qrHint')}</span>
      </div>
    </Dialog>
  );
}

/** One path of all dark squares. */
function drawn(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { border: 0 });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size, path: squares.join('') };
}
