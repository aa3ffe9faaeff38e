/** A video wherever else it stands than in the flow, on known data: and that a recall takes it out of all of them. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { recalledView } from '../../shared/testing/message-view.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { film, FILM_HEIGHT, FILM_WIDTH } from '../fixtures/people/film.ts';
import { filmAt } from '../fixtures/people/player.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const MAIN = /^悟空桌面端研发/;
const store = (page: Page, message: MessageView): Promise<void> =>
  page.evaluate((one) => (globalThis as WithFake).fakeControls.store([one]), message);
const player = (page: Page) => page.getByTestId('film-viewer');
function clip(url = 'file/here'): MessageView {
  return new MessageMaker('zh', 5_000).message({
    kind: 'video',
    url,
    cover: 'file/cover',
    seconds: 42,
    size: 18_000_000,
    width: FILM_WIDTH,
    height: FILM_HEIGHT,
    name: 'secretclip.mp4',
  });
}

/** The chat, with a video in it. */
async function openWith(page: Page, message: MessageView): Promise<void> {
  await page.getByRole('option', { name: MAIN }).click();
  await store(page, message);
  await expect(page.getByTestId('video')).toBeVisible();
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByTestId('video').click({ button: 'right', position: { x: 20, y: 20 } });
  await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
}

test('quoted, pinned and in the shared content it says what it is and how long, plays there, and is gone with its recall', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  const message = clip();
  await openWith(page, message);
  const article = page.getByRole('article').filter({ has: page.getByTestId('video') });
  await expect(article).toHaveAccessibleName(/\[视频\] 0:42/);

  await choose(page, '回复');
  const quoting = page.getByTestId('reply-bar');
  await expect(quoting).toContainText('[视频] 0:42');
  await choose(page, '置顶消息');
  const bar = page.getByTestId('pinned-bar');
  await expect(bar).toContainText('[视频] 0:42');

  await page.getByRole('button', { name: '会话信息' }).click();
  await page.getByRole('button', { name: '聊天内容' }).click();
  const pane = page.getByRole('complementary', { name: '聊天内容' });
  const tile = pane.getByRole('button', { name: /视频/ }).filter({ has: page.locator('img') });
  await expect(tile).toContainText('0:42');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('places.png') });
  await tile.click();
  await expect(player(page)).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);

  await store(page, recalledView(message));
  for (const place of [
    player(page),
    page.getByTestId('player-frame'),
    page.getByTestId('video'),
    bar.getByText('[视频]'),
    tile,
  ])
    await expect(place).toHaveCount(0);
  await expect(quoting.getByText('[视频]')).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: '视频已被撤回，播放已停止' })).toBeVisible();
  // What is left of the shared content comes, as it stands there.
  await expect(page.getByTestId('viewer').locator('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('viewer')).toHaveCount(0);
  await expect(pane).toBeVisible();
});

test('among the favourites it has a tab of its own, its length and its player, until its recall', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ theme: 'dark' });
  const message = clip();
  await openWith(page, message);
  await choose(page, '收藏');
  await page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: '收藏' }).click();
  const items = page.getByTestId('favourite');
  await page.getByRole('tab', { name: '图片' }).click();
  await expect(items).toHaveCount(0);
  await page.getByRole('tab', { name: '视频' }).click();
  await expect(items).toHaveCount(1);
  await expect(items.getByTestId('favourite-picture')).toHaveAccessibleName('播放视频，0:42');
  await expect(items.locator('img')).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('favourites.png') });
  await items.getByTestId('favourite-picture').click();
  await expect(player(page)).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  await page.evaluate((one) => {
    const { fakeControls } = globalThis as WithFake;
    fakeControls.store([one]);
    fakeControls.push([{ kind: 'bookmarks', added: false, removed: [1], changed: [] }]);
  }, recalledView(message));
  for (const place of [player(page), page.getByTestId('player-frame'), items])
    await expect(place).toHaveCount(0);
});

test('a picked one is part of the draft: named in the list, there again in its tray', async ({
  openFake,
}) => {
  const page = await openFake();
  await page.getByRole('option', { name: MAIN }).click();
  await page
    .getByTestId('pick-image')
    .setInputFiles([{ name: 'clip.webm', mimeType: 'video/webm', buffer: film(8, { bytes: 200_000 }) }]);
  const tray = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  await expect(tray).toHaveAttribute('data-stored', 'true');
  await page.getByRole('option', { name: /^林知夏/ }).click();
  await expect(page.getByRole('option', { name: MAIN })).toContainText('[视频]');
  await page.getByRole('option', { name: MAIN }).click();
  await expect(tray).toContainText('0:08');
});
