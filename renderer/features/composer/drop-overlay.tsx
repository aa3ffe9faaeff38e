import { useT } from '../../i18n/i18n.ts';
import { IsolatedText } from '../../ui/bdi.tsx';
import css from './drop-overlay.module.css';

/** Over the message pane while files are dragged over it. */
export function DropOverlay({ name }: { name: string }) {
  const t = useT();
  return (
    <div className={css['overlay']} data-testid="drop-overlay">
      <span>
        {name ? <IsolatedText of={{ key: 'attach.drop', params: { name } }} /> : t('composer.send')}
      </span>
    </div>
  );
}
