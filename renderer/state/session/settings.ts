import type { QuietHours } from '../../../shared/quiet-hours.ts';
import type { Settings } from '../../../shared/settings.ts';
import { defaultSettings } from '../../../shared/settings.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { useSession } from './session-store.ts';

export function useSettings(): Settings {
  return useSession((state) => state.shell?.settings ?? defaultSettings);
}

/** As they are now: for what is not drawn. */
const settingsNow = (): Settings => useSession.getState().shell?.settings ?? defaultSettings;

export const showsRecalledKind = (): boolean => settingsNow().showRecalledKind;

/** Stores settings; the change comes back as `shell.changed`. A failure becomes a toast. */
export function changeSettings(patch: Args<'shell.setSettings'>): Promise<boolean> {
  return attempt(() => call('shell.setSettings', patch));
}

/** The quiet hours that were asked for and are not back yet. */
let askedHours: QuietHours | null = null;

/** They are stored as a whole: a second click that comes before the first is back begins with what that one asked. */
export async function changeQuietHours(part: (now: QuietHours) => Partial<QuietHours>): Promise<boolean> {
  const now = askedHours ?? settingsNow().quietHours;
  const asked = { ...now, ...part(now) };
  askedHours = asked;
  const done = await changeSettings({ quietHours: asked });
  if (askedHours === asked) askedHours = null;
  return done;
}
