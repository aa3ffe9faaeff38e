/** A store in a profile as the app has it (the account's databases and no others), with its leak check. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LeakCheck } from '../../../../shared/ipc/contract/recall.ts';
import { tempFolder } from '../../../../shared/testing/temp-folder.ts';
import { openStore, type OpenStore } from '../../account-store/open-store.ts';
import { ME, START } from '../../account-store/testing/store-fixture.ts';
import { Media } from '../../media/media.ts';
import { Fingerprints } from '../fingerprints.ts';
import { createLeakCheck, type LeakCheckParts } from '../leak-check.ts';

export interface CheckedStore {
  profileDir: string;
  accountDir: string;
  store: OpenStore;
  /** Local and server clock, ms. */
  clock: { nowMs: number };
  run: () => Promise<LeakCheck>;
  close: () => Promise<void>;
}

const offline = (): Promise<never> => Promise.reject(new Error('offline'));

export function openChecked(
  parts: Partial<Pick<LeakCheckParts, 'announced' | 'withdraw' | 'log'>> = {},
): CheckedStore {
  const profileDir = tempFolder('wukong-leaks-');
  const accountDir = join(profileDir, 'accounts', 'me');
  const clock = { nowMs: START * 1000 };
  const fingerprints = new Fingerprints();
  const store = openStore({
    accountDir,
    me: ME,
    now: () => clock.nowMs,
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: () => undefined,
    onContentErased: (erased) => fingerprints.take(erased),
  });
  const media = new Media({
    accountDir,
    me: ME,
    store,
    api: { uploadFile: offline, downloadFile: offline, discardUpload: () => Promise.resolve() },
    push: () => undefined,
    announce: () => undefined,
    log: () => undefined,
  });
  const run = createLeakCheck({
    accountDir,
    profileDir,
    store,
    fingerprints,
    sweepMedia: () => media.sweep(),
    announced: () => [],
    withdraw: () => undefined,
    now: () => clock.nowMs,
    serverNow: () => clock.nowMs,
    log: () => undefined,
    ...parts,
  });
  return {
    profileDir,
    accountDir,
    store,
    clock,
    run,
    async close() {
      await media.close();
      store.close();
      rmSync(profileDir, { recursive: true, force: true });
    },
  };
}
