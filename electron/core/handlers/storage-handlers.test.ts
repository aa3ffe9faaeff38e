import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { idOf, message } from '../account-store/testing/store-fixture.ts';
import type { ChatStorage } from '../../../shared/ipc/contract/storage.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { storageHandlers } from './storage-handlers.ts';

const IMAGE = '0123456789abcdef0123456789abcdef';

const fixture = useFixture();

function handlers(profileDir = fixture.dir): ReturnType<typeof storageHandlers> {
  return storageHandlers({
    store: fixture.store,
    folders: { accountDir: fixture.dir, profileDir },
    media: {
      usage: () => ({ files: 3, bytes: 1_000 }),
      clear: () => ({ files: 1, bytes: 70 }),
      cleanup: { state: { running: false, failed: false, freed: null } },
      waiting: 0,
    },
    avatars: { usage: { files: 2, bytes: 40 }, clear: () => ({ files: 2, bytes: 40 }) },
    packs: { usage: { files: 1, bytes: 7 }, clear: () => ({ files: 1, bytes: 7 }) },
    // A stand-in for the parts that these handlers use.
  } as unknown as CoreContext);
}

it('tells what clearing cached files gave back', () => {
  expect(handlers()['storage.clearMedia'](undefined)).toEqual({ files: 4, bytes: 117 });
});

it('counts every byte of the profile once', async () => {
  const write = (folder: string, name: string, bytes: number): void => {
    mkdirSync(join(fixture.dir, folder), { recursive: true });
    writeFileSync(join(fixture.dir, folder, name), Buffer.alloc(bytes));
  };
  write('media', IMAGE, 1_000);
  write('avatars', IMAGE, 40);
  write('stickers', IMAGE, 7);
  write('outbox-media', IMAGE, 500);
  const profileDir = join(fixture.dir, 'profile');
  write('profile/logs', 'main.log', 300);
  write('profile/updates/pending', 'WuKong.AppImage', 40_000);
  write('profile/accounts/other', 'cache.db', 200);
  write('profile/chromium/Default', 'Cookies', 100);
  fixture.store.messages.ingest([message(1)], 'live');
  const usage = await handlers(profileDir)['storage.usage'](undefined);
  expect(usage).toMatchObject({
    media: 1_000,
    mediaFiles: 3,
    avatars: 40,
    avatarFiles: 2,
    stickers: 7,
    stickerFiles: 1,
    logs: 300,
    updates: 40_000,
    page: 100,
    cachedMessages: 1,
    outboxJobs: 0,
    images: 0,
    cleanup: { running: false, waiting: 0, freed: null },
  });
  expect(usage.diskFree).toBeGreaterThan(0);
  expect(usage.index).toBeGreaterThan(0);
  expect(usage.messages).toBeGreaterThan(usage.index);
  expect(usage.outbox).toBeGreaterThan(500);
});

const GROUP_RECORD = {
  remark: '',
  notice: '',
  memberCount: 2,
  onlineCount: null,
  myRole: null,
  quit: false,
  mutedUntil: null,
  forbidden: false,
  inviteOnly: false,
  disbanded: false,
  muted: false,
  pinned: false,
  showRecallNotes: true,
  receipt: false,
};

it('names the chats whose files take most, and says how many take less', () => {
  const payload = { type: 2, url: 'file/preview/1.png', width: 1, height: 1 };
  for (let chat = 0; chat < 103; chat += 1) {
    const channel = { channelId: `g-${chat}`, channelType: 2 };
    fixture.store.people.putGroups([{ ...GROUP_RECORD, groupNo: `g-${chat}`, name: `Group ${chat}` }]);
    fixture.store.messages.ingest([message(1, { channel, messageId: idOf(chat), payload })], 'live');
    const name = String(chat).padStart(32, '0');
    fixture.store.media.add(channel, 'u-bob:no-1', { file: name, mime: 'image/png', bytes: 10 + chat });
  }
  const { chats, more } = handlers()['storage.byChat'](undefined) as { chats: ChatStorage[]; more: number };
  expect([chats.length, more]).toEqual([100, 3]);
  expect(chats[0]).toEqual({
    channel: { channelId: 'g-102', channelType: 2 },
    name: 'Group 102',
    files: 1,
    bytes: 112,
    keptFiles: 0,
    keptBytes: 0,
  });
});
