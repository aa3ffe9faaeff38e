/**
 * What a recall takes away of images and files, wherever they are at that moment: viewer, forward dialog, selection,
 * transfers; and of their names and bytes in windows, memory, profiles and servers.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { type AppHandle, expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { startFileGate } from '../fixtures/faults/file-gate.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import {
  answerDialogs,
  document,
  expectShown,
  files,
  images,
  menuOf,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

const NAME = 'Nm5Wsecretname';
const IMAGE_BYTES = 'Im8Ksecretimagebytes';
const FILE_BYTES = 'Fi3Tsecretfilebytes';
const SECRETS = [NAME, IMAGE_BYTES, FILE_BYTES];
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

function residue(...dirs: readonly string[]): string[] {
  return dirs.flatMap((dir) =>
    scanForResidue([dir], SECRETS).map((hit) => `${relative(dir, hit.path)}: ${hit.form} at ${hit.offset}`),
  );
}
/** Which of the secrets are in the files of a folder. */
const found = (dir: string): string[] => {
  const hits = new Set(scanForResidue([dir], SECRETS).map(({ secret }) => secret));
  return SECRETS.filter((_, index) => hits.has(index));
};
/** The app's own files in a profile; Chromium's are looked through as well once all should be clean. */
const accounts = (app: AppHandle): string => join(app.userDataDir, 'accounts');

/** Whether the address of an image still shows it. */
const address = (page: Page, src: string): Promise<string> =>
  page.evaluate(
    (url) =>
      new Promise<string>((done) => {
        const image = new Image();
        image.addEventListener('load', () => done('shown'));
        image.addEventListener('error', () => done('dead'));
        image.src = url;
      }),
    src,
  );

/** What the main process answers when a picture is to be copied for the message that was recalled last. */
const copyAnyway = (page: Page, png: string): Promise<string> =>
  page.evaluate(async (base64) => {
    const line = globalThis.document.querySelector<HTMLElement>('[data-recall="done"][data-message-key]');
    const pane =
      globalThis.document.querySelector<HTMLElement>('[data-testid="message-pane"]')?.dataset['channel'] ??
      '';
    const answer = await window.wukong.invoke('shell.copyImage', {
      channel: { channelId: pane.slice(pane.indexOf('/') + 1), channelType: Number(pane.split('/')[0]) },
      key: line?.dataset['messageKey'] ?? '',
      bytes: Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
    });
    return answer.ok ? 'copied' : answer.code;
  }, png);

