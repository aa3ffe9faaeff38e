/** Videos on known data: bubbles, player by mouse and by keys, tray, and the frame of their recall. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { recalledView } from '../../shared/testing/message-view.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { countInMemory, processesOf } from '../fixtures/app/process-memory.ts';
import { expect, FILM_MARK, test } from '../fixtures/fake/fake-app.ts';
import { film, FILM_HEIGHT, FILM_WIDTH, taggedFilm } from '../fixtures/people/film.ts';
import { filmAt, filmIn } from '../fixtures/people/player.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';
import { resize, wheelTo } from '../fixtures/walk/layout.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^(?:悟空桌面端研发|WuKong Desktop)/;

const openGroup = (page: Page): Promise<void> => page.getByRole('option', { name: GROUP }).click();
const store = (page: Page, messages: readonly MessageView[]): Promise<void> =>
  page.evaluate((all) => (globalThis as WithFake).fakeControls.store(all), messages);
const calls = (page: Page, channel: string): Promise<unknown[]> =>
  page.evaluate(
    (name) =>
      (globalThis as WithFake).fakeControls.calls
        .filter((call) => call.channel === name)
        .map(({ args }) => args),
    channel,
  );

const videos = (page: Page) => page.getByTestId('video');
const player = (page: Page) => page.getByTestId('film-viewer');
const isPaused = (page: Page): Promise<boolean> =>
  filmIn(page).evaluate((element: HTMLVideoElement) => element.paused);

const video = (url: string, more: { cover?: string; seconds?: number; size?: number } = {}) => ({
  kind: 'video' as const,
  url,
  cover: 'file/cover',
  seconds: 8,
  size: 18_000_000,
  width: FILM_WIDTH,
  height: FILM_HEIGHT,
  ...more,
});

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const) {
  test(`videos in ${theme}: every state, and none is wider than the pane`, async ({ openFake }, testInfo) => {
    const page = await openFake({ theme, language, width: 900, height: 700 });
    await openGroup(page);
    const make = new MessageMaker(language, 5_000);
    await store(page, [
      make.message(video('file/a', { seconds: 42 })),
      make.message(video('file/here')),
      make.message(video('file/bare', { cover: '', seconds: 0, size: 0 })),
      make.message(video('file/missing')),
      make.own(video(''), { messageId: null, messageSeq: 0, send: { state: 'queued' } }),
    ]);
    await expect(videos(page)).toHaveCount(5);
    await expect(videos(page).nth(0).getByTestId('video-pill')).toHaveText('0:42 · 17 MB');
    await expect(videos(page).nth(1)).toHaveAttribute('data-state', 'here');
    await expect(videos(page).nth(1).getByTestId('video-pill')).toHaveText('0:08');
    await expect(videos(page).nth(2).getByTestId('video-pill')).toHaveText(
      language === 'zh' ? '视频' : 'Video',
    );
    await expect(videos(page).nth(4).getByTestId('transfer-ring')).toBeVisible();
    const pane = await page.getByTestId('message-pane').boundingBox();
    for (const one of await videos(page).all()) {
      const box = await one.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((pane?.x ?? 0) + (pane?.width ?? 0));
    }
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('videos.png') });
    // What the server has no more says so, in the player and in the flow.
    await videos(page).nth(3).getByRole('button').first().click();
    await expect(player(page).getByTestId('film-failed')).toContainText(
      language === 'zh' ? '服务器上已没有这个文件' : /no longer|not on the server|gone/i,
    );
    await page.keyboard.press('Escape');
    await expect(player(page)).toHaveCount(0);
    const here = videos(page).nth(1).getByRole('button').first();
    await wheelTo(page, here);
    await here.click();
    await expect(player(page)).toHaveAttribute('data-state', 'ready');
    await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('player.png') });
    await resize(page, { width: 720, height: 480 });
    await expect(page.getByTestId('film-controls')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: /全屏|Full screen/ })).toBeInViewport({ ratio: 1 });
  });
}

test('the player by keys: plays, seeks, speed, volume, the next medium, focus that returns', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  await store(page, [
    make.message(video('file/a')),
    make.message({ kind: 'image', url: 'file/b.png', width: 300, height: 200 }),
  ]);
  await videos(page).locator('xpath=ancestor::article').focus();
  await page.keyboard.press('Enter');
  await expect(player(page)).toBeVisible();
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  await page.keyboard.press('k');
  await expect.poll(() => isPaused(page)).toBe(true);
  // Five seconds each, of eight.
  const at = await filmAt(page);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => filmAt(page)).toBeCloseTo(Math.min(at + 5, 8), 1);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => filmAt(page)).toBeCloseTo(Math.min(at, 3), 1);
  await expect(page.getByRole('slider', { name: '播放位置' })).toHaveAttribute(
    'aria-valuetext',
    /^0:0\d，共 0:08$/,
  );
  await page.keyboard.press('>');
  await expect(page.getByRole('button', { name: '播放速度 1.25x' })).toBeVisible();
  await expect
    .poll(() => filmIn(page).evaluate((element: HTMLVideoElement) => element.playbackRate))
    .toBe(1.25);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('m');
  await expect(page.getByRole('button', { name: '取消静音' })).toBeVisible();
  await expect
    .poll(() => filmIn(page).evaluate(({ muted, volume }: HTMLVideoElement) => [muted, volume]))
    .toEqual([true, 0.9]);
  await page.keyboard.press('m');
  await page.keyboard.press('k');
  await expect.poll(() => isPaused(page)).toBe(false);
  // The next one is an image, in its own viewer; back from there it begins anew.
  await page.keyboard.press('PageDown');
  await expect(page.getByTestId('viewer')).toBeVisible();
  await expect(player(page)).toHaveCount(0);
  await page.keyboard.press('ArrowLeft');
  await expect(player(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(player(page)).toHaveCount(0);
  await expect(page.getByRole('article').filter({ has: videos(page) })).toBeFocused();
});

test('where that is switched on they come when they are seen, up to the size; what did not waits for its click', async ({
  openFake,
}) => {
  const page = await openFake();
  const make = new MessageMaker('zh', 5_000);
  await openGroup(page);
  await store(page, [make.message(video('file/a'))]);
  await expect(videos(page).locator('img')).toBeVisible();
  expect(await calls(page, 'video.load')).toEqual([]);
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '存储与缓存' }).click();
  await page.getByRole('switch', { name: '视频' }).click();
  await expect(page.getByRole('switch', { name: '视频' })).toBeChecked();
  await page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: /^消息/ }).click();
  await openGroup(page);
  await store(page, [
    make.message(video('file/larger', { seconds: 4_000 })),
    make.message(video('file/b', { size: 200_000_000 })),
    make.own(video('file/c')),
  ]);
  await expect(videos(page).nth(0)).toHaveAttribute('data-state', 'here');
  await expect(videos(page).nth(0).getByTestId('video-pill')).toHaveText('0:08');
  await expect(videos(page).nth(1)).toHaveAttribute('data-state', 'held');
  await expect(videos(page).nth(2)).toHaveAttribute('data-state', 'none');
  await expect(videos(page).nth(3)).toHaveAttribute('data-state', 'none');
  expect(await calls(page, 'video.load')).toMatchObject([{ byItself: true }, { byItself: true }]);
  await videos(page).nth(1).getByRole('button').first().click();
  await expect(player(page)).toHaveAttribute('data-state', 'ready');
  // Its message says another length than it has.
  await expect(page.getByRole('slider', { name: '播放位置' })).toHaveAttribute(
    'aria-valuetext',
    /，共 0:08$/,
  );
});

test('a format that cannot be played is said so, saved and opened elsewhere', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  await store(page, [make.message(video('file/odd')), make.message(video('file/broken'))]);
  for (const which of [0, 1]) {
    await videos(page).nth(which).getByRole('button').first().click();
    await expect(page.getByTestId('film-failed')).toContainText('无法播放此格式');
    await page.getByRole('button', { name: '用其他程序打开' }).click();
    await page.getByTestId('film-failed').getByRole('button', { name: '另存为' }).click();
    await page.keyboard.press('Escape');
    await expect(videos(page).nth(which).getByTestId('video-pill')).toHaveText('无法播放此格式');
  }
  expect(await calls(page, 'shell.openMedia')).toHaveLength(2);
  expect(await calls(page, 'shell.saveMedia')).toHaveLength(2);
});

const withTags = (plain: Buffer): Buffer => taggedFilm(plain, 'PLACE-SECRET 59.3293,18.0686');

/** What was given to the core of the first film: its bytes, and what a player says of them. */
async function filmCopied(page: Page) {
  return page.evaluate(async () => {
    const appended = (globalThis as WithFake).fakeControls.calls
      .filter(({ channel }) => channel === 'attachments.append')
      .map(({ args }) => args as { bytes: Uint8Array; id: string });
    const webm = appended.find(({ bytes }) => bytes[0] === 0x1a && bytes.length > 1_000);
    const bytes = appended.filter(({ id }) => id === webm?.id).flatMap((args) => [...args.bytes]);
    const video = document.createElement('video');
    video.src = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'video/webm' }));
    await new Promise((resolve, reject) => {
      video.addEventListener('loadeddata', resolve);
      video.addEventListener('error', reject);
    });
    const { duration, videoWidth } = video;
    return {
      text: bytes.map((byte) => String.fromCharCode(byte)).join(''),
      length: bytes.length,
      width: videoWidth,
      seconds: duration,
    };
  });
}

