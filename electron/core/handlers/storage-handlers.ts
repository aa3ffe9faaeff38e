/** Settings: how much is stored and what of it may go. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { storageContract } from '../../../shared/ipc/contract/storage.ts';
import { UPDATES_FOLDER } from '../../../shared/updates-policy.ts';
import { STICKER_FOLDER } from '../stickers/pack-files.ts';
import { AVATAR_FOLDER } from '../avatars/avatar-files.ts';
import { folderBytes } from './folder-size.ts';
import { MEDIA_FOLDER, STAGING_FOLDER } from '../media/media-folders.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

/** More are no list to be read. */
const MOST_CHATS = 100;

/** null where the system does not say. */
async function freeBytes(dir: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch {
    return null;
  }
}

export function storageHandlers(context: CoreContext): Handlers<typeof storageContract> {
  const { store, sync, log, folders } = context;

  async function download(): Promise<void> {
    try {
      await sync.resync();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
    } catch (error) {
      const reason = reasonOf(error);
      log('warn', `after the rebuild: ${reason}; the next connection repeats it`);
    }
  }

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
      const [account, cache, media, avatars, stickers, staged, profile, logs, updates, accounts] =
        await Promise.all([
          folderBytes(accountDir),
          folderBytes(accountDir, (name) => name.startsWith('cache.db')),
          folderBytes(inAccount(MEDIA_FOLDER)),
          folderBytes(inAccount(AVATAR_FOLDER)),
          folderBytes(inAccount(STICKER_FOLDER)),
          folderBytes(inAccount(STAGING_FOLDER)),
          folderBytes(profileDir),
          folderBytes(join(profileDir, 'logs')),
          folderBytes(join(profileDir, UPDATES_FOLDER)),
          folderBytes(join(profileDir, 'accounts')),
        ]);
      const diskFree = await freeBytes(accountDir);
      const index = Math.min(cache, store.indexBytes());
      const { cachedMessages, outboxJobs } = store.diagnostics();
      return {
        messages: cache - index,
        index,
        media,
        avatars,
        stickers,
        outbox: Math.max(0, account - cache - media - avatars - stickers - staged) + staged,
        logs,
        updates,
        page: Math.max(0, profile - logs - updates - accounts),
        otherAccounts: Math.max(0, accounts - account),
        cachedMessages,
        mediaFiles: context.media.usage().files,
        avatarFiles: context.avatars.usage.files,
        stickerFiles: context.packs.usage.files,
        outboxJobs,
        images: store.media.byChat().reduce((sum, { imageBytes }) => sum + imageBytes, 0),
        diskFree,
        cleanup: { ...context.media.cleanup.state, waiting: context.media.waiting },
      };
    },

    'storage.byChat'() {
      const all = store.media.byChat();
      const chats = all.slice(0, MOST_CHATS).map(({ channel, files, bytes, keptFiles, keptBytes }) => ({
        channel,
        name: store.conversations.get(channel)?.name || store.people.channelInfo(channel).name,
        files,
        bytes,
        keptFiles,
        keptBytes,
      }));
      return { chats, more: all.length - chats.length };
    },

    'storage.clearChat'({ channel }) {
      requireWritable(context);
      return context.media.clear(channel);
    },

    'storage.clearMedia'() {
      requireWritable(context);
      const media = context.media.clear();
      const [avatars, packs] = [context.avatars.clear(), context.packs.clear()];
      return {
        files: media.files + avatars.files + packs.files,
        bytes: media.bytes + avatars.bytes + packs.bytes,
      };
    },
  };
}
