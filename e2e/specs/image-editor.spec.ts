/** The image editor on known pictures: every tool by pointer and by keys, what is sent px by px, both themes. */
import { Buffer } from 'node:buffer';
import type { Locator, Page } from 'playwright';
import { pictureHeaderOf } from '../../shared/pictures/picture-size.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { greyJpeg } from '../fixtures/people/jpeg.ts';
import { expectBlocks, isBlack, patternPng, pixelsOf, shareOfPattern } from '../fixtures/people/png.ts';
import { resize } from '../fixtures/walk/layout.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const SIDE = 640;
/** The picture is as large on the screen as it is. */
const LARGE = { height: 900 };
const tray = (page: Page): Locator => page.getByRole('list', { name: '待发送的附件' });
const editor = (page: Page): Locator => page.getByRole('dialog', { name: '编辑图片' });
const stage = (page: Page): Locator => page.getByTestId('image-stage');

async function openEditor(page: Page, name = 'secret.png', buffer: Buffer = patternPng(SIDE)): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await countWritten(page);
  await page
    .getByTestId('pick-image')
    .setInputFiles([{ name, mimeType: name.endsWith('.jpg') ? 'image/jpeg' : 'image/png', buffer }]);
  await expect(tray(page).locator('[data-stored="true"]')).toHaveCount(1);
  await tray(page)
    .getByRole('button', { name: `编辑 ${name}` })
    .focus();
  await page.keyboard.press('e');
  await expect(stage(page)).toBeFocused();
}

type Written = typeof globalThis & { written: { written: number; most: number } };

/** Counts the pictures that the page writes from now on, and px of the largest one. */
const countWritten = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const counted = ((globalThis as Written).written = { written: 0, most: 0 });
    const canvas = OffscreenCanvas.prototype as { convertToBlob: (options?: unknown) => Promise<Blob> };
    const { convertToBlob } = canvas;
    canvas.convertToBlob = function counting(this: OffscreenCanvas, options) {
      counted.written += 1;
      counted.most = Math.max(counted.most, this.width * this.height);
      return convertToBlob.call(this, options);
    };
  });
const written = (page: Page): Promise<Written['written']> =>
  page.evaluate(() => (globalThis as Written).written);

type Place = readonly [x: number, y: number];

/** Drags over the stage, in px from its middle. */
async function pull(page: Page, from: Place, to: Place): Promise<void> {
  const box = await stage(page).boundingBox();
  if (!box) throw new Error('no stage');
  const at = ([x, y]: Place): [number, number] => [box.x + box.width / 2 + x, box.y + box.height / 2 + y];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

/** In shares of the sides of the pattern, which is as large on the screen as it is. */
const drag = (page: Page, [fromX, fromY]: Place, [toX, toY]: Place): Promise<void> =>
  pull(page, [(fromX - 0.5) * SIDE, (fromY - 0.5) * SIDE], [(toX - 0.5) * SIDE, (toY - 0.5) * SIDE]);

/** Bytes of the copy that was given to the core last. */
const lastCopy = async (page: Page): Promise<Buffer> =>
  Buffer.from(
    await page.evaluate(() => {
      const pieces = (globalThis as WithFake).fakeControls.calls
        .filter(({ channel }) => channel === 'attachments.append')
        .map(({ args }) => args as { offset: number; bytes: Uint8Array });
      const begin = pieces.findLastIndex(({ offset }) => offset === 0);
      return pieces.slice(begin).flatMap(({ bytes }) => [...bytes]);
    }),
  );

const copies = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      (globalThis as WithFake).fakeControls.calls.filter(({ channel }) => channel === 'attachments.keep')
        .length,
  );