test('a picked video has its cover and length in the tray, and goes as one; what is none goes as a file', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await openGroup(page);
  const tray = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  await page.getByTestId('pick-image').setInputFiles([
    { name: 'clip.webm', mimeType: 'video/webm', buffer: withTags(film(8, { bytes: 200_000 })) },
    { name: 'odd.avi', mimeType: 'video/x-msvideo', buffer: Buffer.from('RIFF0000AVI LIST') },
    { name: 'cut.webm', mimeType: 'video/webm', buffer: film(8).subarray(0, 60) },
  ]);
  await expect(tray.nth(0)).toHaveAttribute('data-stored', 'true');
  await expect(tray.nth(0)).toHaveAttribute('data-kind', 'video');
  await expect(tray.nth(0)).toContainText('0:08');
  await expect(tray.nth(2)).toHaveAttribute('data-stored', 'true');
  await expect(tray.nth(1)).toHaveAttribute('data-kind', 'file');
  await expect(tray.nth(2)).toHaveAttribute('data-kind', 'file');
  await expect(
    page.getByRole('status').filter({ hasText: '2 个文件无法在这里处理，会原样发送' }),
  ).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('tray.png') });
  // What a program wrote into it did not come to the core, and it plays as before.
  const copied = await filmCopied(page);
  expect(copied.text).not.toContain('PLACE-SECRET');
  expect(copied).toMatchObject({
    width: FILM_WIDTH,
    seconds: 8,
    length: withTags(film(8, { bytes: 200_000 })).length,
  });
  const original = page.getByRole('switch', { name: '发送原图' });
  await original.click();
  await expect(page.getByText('拍摄地点、时间和设备等信息会一起发送')).toBeVisible();
  await original.click();
  await page.getByTestId('send').click();
  await expect(videos(page)).toHaveCount(1);
  await expect(videos(page)).toHaveAttribute('data-state', 'uploading');
  const [sent] = (await calls(page, 'messages.sendAttachments')) as { items: object[] }[];
  expect(sent?.items).toMatchObject([
    { kind: 'video', width: FILM_WIDTH, height: FILM_HEIGHT, seconds: 8 },
    { kind: 'file' },
    { kind: 'file' },
  ]);
  expect(await calls(page, 'attachments.keep')).toMatchObject([
    { kind: 'video', seconds: 8, coverId: expect.stringMatching(/./) },
    { kind: 'file' },
    { kind: 'file' },
  ]);
});

