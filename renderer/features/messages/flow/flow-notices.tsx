import { WifiOff } from 'lucide-react';
import { useT } from '../../../i18n/i18n.ts';
import { useConnection } from '../../../state/session/session-store.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import type { FlowState } from './use-flow-rows.ts';
import css from './flow-notices.module.css';

/**
 * Above the messages while the server could not be asked for all of them. A session that has ended can only be signed
 * in again.
 */
export function OfflineNote({ onRetry }: { onRetry: () => void }) {
  const t = useT();
  const ended = useConnection().state === 'kicked';
  return (
    <div className={css['offline']} role="status" data-testid="flow-offline">
      <Icon of={WifiOff} size={16} />
      <span>{t('flow.offline')}</span>
      {!ended && <TextButton onClick={onRetry}>{t('conn.retry')}</TextButton>}
    </div>
  );
}

/** In place of messages: loading, failed, or none yet. */
export function FlowNotice({
  state,
  empty,
  onRetry,
}: {
  state: FlowState;
  empty: boolean;
  onRetry: () => void;
}) {
  const t = useT();
  if (!empty) return null;
  if (state.failed) {
    return (
      <div className={css['notice']} role="alert">
        {t('flow.loadFailed')}
        <Button size="small" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      </div>
    );
  }
  if (state.loading !== null) {
    return (
      <div className={css['skeleton']} aria-hidden="true">
        {[44, 62, 36, 55].map((width) => (
          <i key={width} style={{ width: `${width}%` }} />
        ))}
      </div>
    );
  }
  return <div className={css['notice']}>{t('flow.empty')}</div>;
}