test('viewer, forward dialog and selection lose it; no name and no byte stays', async ({
  servers,
  world,
  openTwo,
  tempDir,
}) => {
  test.setTimeout(300_000);
  const { alice, bob } = await openTwo('person');
  await pick(alice, 'image', picture(`${NAME}.png`, IMAGE_BYTES));
  await sendAttached(alice);
  await pick(alice, 'image', picture('second.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document(`${NAME}.txt`, FILE_BYTES, 300_000));
  await sendAttached(alice);

  // Bob has all of it: on screen, in the cache, and a copy of his own.
  await expectShown(images(bob).first());
  const file = files(bob).first();
  await file.getByRole('button', { name: '下载' }).last().click();
  await expect(file).toHaveAttribute('data-state', 'ready');
  const saved = join(tempDir, 'his own copy.txt');
  await answerDialogs(bob.app, saved);
  await (await menuOf(bob, file)).getByRole('menuitem', { name: '另存为' }).click();
  await expect(bob.page.getByRole('status').filter({ hasText: '已保存' })).toBeVisible();
  await expect(bob.conversation(world.alice.name)).toContainText(NAME);
  // The scan can find it: it is there now.
  expect(found(accounts(bob.app))).toEqual(SECRETS);
  expect(found(servers.dataDir)).toEqual(SECRETS);
  expect(holds(await pageHeap(bob.page), NAME)).toBe(true);

  // ---- viewer
  await images(bob).first().getByRole('button', { name: '查看图片' }).click();
  await expectShown(viewer(bob));
  const src = (await viewer(bob).locator('img').getAttribute('src')) ?? '';
  await recallAttached(alice, images(alice).first());
  await expect(viewer(bob)).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: '图片已被撤回，预览已关闭' })).toBeVisible();
  await expect(bob.flow.locator('[data-message-key]:focus').getByTestId('recall-tip')).toBeVisible();
  await expect(bob.page.locator(`img[src="${src}"]`)).toHaveCount(0);
  expect(await address(bob.page, src)).toBe('dead');
  // Whoever has its pixels all the same cannot have them put on the clipboard for it.
  await bob.app.evaluate(({ clipboard }) => clipboard.writeText('before'));
  expect(await copyAnyway(bob.page, picture('x.png').buffer.toString('base64'))).toBe('invalidState');
  expect(await bob.app.native.clipboardImage()).toBeNull();
  // The neighbour stays browsable, alone now.
  await expect(images(bob)).toHaveCount(1);
  await images(bob).first().getByRole('button', { name: '查看图片' }).click();
  await expectShown(viewer(bob));
  await expect(viewer(bob).getByRole('button', { name: '上一张' })).toHaveAttribute('aria-disabled', 'true');
  await bob.page.keyboard.press('Escape');

  // ---- forward dialog
  await (await menuOf(bob, file)).getByRole('menuitem', { name: '转发' }).click();
  await expect(bob.page.getByTestId('forward-messages')).toContainText(NAME);
  await recordDeltas(bob.page);
  await recallAttached(alice, files(alice).first());
  await expect(bob.page.getByTestId('forward-messages')).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: '要转发的消息已被撤回' })).toBeVisible();

  // ---- selection
  await images(bob).first().locator('xpath=ancestor::article').focus();
  await bob.page.keyboard.press('x');
  await expect(bob.page.getByRole('toolbar')).toContainText('已选 1 条');
  await recallAttached(alice, images(alice).first());
  await expect(bob.page.getByRole('toolbar')).toHaveCount(0);

  // ---- nowhere
  await expect(images(bob).or(files(bob))).toHaveCount(0);
  for (const secret of SECRETS) await expectNowhere(secret, alice.page, bob.page);
  await expectPushedWithout(bob.page, NAME);
  for (const { page } of [alice, bob]) await expectForgotten(() => pageHeap(page), NAME);
  await expectForgotten(() => mainHeap(bob.app, tempDir), NAME);
  await expectForgotten(() => coreHeap(bob.app, tempDir), NAME);
  const places = [alice.app.userDataDir, bob.app.userDataDir, servers.dataDir];
  await expect.poll(() => residue(...places), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);

  // What he saved is his, and the settings say so.
  expect(readFileSync(saved, 'utf8')).toContain(FILE_BYTES);
  await bob.page.keyboard.press('Control+,');
  await bob.page.getByText('消息撤回', { exact: true }).first().click();
  await expect(bob.page.getByText('已保存到其他位置的文件和剪贴板里的内容无法清除')).toBeVisible();
});

test('recalled while it is downloaded, taken back while it is uploaded: neither goes on', async ({
  servers,
  world,
  openWindow,
}) => {
  test.setTimeout(300_000);
  const gate = await startFileGate(servers.api);
  const alice = await openWindow(world.alice);
  const bob = await openWindow(world.bob, { server: gate.api });
  await alice.openChat(world.bob.name);
  await bob.openChat(world.alice.name);
  await pick(alice, 'file', document(`${NAME}.txt`, FILE_BYTES, 2_000_000));
  await sendAttached(alice);

  gate.shut();
  const file = files(bob).first();
  await file.getByRole('button', { name: '下载' }).last().click();
  await expect(file.getByRole('progressbar', { name: '下载进度' })).toBeVisible();
  await expect.poll(() => found(accounts(bob.app))).toContain(FILE_BYTES);
  await recallAttached(alice, files(alice).first());
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect(files(bob)).toHaveCount(0);
  await expect.poll(() => [gate.running, gate.aborted]).toEqual([0, 1]);

  // The other way: Bob's own picture is on its way to the server when he takes it back.
  const big = picture(`${NAME}.png`, `${IMAGE_BYTES} `.repeat(100_000));
  await pick(bob, 'image', big);
  await bob.page.getByTestId('send').click();
  const sending = images(bob).first();
  await expectShown(sending);
  await expect(sending.getByRole('progressbar', { name: '上传进度' })).toBeAttached();
  await expect.poll(() => gate.running).toBe(1);
  await (await menuOf(bob, sending)).getByRole('menuitem', { name: '取消发送' }).click();
  await expect(images(bob)).toHaveCount(0);
  await expect.poll(() => [gate.running, gate.aborted]).toEqual([0, 2]);
  gate.open();

  await expect(images(alice)).toHaveCount(0);
  for (const secret of SECRETS) await expectNowhere(secret, alice.page, bob.page);
  const places = [alice.app.userDataDir, bob.app.userDataDir, servers.dataDir];
  await expect.poll(() => residue(...places), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
  await gate.stop();
});
