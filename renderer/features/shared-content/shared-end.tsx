import { useT } from '../../i18n/i18n.ts';
import { lookForOlder, useShared } from '../../state/messages/shared-store.ts';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import css from './shared-content.module.css';

/** Below the oldest item: that it is all, or how to get at older ones. */
export function SharedEnd() {
  const t = useT();
  const complete = useShared((state) => state.complete);
  const older = useShared((state) => state.older);
  const before = useShared((state) => state.before);
  if (before !== null) return null;
  if (older === 'running') {
    return (
      <p className={css['end']} role="status">
        <Spinner size={16} />
        {t('shared.looking')}
      </p>
    );
  }
  return (
    <div className={css['end']}>
      {older === 'failed' && <p className={css['failed']}>{t('shared.olderFailed')}</p>}
      {!complete && (
        <Button size="small" onClick={() => void lookForOlder()}>
          {t(older === 'failed' ? 'error.retry' : 'shared.older')}
        </Button>
      )}
      <p>{t(complete ? 'shared.whole' : 'shared.local')}</p>
    </div>
  );
}
