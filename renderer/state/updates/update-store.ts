/** How updates of the app stand, as the main thread says. */
import { create } from 'zustand';
import type { UpdateFailure, UpdateState } from '../../../shared/ipc/contract/updates.ts';
import { call, onEvent } from '../bridge.ts';

interface UpdateStore {
  /** null until the main thread has answered. */
  update: UpdateState | null;
  /** A failure whose line was put away; another one is shown again. */
  seen: UpdateFailure | null;
}

export const useUpdates = create<UpdateStore>(() => ({ update: null, seen: null }));

const receive = (update: UpdateState): void =>
  useUpdates.setState(({ seen }) => ({ update, seen: update.failure === seen ? seen : null }));

/** Called once. */
export function followUpdates(): void {
  onEvent('updates.changed', receive);
  // Logged by `call`; without an answer there is no line and no page about updates.
  void call('updates.state', undefined).then(receive, () => undefined);
}

export const putFailureAway = (): void =>
  useUpdates.setState(({ update }) => ({ seen: update?.failure ?? null }));

const ask = (channel: 'updates.check' | 'updates.download' | 'updates.pause'): void =>
  // Logged by `call`; what became of it comes as a state.
  void call(channel, undefined).catch(() => undefined);

export const checkForUpdates = (): void => ask('updates.check');
export const downloadUpdate = (): void => ask('updates.download');
export const pauseUpdate = (): void => ask('updates.pause');

export const openUpdate = (what: 'package' | 'notes'): void =>
  void call('updates.open', { what }).catch(() => undefined);
