/**
 * Over a restart: images and files that wait in the composer, with the draft of their chat and no longer; and downloads
 * that the end of the app broke off.
 */
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import {
  document,
  expectWaiting,
  files,
  images,
  pick,
  picture,
  sendAttached,
} from '../fixtures/people/media.ts';
import { startFileGate } from '../fixtures/faults/file-gate.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { phoneJpeg } from '../../shared/testing/camera-data.ts';
import { type AppHandle, expect, test } from '../fixtures/test.ts';

const IMAGE = 'Dr4ftImageBytes';
const FILE = 'Dr4ftFileBytes';
const SECRETS = [IMAGE, FILE];
const PLACE = 'Ph0toPlaceBytes';

/** As a phone makes it: 3000 x 2000, held upright, with a place in all that is no picture. */
async function phonePicture(page: Page): Promise<Buffer> {
  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3_000, 2_000);
    canvas.getContext('2d')?.fillRect(0, 0, 1_500, 1_000);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  return phoneJpeg(Uint8Array.from(jpeg), PLACE, 6);
}

const sizeOf = (page: Page, bytes: Buffer): Promise<number[]> =>
  page.evaluate(
    async (numbers) => {
      const { width, height } = await createImageBitmap(new Blob([Uint8Array.from(numbers)]));
      return [width, height];
    },
    [...bytes],
  );

