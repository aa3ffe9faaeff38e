import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createFixture,
  GROUP,
  message,
  PERSON,
  START,
  text,
  type Fixture,
} from '../store/testing/store-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { storageHandlers } from './storage-handlers.ts';

const IMAGE = '0123456789abcdef0123456789abcdef';

let fixture: Fixture;
let sweeps: number;
beforeEach(() => {
  fixture = createFixture();
  sweeps = 0;
});
afterEach(() => fixture.dispose());

function handlers(): ReturnType<typeof storageHandlers> {
  return storageHandlers({
    store: fixture.store,
    folders: { accountDir: fixture.dir, profileDir: fixture.dir },
    media: { sweep: () => (sweeps += 1) },
  } as unknown as CoreContext);
}

it('gives cached files up, and keeps what waits to be sent', () => {
  const { store } = fixture;
  store.ingest([message(1, { payload: { type: 2, url: 'a.png', width: 1, height: 1 } })], 'live');
  expect(store.addMediaFile(GROUP, 'u-bob:no-1', { file: IMAGE, mime: 'image/png', bytes: 70 })).toBe(true);
  store.addSend({ channel: PERSON, clientMsgNo: 'unsent', payload: text('words'), timestamp: START });
  expect(handlers()['storage.clearMedia'](undefined)).toEqual({ files: 1, bytes: 70 });
  expect(store.mediaFiles()).toEqual([]);
  expect(store.erasedFiles()).toEqual({ media: [IMAGE], attachments: [] });
  expect(sweeps).toBe(1);
  expect(store.message(GROUP, 'u-bob:no-1')).not.toBeNull();
  expect(store.nextSends()).toHaveLength(1);
});

it('counts every byte of the profile once', async () => {
  const write = (folder: string, name: string, bytes: number): void => {
    mkdirSync(join(fixture.dir, folder), { recursive: true });
    writeFileSync(join(fixture.dir, folder, name), Buffer.alloc(bytes));
  };
  write('media', IMAGE, 1_000);
  write('outbox-media', IMAGE, 500);
  const profileDir = join(fixture.dir, 'profile');
  write('profile/logs', 'main.log', 300);
  write('profile/accounts/other', 'cache.db', 200);
  write('profile/chromium/Default', 'Cookies', 100);
  fixture.store.ingest([message(1)], 'live');
  const context = { store: fixture.store, folders: { accountDir: fixture.dir, profileDir } };
  const usage = await storageHandlers(context as unknown as CoreContext)['storage.usage'](undefined);
  expect(usage).toMatchObject({ media: 1_000, logs: 300, page: 100, cachedMessages: 1, outboxJobs: 0 });
  expect(usage.index).toBeGreaterThan(0);
  expect(usage.messages).toBeGreaterThan(usage.index);
  expect(usage.outbox).toBeGreaterThan(500);
});
