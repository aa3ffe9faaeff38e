/** Settings: how much is stored and what may go, figures for people who look for a fault, devices of the account. */
import { join } from 'node:path';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { folderBytes } from './folder-size.ts';
import { MEDIA_FOLDER, STAGING_FOLDER } from '../media/media-folders.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

type Channels =
  | 'storage.rebuildCache'
  | 'storage.usage'
  | 'storage.clearMedia'
  | 'diagnostics.get'
  | 'account.devices'
  | 'account.removeDevice';

export function storageHandlers(context: CoreContext): Handlers<Channels> {
  const { api, store, sync, connection, log, folders } = context;

  async function download(): Promise<void> {
    try {
      await sync.resync();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
    } catch (error) {
      const reason = reasonOf(error);
      log('warn', `after the rebuild: ${reason}; the next connection repeats it`);
    }
  }

  const stateNumber = (name: string): number => Number(store.state.get(name) ?? '0') || 0;

  return {
    'storage.rebuildCache'() {
      requireWritable(context);
      store.rebuild();
      context.media.sweep();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
      // The answer does not wait for the download: what comes back arrives as deltas.
      void download();
      return null;
    },

    async 'storage.usage'() {
      const { accountDir, profileDir } = folders;
      const inAccount = (name: string): string => join(accountDir, name);
      const [account, cache, media, staged, profile, logs, accounts] = await Promise.all([
        folderBytes(accountDir),
        folderBytes(accountDir, (name) => name.startsWith('cache.db')),
        folderBytes(inAccount(MEDIA_FOLDER)),
        folderBytes(inAccount(STAGING_FOLDER)),
        folderBytes(profileDir),
        folderBytes(join(profileDir, 'logs')),
        folderBytes(join(profileDir, 'accounts')),
      ]);
      const index = Math.min(cache, store.indexBytes());
      const { cachedMessages, outboxJobs } = store.diagnostics();
      return {
        messages: cache - index,
        index,
        media,
        outbox: Math.max(0, account - cache - media - staged) + staged,
        logs,
        page: Math.max(0, profile - logs - accounts),
        otherAccounts: Math.max(0, accounts - account),
        cachedMessages,
        mediaFiles: context.media.usage().files,
        outboxJobs,
      };
    },

    'storage.clearMedia'() {
      requireWritable(context);
      return context.media.clear();
    },

    'diagnostics.get': () => ({
      connection: context.connectionState(),
      transport: connection.transport,
      pingMs: connection.lastPingMs,
      serverOffsetMs: context.serverOffsetMs(),
      ...store.diagnostics(),
      storage: context.storage(),
      cursors: {
        conversations: store.conversations.list().length,
        friends: stateNumber('friendVersion'),
        reminders: stateNumber('reminderVersion'),
        extras: store.conversations
          .list()
          .reduce((highest, { channel }) => Math.max(highest, store.messages.extraVersion(channel)), 0),
      },
      versions: versions(),
      recalls: store.messages.recallLog(),
    }),

    async 'account.devices'() {
      const devices = await api.devices();
      return devices.map((device) => ({ ...device, thisDevice: device.deviceId === context.deviceId }));
    },

    async 'account.removeDevice'({ deviceId }) {
      await api.removeDevice(deviceId);
      return null;
    },
  };
}

function versions(): Record<string, string> {
  const names = ['electron', 'chrome', 'node', 'v8', 'sqlite'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const version = process.versions[name];
      return version === undefined ? [] : [[name, version]];
    }),
  );
}
