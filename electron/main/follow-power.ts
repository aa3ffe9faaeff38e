/** Sleep, wake and lock of the computer. */
import { powerMonitor } from 'electron';
import type { AccountSession } from './accounts/account-session.ts';
import type { MainNetwork } from './network/main-network.ts';
import type { IdleWatch } from './lock/idle-watch.ts';
import type { QuietWatch } from './notifications/quiet-watch.ts';
import type { AppUpdates } from './updates/app-updates.ts';

export interface PowerParts {
  network: Pick<MainNetwork, 'hint'>;
  quiet: Pick<QuietWatch, 'look'>;
  locking: { idle: Pick<IdleWatch, 'look'> };
  session: Pick<AccountSession, 'networkHint' | 'screenLocked'>;
  updates: Pick<AppUpdates, 'woke'>;
}

/** After the app is ready. */
export function followPower({ locking, network, quiet, session, updates }: PowerParts): void {
  const look = (): void => locking.idle.look();
  powerMonitor.on('suspend', look);
  powerMonitor.on('resume', look);
  powerMonitor.on('lock-screen', look);
  const networkHint = (): void => {
    void network.hint().then(() => session.networkHint());
  };
  powerMonitor.on('resume', () => {
    networkHint();
    quiet.look();
    updates.woke();
  });
  powerMonitor.on('unlock-screen', networkHint);
  powerMonitor.on('lock-screen', () => session.screenLocked());
}
