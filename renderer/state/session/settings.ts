import type { Settings } from '../../../shared/settings.ts';
import { defaultSettings } from '../../../shared/settings.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { useSession } from './session-store.ts';

export function useSettings(): Settings {
  return useSession((state) => state.shell?.settings ?? defaultSettings);
}

/** As it is now: for what is not drawn. */
export const showsRecalledKind = (): boolean =>
  (useSession.getState().shell?.settings ?? defaultSettings).showRecalledKind;

/** Stores settings; the change comes back as `shell.changed`. A failure becomes a toast. */
export function changeSettings(patch: Args<'shell.setSettings'>): Promise<boolean> {
  return attempt(() => call('shell.setSettings', patch));
}
