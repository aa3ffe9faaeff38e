/** Pictures that move: three times while they are seen, then at somebody's wish; what is not seen is not decoded. */
import type { Browser, Locator, Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';
import { atRest } from '../fixtures/walk/layout.ts';

async function store(page: Page, ...messages: MessageView[]): Promise<void> {
  await page.evaluate((all) => {
    const { fakeControls } = window as unknown as { fakeControls: { store: (messages: unknown[]) => void } };
    fakeControls.store(all);
  }, messages);
}

const row = (page: Page, key: string): Locator => page.locator(`[data-message-key="${key}"]`);
const moving = (box: Locator): Locator => box.locator('img');
const still = (box: Locator): Locator => box.getByTestId('still');

async function expectStill(box: Locator): Promise<void> {
  await expect(still(box)).toBeVisible();
  await expect(moving(box)).toHaveCount(0);
}

async function expectMoves(box: Locator): Promise<void> {
  await expect(moving(box)).toBeVisible();
  await expect(still(box)).toHaveCount(0);
}

/** How many frames the browser decodes while `during` runs. */
async function decoded(browser: Browser, page: Page, during: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['blink', 'cc'] });
  await during();
  const trace = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(trace) as { traceEvents: { name: string }[] };
  return traceEvents.filter(({ name }) => name === 'ImageFrameGenerator::decode').length;
}

/** Longer than a run takes: what moves has shown all of its frames. */
const aWhile = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const end = performance.now() + 1_000;
        const tick = (): void => void (performance.now() < end ? requestAnimationFrame(tick) : resolve());
        tick();
      }),
  );

async function open(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
}

test('moves three times, then under pointer and focus, and is not decoded where nobody sees it', async ({
  openFake,
  fakeSite: { browser },
}, testInfo) => {
  const page = await openFake({ height: 900 });
  await open(page);
  const make = new MessageMaker('zh', 300);
  const gif = make.message({ kind: 'image', url: 'file/preview/a.gif', width: 200, height: 200 });
  await store(page, gif);
  const box = row(page, gif.key).getByTestId('image');
  expect(await decoded(browser, page, () => expectMoves(box).then(() => aWhile(page)))).toBeGreaterThan(5);
  await expectStill(box);
  await page.screenshot({ path: testInfo.outputPath('still.png') });
  expect(await decoded(browser, page, () => aWhile(page))).toBe(0);

  await box.hover();
  await expectMoves(box);
  await page.mouse.move(2, 2);
  await expectStill(box);
  await row(page, gif.key).getByRole('article').or(row(page, gif.key)).first().focus();
  await expectMoves(box);

  // The viewer lies over all of it: only what is in it moves, for as long as it is open.
  await box.getByRole('button').click();
  const viewer = page.getByTestId('viewer');
  await expect(moving(viewer)).toBeVisible();
  await expectStill(box);
  await aWhile(page);
  await expectMoves(viewer);
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await page.getByTestId('composer').focus();

  // Out of view, at its first run: nothing of it is decoded, and it has its runs left.
  const more = make.message({ kind: 'image', url: 'file/preview/b.gif', width: 200, height: 200 });
  const words = Array.from({ length: 20 }, () =>
    make.message({ kind: 'text', text: '更多', mention: { all: false, uids: [] } }),
  );
  await store(page, more, ...words);
  await expect(row(page, words.at(-1)?.key ?? '')).toBeInViewport();
  await atRest(page);
  expect(await decoded(browser, page, () => aWhile(page))).toBe(0);
  await page.getByRole('log').hover();
  await expect(async () => {
    await page.mouse.wheel(0, -400);
    await expect(row(page, more.key)).toBeInViewport({ timeout: 200 });
  }).toPass();
  const second = row(page, more.key).getByTestId('image');
  await expectMoves(second);
  await page.mouse.move(2, 2);
  await expectStill(second);

  // Recalled: frame and picture go in the same update.
  await store(page, { ...more, content: { kind: 'recalled' }, recall: { state: 'pending' } });
  await expect(row(page, more.key).locator('img, canvas')).toHaveCount(0);
});

test('for whoever wants nothing to move: the first frame, until it is clicked', async ({ openFake }) => {
  const page = await openFake({ height: 900 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  const make = new MessageMaker('zh', 300);
  const gif = make.message({ kind: 'image', url: 'file/preview/a.gif', width: 200, height: 200 });
  const sticker = make.message({
    kind: 'named',
    type: 12,
    what: 'sticker',
    detail: '',
    picture: 'file/preview/s.gif',
  });
  const flat = make.message({ kind: 'image', url: 'file/preview/a.png', width: 200, height: 100 });
  await store(page, gif, sticker, flat);
  const image = row(page, gif.key).getByTestId('image');
  await expectStill(image);
  await image.hover();
  await expectStill(image);
  // What stands still anyway is no still.
  await expectMoves(row(page, flat.key).getByTestId('image'));

  const art = row(page, sticker.key).getByTestId('sticker');
  await expectStill(art);
  await art.getByRole('button', { name: '播放动画' }).click();
  await expectMoves(art);
  await expectStill(art);
  await image.getByRole('button').click();
  await expectMoves(page.getByTestId('viewer'));
});
