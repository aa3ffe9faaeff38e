/** What the worker of an account is told at its start. */
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';
import type { WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { AccountSessionOptions } from './account-session-options.ts';

export function workerStart(options: AccountSessionOptions, entry: AccountEntry, token: string): WorkerStart {
  const { accounts, deviceId, profileDir, followed, network, localStorageDays } = options;
  return {
    accountDir: accounts.folder(entry.id),
    profileDir,
    server: entry.server,
    uid: entry.uid,
    username: entry.username,
    name: entry.name,
    token,
    deviceFlag: accounts.deviceFlag(entry.id),
    deviceId,
    ...followed(),
    secureLine: accounts.hasSecureLine(entry.id),
    caFile: network?.caFile() ?? null,
    localStorageDays: localStorageDays ?? null,
  };
}