/** Which of them are in the files of the app's accounts. */
const found = (app: Pick<AppHandle, 'userDataDir'>): string[] => {
  const hits = new Set(
    scanForResidue([join(app.userDataDir, 'accounts')], SECRETS).map(({ secret }) => secret),
  );
  return SECRETS.filter((_, index) => hits.has(index));
};
/** What of the files of messages is on its disk. */
const cached = ({ userDataDir }: Pick<AppHandle, 'userDataDir'>): string[] =>
  readdirSync(join(userDataDir, 'accounts'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[\\/]media[\\/][^\\/]+$/.test(path))
    .map((path) => join(userDataDir, 'accounts', path));
const MIB = 1024 * 1024;
/** Of a large file, what comes before the app is ended. */
const HEAD_BYTES = 3 * MIB;
/** Bytes that are nobody's words, the same at each place only once. */
const largeFile = (first: number): Buffer =>
  Buffer.from(Uint32Array.from({ length: 2 * MIB }, (_, at) => first + at).buffer);

const tray = (page: Page) => page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');

test('kept when another chat is opened and over a restart; erased when removed, sent and recalled, signed out', async ({
  api,
  world,
  openWindow,
  reopen,
  connectPeer,
}) => {
  test.setTimeout(180_000);
  const gate = await startFileGate(api, HEAD_BYTES);
  const bob = await connectPeer(world.bob);
  let alice = await openWindow(world.alice, { server: gate.api });
  await alice.openChat(world.bob.name);
  const long = Array.from({ length: 2_500 }, (_, at) => `${String(at).padStart(9, '0')} `).join('');
  await alice.composer.fill(long);
  await pick(alice, 'image', picture('holiday.png', IMAGE));
  await pick(alice, 'file', document('plan.txt', FILE));
  const row = alice.conversation(world.bob.name);
  await alice.openChat(world.group.name);
  await expect(tray(alice.page)).toHaveCount(0);
  await expect(row).toContainText('[草稿] [图片] [文件] 000000000');
  await alice.openChat(world.bob.name);
  await expect(tray(alice.page)).toHaveCount(2);
  await expect(tray(alice.page).and(alice.page.locator('[data-stored="true"]'))).toHaveCount(2);
  expect(found(alice.app)).toEqual(SECRETS);

  // Two files of 8 MiB, of which 3 are here when the app ends; one of them is recalled before it is started again.
  const toAlice = { channelId: world.alice.uid, channelType: 1 };
  const large = await Promise.all(
    [1, 1_000_000_000].map(async (first) => {
      const bytes = largeFile(first);
      const url = await uploadAs(bob, toAlice, 'bin', bytes);
      const payload = { type: 8, url, name: `${first}.bin`, size: bytes.length };
      return { bytes, url, message: await bob.send(world.alice.uid, 1, payload) };
    }),
  );
  gate.shut();
  await expect(files(alice)).toHaveCount(large.length);
  for (const file of await files(alice).all())
    await file.getByRole('button', { name: '下载' }).last().click();
  const held = () => cached(alice.app).filter((path) => path.endsWith('.part'));
  await expect
    .poll(() => held().map((path) => readFileSync(path).length >= HEAD_BYTES - 64 * 1024))
    .toEqual([true, true]);
  await alice.app.close();
  const [kept, gone] = large;
  if (!kept || !gone) throw new Error('two files');
  await bob.revoke(world.alice.uid, 1, gone.message);
  gate.open();
  alice = await reopen(alice.app);
  await expect(alice.conversation(world.bob.name)).toContainText('[草稿] [图片] [文件] 000000000');
  await alice.openChat(world.bob.name);
  await expect(alice.composer).toHaveValue(long);
  expect(long).toHaveLength(25_000);
  await expect(tray(alice.page)).toHaveCount(2);
  // What was begun goes on where it was, without another click; of the recalled one nothing is left.
  await expect(alice.tip('撤回了一条消息')).toBeVisible();
  await expect(files(alice)).toHaveCount(1);
  await expect(files(alice)).toHaveAttribute('data-state', 'ready');
  const again = gate.asked.filter(({ path }) => path.split('?')[0] === kept.url);
  expect(again.map(({ from }) => from >= MIB)).toEqual([false, true]);
  await expect.poll(() => cached(alice.app)).toHaveLength(1);
  expect(readFileSync(cached(alice.app)[0] ?? '').equals(kept.bytes)).toBe(true);
  // Its first frame, in the shape of the picture.
  await expectWaiting(tray(alice.page).first().getByRole('img', { name: 'holiday.png' }));

  // Removed: neither the tray nor the disk has it any more.
  await alice.page.getByRole('button', { name: '移除 holiday.png' }).click();
  await expect(tray(alice.page)).toHaveCount(1);
  await expect.poll(() => found(alice.app)).toEqual([FILE]);
  // Sent, as the file it was picked as, and gone with its recall.
  await alice.composer.fill('');
  await sendAttached(alice);
  await expect.poll(() => bob.received.map(({ payload }) => payload['name'])).toContain('plan.txt');
  await files(alice).last().click({ button: 'right' });
  await alice.page.getByRole('menuitem', { name: /^撤回/ }).click();
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expect.poll(() => found(alice.app), { timeout: 15_000 }).toEqual([]);

  // A phone's picture: what waits and what is sent is scaled and says nothing of where; the original, if asked for.
  const photo = {
    name: 'IMG_20261130_101112.jpg',
    mimeType: 'image/jpeg',
    buffer: await phonePicture(alice.page),
  };
  const sentBytes = async (count: number): Promise<Buffer> => {
    const of = () => bob.received.filter(({ payload }) => payload['type'] === 2);
    await expect.poll(() => of().length).toBe(count);
    expect(of().at(-1)?.payload).not.toHaveProperty('name');
    return bob.file(String(of().at(-1)?.payload['url']));
  };
  const before = bob.received.filter(({ payload }) => payload['type'] === 2).length;
  await pick(alice, 'image', photo);
  await expect(tray(alice.page).and(alice.page.locator('[data-stored="true"]'))).toHaveCount(1);
  expect(scanForResidue([alice.app.userDataDir], [PLACE])).toEqual([]);
  await sendAttached(alice);
  const scaled = await sentBytes(before + 1);
  expect([scaled.includes(PLACE), await sizeOf(alice.page, scaled)]).toEqual([false, [1365, 2048]]);
  await pick(alice, 'image', photo);
  await alice.page.getByRole('switch', { name: '发送原图' }).click();
  await sendAttached(alice);
  expect((await sentBytes(before + 2)).equals(photo.buffer)).toBe(true);
  expect(scanForResidue([alice.app.userDataDir], [PLACE])).not.toEqual([]);
  for (const left of [1, 0]) {
    await images(alice).last().click({ button: 'right' });
    await alice.page.getByRole('menuitem', { name: /^撤回/ }).click();
    await expect(images(alice)).toHaveCount(left);
  }
  await expect.poll(() => scanForResidue([alice.app.userDataDir], [PLACE]), { timeout: 15_000 }).toEqual([]);

  // Signed out with something in a tray: nothing of it stays.
  await pick(alice, 'image', picture('again.png', IMAGE));
  await expect(tray(alice.page).and(alice.page.locator('[data-stored="true"]'))).toHaveCount(1);
  expect(found(alice.app)).toEqual([IMAGE]);
  const check = await alice.page.evaluate(() => window.wukong.invoke('recall.leakCheck', undefined));
  expect(check.ok && check.value.surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  await alice.page.evaluate(() => window.wukong.invoke('shell.signOut', undefined));
  await expect(alice.page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect.poll(() => found(alice.app)).toEqual([]);
  await gate.stop();
});