test('recalled while it is watched: player, sound and frame are gone in the same frame', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  const message = make.message(video('file/a'));
  await store(page, [message]);
  await videos(page).getByRole('button').first().click();
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  const left = await page.evaluate(
    (recalled) =>
      new Promise<unknown>((done) => {
        const element = document.querySelector('iframe')?.contentDocument?.querySelector('video');
        requestAnimationFrame(() => {
          (globalThis as WithFake).fakeControls.store([recalled]);
          requestAnimationFrame(() =>
            done({
              paused: element?.paused,
              src: element?.getAttribute('src'),
              player: document.querySelectorAll('[data-testid="film-viewer"]').length,
              videos: document.querySelectorAll('iframe, video, [data-testid="video"]').length,
              frame: element?.videoWidth,
              session: navigator.mediaSession.metadata,
            }),
          );
        });
      }),
    recalledView(message),
  );
  expect(left).toEqual({
    paused: true,
    src: null,
    player: 0,
    videos: 0,
    frame: 0,
    session: null,
  });
  await expect(page.getByRole('status').filter({ hasText: '视频已被撤回，播放已停止' })).toBeVisible();
});

test('what Chromium has buffered of a film is given up with it', async ({ openFake, fakeSite }) => {
  const page = await openFake();
  await openGroup(page);
  const message = new MessageMaker('zh', 5_000).message(video('file/a'));
  await store(page, [message]);
  await videos(page).getByRole('button').first().click();
  await expect(player(page)).toHaveAttribute('data-state', 'ready');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(5);
  await page.keyboard.press('k');
  const renderers = (await processesOf(fakeSite.browser)).filter(({ type }) => type === 'renderer');
  const inMemory = (): number[] => renderers.map(({ pid }) => countInMemory(pid, FILM_MARK) ?? -1);
  const before = inMemory();
  test.skip(before.includes(-1), 'the system shows no memory of other processes');
  const most = Math.max(...before);
  expect(most).toBeGreaterThan(0);
  await store(page, [recalledView(message)]);
  await expect(player(page)).toHaveCount(0);
  // Without a frame of its own 99 % are there for half a minute. What is left is free to be written over.
  await expect.poll(() => Math.max(...inMemory()) / most).toBeLessThan(0.6);
});
