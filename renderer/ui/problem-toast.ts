import { CodedError } from '../../shared/ipc/result.ts';
import { t } from '../i18n/i18n.ts';
import { errorText } from '../text/error-text.ts';
import { showToast } from './toast.tsx';

/** Says in a toast what went wrong, where no dialog is there to say it. */
export function showProblem(error: unknown, retry: () => void): void {
  if (!(error instanceof CodedError)) console.error(error);
  showToast({
    tone: 'error',
    text: errorText(error),
    // What may have happened is looked for first.
    ...(error instanceof CodedError && error.code === 'unsure'
      ? { stays: true, action: { label: t('action.ok'), onSelect: () => undefined } }
      : { action: { label: t('error.retry'), onSelect: retry } }),
  });
}
