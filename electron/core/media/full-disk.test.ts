/**
 * A disk that is full while files are loaded, picked and opened: the error says it, nothing half done is left, and
 * again once there is room.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TransferView } from '../../../shared/transfer.ts';
import { smallDisk, type SmallDisk } from '../account-store/testing/small-disk.ts';
import { GROUP, ME, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { Media } from './media.ts';

/** More than what a full file system may still have in its last block. */
const BODY = Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(299_992, 'file')]);
const KEY = 'u-bob:no-1';
const full = expect.objectContaining({ code: 'refused', message: 'the disk is full' }) as Error;

const fixture = useFixture();
let disk: SmallDisk;
let media: Media;
let reports: TransferView[];
let tries: number;

beforeEach(() => {
  disk = smallDisk(fixture.dir);
  reports = [];
  tries = 0;
  media = new Media({
    // The databases have a disk of their own here: theirs is tested in store/disk-faults.test.ts.
    accountDir: disk.dir,
    me: ME,
    store: fixture.store,
    api: {
      async downloadFile({ offset }) {
        tries += 1;
        async function* chunks(): AsyncGenerator<Uint8Array> {
          for (let at = offset; at < BODY.length; at += 50_000) yield BODY.subarray(at, at + 50_000);
        }
        return { start: offset, totalBytes: BODY.length, inParts: false, validator: '"v"', body: chunks() };
      },
      uploadFile: () => Promise.reject(new Error('nothing is sent here')),
      discardUpload: () => Promise.resolve(),
    },
    push: (views) => void reports.push(...views),
    announce: () => undefined,
    log: () => undefined,
    retryDelaysMs: [1, 1],
  });
  const content = { type: 8, url: 'file/preview/1', name: 'plan.pdf', size: BODY.length };
  fixture.store.messages.ingest([message(1, { payload: content })], 'live');
});
afterEach(async () => {
  disk.free();
  await media.close();
  disk.dispose();
});

const filesIn = (folder: string): string[] => {
  const dir = join(disk.dir, folder);
  return existsSync(dir) ? readdirSync(dir) : [];
};

test('a download says that the disk is full, is not tried over and over, leaves no part, and works when there is room', async () => {
  disk.fill();
  await expect(media.load(GROUP, KEY)).rejects.toEqual(full);
  expect(reports.at(-1)).toMatchObject({ state: 'failed', reason: 'diskFull' });
  expect(tries).toBe(1);
  expect(filesIn('media')).toEqual([]);
  disk.free();
  expect(await media.load(GROUP, KEY)).toMatchObject({ bytes: BODY.length });
  expect(reports.at(-1)).toMatchObject({ state: 'done', reason: null });
});

test('a picked file that does not fit is refused with the reason and erased; the same file fits later', async () => {
  const about = { channel: GROUP, name: 'plan.pdf', size: BODY.length };
  const id = await media.staging.begin(about);
  disk.fill();
  await expect(media.staging.append(id, 0, BODY)).rejects.toEqual(full);
  expect(filesIn('outbox-media')).toEqual([]);
  await expect(media.staging.append(id, 0, BODY)).rejects.toMatchObject({ code: 'notFound' });
  disk.free();
  const again = await media.staging.begin(about);
  expect(await media.staging.append(again, 0, BODY)).toBe(BODY.length);
  expect((await media.staging.describe(again, GROUP, 'file')).attachment.size).toBe(BODY.length);
});

test('a cached file is shown on a full disk; the copy for another program is refused with the reason and leaves nothing', async () => {
  await media.load(GROUP, KEY);
  disk.fill();
  expect(await media.load(GROUP, KEY)).toMatchObject({ bytes: BODY.length });
  await expect(media.fileFor(GROUP, KEY, 'open')).rejects.toEqual(full);
  expect(filesIn('media')).toHaveLength(1);
  disk.free();
  expect((await media.fileFor(GROUP, KEY, 'open')).name).toBe('plan.pdf');
});
