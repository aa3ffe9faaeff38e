/**
 * The restart into a new version. What is being written is saved first, and what goes on or would be lost is asked
 * about: the app never ends under somebody's hands.
 */
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { allStored } from '../composer/tray-copies.ts';
import { saveAllDrafts, useComposer } from '../composer/composer-store.ts';
import { useTransfers } from '../media/transfer-store.ts';
import { closeDialog, openDialog } from '../window/ui-store.ts';

/** What a restart interrupts, and how many of it. */
export type UnderWay =
  /** Goes on after the restart. */
  | { kind: 'upload'; n: number }
  /** A change to a sent message, which is no draft. */
  | { kind: 'editing'; n: number };

/** Whatever holds something that a restart ends adds its count here: a call, a recording. */
const COUNTED: Readonly<Record<UnderWay['kind'], () => number>> = {
  upload: () =>
    [...useTransfers.getState().transfers.values()].filter(({ direction }) => direction === 'upload').length,
  editing: () =>
    Object.values(useComposer.getState().writings).filter(
      ({ text, editing }) => editing !== null && text !== editing.original,
    ).length,
};

export function underWay(): UnderWay[] {
  return (Object.keys(COUNTED) as UnderWay['kind'][])
    .map((kind) => ({ kind, n: COUNTED[kind]() }))
    .filter(({ n }) => n > 0);
}

/** Restarts at once when nothing is under way, else asks. */
export function requestRestart(): void {
  if (underWay().length === 0) void restartNow();
  else openDialog({ kind: 'restart' });
}

export async function restartNow(): Promise<void> {
  closeDialog();
  if (!(await Promise.all([saveAllDrafts(), allStored()])).every(Boolean)) {
    showToast({ tone: 'error', text: t('upd.draftsNotSaved') });
    return;
  }
  // Logged by `call`; why the app goes on comes as a state.
  await call('updates.restart', undefined).catch(() => undefined);
}