const marks = (page: Page, count: number): Promise<void> =>
  expect(stage(page)).toHaveAttribute('data-marks', String(count));

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const)
  test(`every tool in ${theme}, ${language}; a small window holds all of it`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme, language });
    const shot = (name: string) =>
      page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${name}.png`) });
    await page.getByRole('option', { name: /^(悟空桌面端研发|WuKong Desktop Dev)/ }).click();
    await page
      .getByTestId('pick-image')
      .setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer: chartPng() }]);
    const thumb = page.getByTestId('attachments').getByRole('button').first();
    await thumb.hover();
    await shot('tray');
    await thumb.click();
    await expect(stage(page)).toBeFocused();
    await pull(page, [0, 40], [150, -30]);
    await page.keyboard.press('b');
    await pull(page, [160, -60], [260, 20]);
    await page.keyboard.press('p');
    await pull(page, [-280, 60], [-100, 90]);
    await page.keyboard.press('m');
    await pull(page, [-270, -110], [-20, -70]);
    await page.keyboard.press('t');
    await pull(page, [-120, 0], [-120, 0]);
    await page.keyboard.type('这里多了 2 秒');
    await shot('typing');
    await page.keyboard.press('Enter');
    await marks(page, 5);
    await shot('marks');
    await resize(page, { width: 720, height: 480 });
    await page.keyboard.press('c');
    await pull(page, [-200, -80], [100, 60]);
    await expect(page.getByTestId('image-editor')).not.toContainText('600 × 252');
    for (const button of await page.getByTestId('image-editor').getByRole('button').all())
      await expect(button).toBeInViewport({ ratio: 1 });
    await shot('small');
  });

test('what a mosaic covers is in no byte of what is sent, the rest is px by px as it was', async ({
  openFake,
}) => {
  const page = await openFake(LARGE);
  await openEditor(page);
  await page.keyboard.press('m');
  await drag(page, [0.25, 0.25], [0.75, 0.75]);
  await marks(page, 1);
  await editor(page).getByRole('button', { name: '完成' }).click();
  await expect(editor(page)).toHaveCount(0);
  await expect(tray(page).getByRole('button', { name: '编辑 secret.png' })).toBeFocused();
  await expect.poll(() => copies(page)).toBe(2);
  const sent = await pixelsOf(page, await lastCopy(page));
  expect([sent.width, sent.height]).toEqual([SIDE, SIDE]);
  // Blocks of 30 px whose lines are the picture's own: those that were touched are covered whole.
  expectBlocks(sent, { from: 150, to: 480 }, 30);
  expect(Math.abs(shareOfPattern(sent, { from: 150, to: 480 }) - 0.5)).toBeLessThan(0.02);
  expect(shareOfPattern(sent, { from: 0, to: 150 })).toBe(1);
  expect(shareOfPattern(sent, { from: 520, to: SIDE })).toBe(1);
});

test('a photo of 48 megapixels is cut and covered as large as it is sent, and is written once', async ({
  openFake,
}) => {
  const page = await openFake(LARGE);
  await openEditor(page, 'photo.jpg', greyJpeg(6_000, 8_000, 8));
  await expect(editor(page)).toContainText('8000 × 6000');
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await page.keyboard.press('b');
  await drag(page, [0.1, 0.4], [0.3, 0.6]);
  await marks(page, 2);
  // (It was when it was picked.)
  expect((await written(page)).written).toBe(1);
  await editor(page).getByRole('button', { name: '完成' }).click();
  await expect(editor(page)).toHaveCount(0);
  await expect.poll(() => copies(page)).toBe(2);
  const sent = await lastCopy(page);
  const header = await pictureHeaderOf(async (at, length) => sent.subarray(at, at + length));
  expect(header).toMatchObject({ type: { extension: 'jpg' }, width: 2_048, height: 1_536 });
  // Nowhere a file of all its px, and not one more of what was drawn.
  expect(await written(page)).toEqual({ written: 2, most: 2_048 * 1_536 });
});

test('a crop drops the rest; undone it is all there; undo and redo by keys and buttons', async ({
  openFake,
}) => {
  const page = await openFake(LARGE);
  await openEditor(page);
  await page.keyboard.press('c');
  await drag(page, [0.25, 0.5], [0.75, 1]);
  await expect(editor(page)).toContainText('320 × 320');
  await page.keyboard.press('Control+z');
  await expect(editor(page)).toContainText('640 × 640');
  await page.keyboard.press('Control+Shift+z');
  await expect(editor(page)).toContainText('320 × 320');
  await editor(page).getByRole('button', { name: /^撤销/ }).click();
  await editor(page).getByRole('button', { name: /^重做/ }).click();
  await page.keyboard.press('Control+Enter');
  await expect(editor(page)).toHaveCount(0);
  await expect.poll(() => copies(page)).toBe(2);
  const sent = await pixelsOf(page, await lastCopy(page));
  expect([sent.width, sent.height]).toEqual([320, 320]);
  const wrong = sent.red.filter((red, at) => {
    const black = isBlack(160 + (at % 320), 320 + Math.floor(at / 320));
    return red !== (black ? 0 : 255);
  });
  expect(wrong).toEqual([]);
});

test('by keys alone: tools, marks, moving, deleting; Esc asks when something would be lost', async ({
  openFake,
}) => {
  const page = await openFake(LARGE);
  await openEditor(page);
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(stage(page)).toBeFocused();
  for (const [key, name] of [
    ['c', '裁剪 (C)'],
    ['b', '方框 (B)'],
    ['a', '箭头 (A)'],
    ['p', '画笔 (P)'],
    ['t', '文字 (T)'],
    ['m', '马赛克 (M)'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(editor(page).getByRole('radio', { name })).toBeChecked();
  }
  await page.keyboard.press('Enter');
  await marks(page, 1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowDown');
  await marks(page, 1);
  await page.keyboard.press('Delete');
  await marks(page, 0);
  await page.keyboard.press('t');
  await page.keyboard.press('Enter');
  const words = editor(page).getByRole('textbox', { name: '图片上的文字' });
  await expect(words).toBeFocused();
  // Letters are letters here, and Esc leaves the words only.
  await page.keyboard.type('cbaptm');
  await expect(words).toHaveValue('cbaptm');
  await page.keyboard.press('Escape');
  await marks(page, 0);
  await expect(stage(page)).toBeFocused();
  // Tab goes round inside.
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab');
    await expect(editor(page).locator(':focus')).toHaveCount(1);
  }
  await page.keyboard.press('Escape');
  const question = page.getByRole('alertdialog', { name: '放弃对图片的修改？' });
  await question.getByRole('button', { name: '取消' }).click();
  await expect(editor(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: '放弃修改' }).click();
  await expect(editor(page)).toHaveCount(0);
  expect(await copies(page)).toBe(1);
});
