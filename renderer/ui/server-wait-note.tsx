import { useT } from '../i18n/i18n.ts';
import { useSaysServerWait } from './server-wait.ts';
import css from './server-wait-note.module.css';
import { Spinner } from './spinner.tsx';

/** Beside the buttons of a dialog whose action takes the server long. The dialog can be closed all the same. */
export function ServerWaitNote() {
  const t = useT();
  useSaysServerWait();
  return (
    <span role="status" className={css['note']} data-testid="server-wait">
      <Spinner size={14} />
      {t('error.waiting')}
    </span>
  );
}
