/** The image editor between two people: what a mosaic hid never arrives, and a recall reaches the open editor. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expectForgotten, holds, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { images, menuOf, pick, recallAttached, sendAttached } from '../fixtures/people/media.ts';
import { expectBlocks, patternPng, pixelsOf, shareOfPattern } from '../fixtures/people/png.ts';
import { expect, test } from '../fixtures/test.ts';
import type { AppHandle, AppWindow } from '../fixtures/test.ts';

// It edits at leisure before the picture is recalled.
test.use({ serverArgs: ['--revoke-second', '-1'] });

const SIDE = 480;
const NAME = 'Ed7Rsecretname';
const WORDS = 'Ed7Rsecretwords';

const editor = (chat: AppWindow) => chat.page.getByRole('dialog', { name: '编辑图片' });
const stage = (chat: AppWindow) => chat.page.getByTestId('image-stage');
const tray = (chat: AppWindow) => chat.page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');

async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await page.getByTestId('image-stage').boundingBox();
  if (!box) throw new Error('no stage');
  const at = (share: number): [number, number] => [
    box.x + box.width / 2 + (share - 0.5) * SIDE,
    box.y + box.height / 2 + (share - 0.5) * SIDE,
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at((from + to) / 2));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

/** Bytes of all files of media of the accounts of an app. */
const mediaFiles = ({ userDataDir }: Pick<AppHandle, 'userDataDir'>): Buffer[] => {
  const accounts = join(userDataDir, 'accounts');
  return readdirSync(accounts, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith('media'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
};

type Watching = typeof globalThis & { seen?: string[] };
/** Notes with each frame whether there is an editor, and a line of the recall. Each once, in order. */
const watchEditor = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: string[] = [];
    (globalThis as Watching).seen = seen;
    const look = (): void => {
      const open = document.querySelector('[data-testid="image-editor"]') !== null;
      const told = document.querySelector('[data-testid="recall-tip"]') !== null;
      const now = `${open ? 'open' : 'closed'} ${told ? 'recalled' : 'there'}`;
      if (seen.at(-1) !== now) seen.push(now);
      requestAnimationFrame(look);
    };
    look();
  });

test('a mosaic is in the bytes that arrive; a recalled picture leaves the editor and what was made of it', async ({
  openTwo,
  world,
}) => {
  test.setTimeout(180_000);
  const { alice, bob } = await openTwo('person');
  await pick(alice, 'image', { name: `${NAME}.png`, mimeType: 'image/png', buffer: patternPng(SIDE) });
  await tray(alice).getByRole('button', { name: /^编辑/ }).click();
  await expect(stage(alice)).toBeFocused();
  await alice.page.keyboard.press('m');
  await drag(alice.page, 0.25, 0.75);
  await expect(stage(alice)).toHaveAttribute('data-marks', '1');
  await alice.page.keyboard.press('Control+Enter');
  await expect(editor(alice)).toHaveCount(0);
  await expect(tray(alice).and(alice.page.locator('[data-stored="true"]'))).toHaveCount(1);
  // The picture before is on no disk any more, as soon as the editor is done with it.
  await expect.poll(() => mediaFiles(alice.app).length).toBe(1);
  await sendAttached(alice);
  await expect(images(bob).locator('img')).toBeVisible();

  for (const chat of [alice, bob]) {
    await expect.poll(() => mediaFiles(chat.app).length).toBe(1);
    const [bytes] = mediaFiles(chat.app);
    const sent = await pixelsOf(chat.page, bytes ?? Buffer.alloc(0));
    expect([sent.width, sent.height]).toEqual([SIDE, SIDE]);
    // Blocks of 24 px (480 / 32, at least 16, half as large again).
    expectBlocks(sent, { from: 120, to: 360 }, 24);
    expect(Math.abs(shareOfPattern(sent, { from: 120, to: 360 }) - 0.5)).toBeLessThan(0.03);
    expect(shareOfPattern(sent, { from: 0, to: 96 })).toBe(1);
  }

  // ---- recalled while it is drawn on, with words on it
  await (await menuOf(bob, images(bob).first())).getByRole('menuitem', { name: '编辑图片' }).click();
  await expect(stage(bob)).toBeFocused();
  await drag(bob.page, 0.2, 0.6);
  await bob.page.keyboard.press('t');
  await bob.page.keyboard.press('Enter');
  await bob.page.keyboard.type(WORDS);
  await bob.page.keyboard.press('Control+Enter');
  await expect(tray(bob).and(bob.page.locator('[data-stored="true"]'))).toHaveCount(1);
  // It waits, and is no part of the draft: after a restart nobody would know whose picture it was.
  const draft = await bob.page.evaluate(
    (channelId) => window.wukong.invoke('attachments.list', { channel: { channelId, channelType: 1 } }),
    world.alice.uid,
  );
  expect(draft).toEqual({ ok: true, value: [] });
  await (await menuOf(bob, images(bob).first())).getByRole('menuitem', { name: '编辑图片' }).click();
  await expect(stage(bob)).toBeFocused();
  await drag(bob.page, 0.2, 0.6);
  await bob.page.keyboard.press('t');
  await bob.page.keyboard.press('Enter');
  await bob.page.keyboard.type(WORDS);
  await bob.page.keyboard.press('Enter');
  await expect(stage(bob)).toHaveAttribute('data-marks', '2');
  const before = await pageHeap(bob.page);
  for (const words of [NAME, WORDS]) expect(holds(before, words)).toBe(true);
  // What keeps the element keeps no picture.
  const canvas = await bob.page.evaluateHandle(() =>
    document.querySelector('[data-testid="image-stage"] canvas'),
  );
  await watchEditor(bob.page);
  await recallAttached(alice, images(alice).first());
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect(editor(bob)).toHaveCount(0);
  await expect(bob.page.getByText('图片已被撤回，编辑已关闭')).toBeVisible();
  await expect
    .poll(() => bob.page.evaluate(() => (globalThis as Watching).seen))
    .toEqual(['open there', 'closed recalled']);
  expect(await canvas.evaluate((element) => (element as HTMLCanvasElement | null)?.width)).toBe(0);
  await canvas.dispose();
  // What was made of it before waits no more.
  await expect(tray(bob)).toHaveCount(0);
  for (const words of [NAME, WORDS]) await expectNowhere(words, alice.page, bob.page);
  await expectForgotten(() => pageHeap(bob.page), NAME, WORDS);
  for (const chat of [alice, bob]) await expect.poll(() => mediaFiles(chat.app)).toEqual([]);
});
