import { CircleAlert } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { restartSession, startFailure } from '../../state/session-lifecycle.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** The shell or the account's core did not answer. */
export function StartFailed() {
  const t = useT();
  return (
    <main>
      <h1 className="visually-hidden">{t('app.name')}</h1>
      <EmptyState
        icon={CircleAlert}
        text={startFailure() === 'inUse' ? t('error.inUse') : `${t('error.start')}. ${t('error.generic')}`}
        action={<Button onClick={() => void restartSession()}>{t('error.retry')}</Button>}
      />
    </main>
  );
}
