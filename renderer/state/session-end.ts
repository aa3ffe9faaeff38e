import type { SessionEnd } from '../../shared/ipc/contract/shell.ts';
import { t } from '../i18n/i18n.ts';
import { showToast } from '../ui/toast.tsx';

/** Says what is left of a session that was ended here but not at its server. An ended one needs no words. */
export function showSessionEnd({ session }: { session: SessionEnd }): void {
  if (session !== 'kept' && session !== 'unreachable') return;
  const text = session === 'kept' ? t('signout.kept') : t('signout.unreachable');
  showToast({ text, stays: true, action: { label: t('storage.seen'), onSelect: () => undefined } });
}
