/** What is stored on this computer, how its files are doing, and what of it may go. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { ChannelOnly, Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';

export const ReadOnlyReason = z.enum([
  'diskFull',
  /** No permission, a read-only file system, a failing disk. */
  'notWritable',
  /** Unsent words in the files belong to a newer version of the app. */
  'newerData',
]);
export type ReadOnlyReason = z.infer<typeof ReadOnlyReason>;

/** How the account's files are doing, since the account was opened (docs/storage.md). */
export const StorageState = z.object({
  /** Nothing is written: what is shown is in memory, what the user would write is refused. null = all is well. */
  readOnly: ReadOnlyReason.nullable(),
  /** The cache had to be replaced and is downloaded again; unsent words were kept. */
  cacheReplaced: z.enum(['damaged', 'newer']).nullable(),
  /** The file of unsent words was damaged: it is kept under this name, and so many entries could be read from it. */
  outboxDamage: z.object({ keptAs: z.string(), recovered: z.int() }).nullable(),
});
export type StorageState = z.infer<typeof StorageState>;

/** Bytes on disk, by kind. */
export const StorageUsage = z.object({
  /** Cached messages, conversations and people. */
  messages: z.int(),
  /** Search index. */
  index: z.int(),
  media: z.int(),
  /** Pictures of people and groups. */
  avatars: z.int(),
  /** What is kept of the account's packs of stickers. */
  stickers: z.int(),
  /** Unsent words and their attachments, with damaged files that are kept. */
  outbox: z.int(),
  logs: z.int(),
  /** Packages of new versions that were loaded and not installed. */
  updates: z.int(),
  /** What Chromium keeps of the page itself. */
  page: z.int(),
  /** Caches of other accounts of this profile. */
  otherAccounts: z.int(),
  cachedMessages: z.int(),
  mediaFiles: z.int(),
  avatarFiles: z.int(),
  stickerFiles: z.int(),
  outboxJobs: z.int(),
  /** Of `media`: what images take. */
  images: z.int(),
  /** Free for this program on the disk of the profile; null = not known. */
  diskFree: z.int().nullable(),
  cleanup: z.object({
    /** Files are going by the rules just now. */
    running: z.boolean(),
    /** It could not be done, and is tried again. */
    failed: z.boolean(),
    /** Files that were given up and could not be erased from the disk yet. */
    waiting: z.int(),
    /** What went last by the rules. */
    freed: z.object({ atMs: z.number(), files: z.int(), bytes: z.int() }).nullable(),
  }),
});
export type StorageUsage = z.infer<typeof StorageUsage>;

/** What the files of a chat take. */
export const ChatStorage = z.object({
  channel: ChannelRef,
  name: z.string(),
  files: z.int(),
  bytes: z.int(),
  /** Of them those of favourites, which stay. */
  keptFiles: z.int(),
  keptBytes: z.int(),
});
export type ChatStorage = z.infer<typeof ChatStorage>;

const Cleared = z.object({ files: z.int(), bytes: z.int() });

export const storageContract = {
  /** Drops the cache and downloads it again; unsent words are kept (ui.md 8 `cache.rebuild`). */
  'storage.rebuildCache': call(Nothing, Done),
  'storage.usage': query(Nothing, StorageUsage),
  /** Erases cached images and files; they are loaded again when they are looked at. What waits to be sent stays. */
  'storage.clearMedia': call(Nothing, Cleared),
  /** The chats whose files take most, the largest first. */
  'storage.byChat': query(Nothing, z.object({ chats: z.array(ChatStorage), more: z.int() })),
  /** Erases the cached images and files of a chat; its messages stay. Those of favourites stay, too. */
  'storage.clearChat': call(ChannelOnly, Cleared),
} as const;
