/** Images and videos of one sending as one picture: rows, states, keys, selection, menu, recall. On known data. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { messageView, recalledView } from '../../shared/testing/message-view.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { film as filmBytes } from '../fixtures/people/film.ts';
import { filmAt } from '../fixtures/people/player.ts';
import { video } from '../fixtures/walk/every-kind.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { resize } from '../fixtures/walk/layout.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = fakePeople('zh', 0).mainGroup;

function tile(seq: number, album: number | null, change: Partial<MessageView> = {}): MessageView {
  return messageView(seq, {
    key: `${fakeIds.su}:tile-${seq}`,
    channel: GROUP,
    messageId: String(1_900_000_000_000_000_000n + BigInt(seq)),
    clientMsgNo: `tile-${seq}`,
    fromUid: fakeIds.su,
    fromName: '苏航',
    timestamp: Math.floor(Date.now() / 1000),
    content: { kind: 'image', url: `file/${seq}.png`, width: 300, height: 126 },
    ...(album === null ? {} : { album }),
    ...change,
  });
}

const png = (name: string) => ({ name, mimeType: 'image/png', buffer: chartPng() });

async function push(page: Page, upserts: MessageView[]): Promise<void> {
  await page.evaluate((messages) => {
    const { fakeControls } = globalThis as WithFake;
    const [first] = messages;
    if (!first) return;
    fakeControls.push([
      { kind: 'messages', channel: first.channel, upserts: messages, removed: [], live: true },
    ]);
  }, upserts);
}

/** Opens the group; what is pushed there has a picture of its own, but for keys that end in `missing`. */
async function openGroup(page: Page, missing = 'none'): Promise<void> {
  await page.evaluate((gone) => {
    const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
    const plain = bridge.invoke;
    bridge.invoke = (channel, args) => {
      const key = channel === 'media.load' ? (args as { key: string }).key : '';
      const n = Number(/tile-(\d+)$/.exec(key)?.[1] ?? 0);
      if (n === 0) return plain(channel, args);
      if (key.endsWith(gone)) return Promise.resolve({ ok: false, code: 'notFound', message: 'gone' });
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [300, 126];
      const context = canvas.getContext('2d');
      if (context) {
        context.fillStyle = `hsl(${n * 47} 45% 60%)`;
        context.fillRect(0, 0, 300, 126);
        context.fillStyle = '#fff';
        context.font = '600 60px sans-serif';
        context.fillText(String(n), 100, 84);
      }
      return Promise.resolve({ ok: true, value: { url: canvas.toDataURL(), bytes: 1 } });
    };
  }, missing);
  await page.getByRole('option', { name: /^(?:悟空桌面端研发|WuKong Desktop)/ }).click();
  await expect(page.getByTestId('image').locator('img')).toBeVisible();
}

for (const theme of ['light', 'dark'] as const) {
  test(`rows by how many there are, and nothing without a key, in ${theme}`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme, height: 1_000 });
    await openGroup(page);
    let seq = 100;
    for (const count of [2, 3, 4, 5, 6, 7, 8, 9]) {
      const messages = Array.from({ length: count }, () => tile((seq += 1), count));
      await push(page, messages);
      const album = page.getByTestId('album').last();
      await expect(album).toHaveAttribute('data-count', String(count));
      await expect(page.getByRole('group', { name: `相册，${count} 张图片` })).toBeVisible();
      const box = await album.boundingBox();
      expect([box?.width, box?.height]).toEqual([320, 320]);
      await expect(album.locator('img')).toHaveCount(count);
      await expect(album.locator('time')).toHaveCount(1);
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`album-${count}.png`) });
    }
    // Of others' clients, without the key: one by one, each as large as it is.
    await push(page, [tile(300, null), tile(301, null)]);
    await expect(page.locator('[data-message-key$="tile-301"]')).toBeVisible();
    await expect(page.getByTestId('album')).not.toHaveCount(0);
    await expect(page.locator('[data-testid="album"] [data-message-key$="tile-301"]')).toHaveCount(0);
    await resize(page, { width: 880, height: 700 });
    await expect
      .poll(() => page.getByTestId('album').last().boundingBox())
      .toMatchObject({ width: 240, height: 240 });
  });
}

test('one that is recalled leaves, the rest stays drawn and stands anew, its line under them; arrows go image by image', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await openGroup(page);
  const four = [1, 2, 3, 4].map((n) => tile(100 + n, 7));
  await push(page, [
    ...four,
    tile(110, null, { content: { kind: 'text', text: '之后', mention: { all: false, uids: [] } } }),
  ]);
  const album = page.getByTestId('album');
  const article = (n: number) => page.locator(`[data-message-key="${fakeIds.su}:tile-${100 + n}"]`);
  await expect(album.locator('img')).toHaveCount(4);
  await expect(article(2)).toHaveAccessibleName(/^图片 2 \/ 4，苏航，/);

  // By keys: in from the text below, image by image, out at the top; a menu of its own.
  await page.getByRole('article', { name: '之后' }).focus();
  await page.keyboard.press('ArrowUp');
  await expect(article(4)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(article(3)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(article(2)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(article(3)).toBeFocused();
  await page.keyboard.press('Enter');
  const viewer = page.getByRole('dialog', { name: '图片查看器' });
  await expect(viewer).toContainText('4 / 5');
  await page.keyboard.press('Escape');
  await expect(article(3)).toBeFocused();
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu', { name: '消息操作' });
  // A manager may recall what a member sent, one or all of it.
  await expect(menu.getByRole('menuitem', { name: '撤回成员消息…' })).toBeVisible();
  await expect(menu.getByRole('menuitem', { name: /^撤回整组/ })).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('menu.png') });
  await page.keyboard.press('Escape');

  // Selected one by one.
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByTestId('selection-bar')).toContainText('已选 2 条');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('selected.png') });
  await page.keyboard.press('Escape');

  // The others are the same elements as before: nothing is loaded or faded in again.
  await article(4).focus();
  await page.evaluate(() => {
    for (const image of document.querySelectorAll('[data-testid="album"] img'))
      image.setAttribute('data-before', '');
  });
  const first = four[0];
  const second = four[1];
  if (!first || !second) throw new Error('four images');
  await push(page, [recalledView(first)]);
  await expect(album).toHaveAttribute('data-count', '3');
  await expect(album.locator('img[data-before]')).toHaveCount(3);
  await expect(article(4)).toBeFocused();
  const note = article(1);
  await expect(note.getByTestId('recall-tip')).toContainText('苏航 撤回了一条消息');
  await expect
    .poll(async () => {
      const [albumBox, noteBox] = [await album.boundingBox(), await note.boundingBox()];
      return (noteBox?.y ?? 0) - (albumBox?.y ?? 0) - (albumBox?.height ?? 0);
    })
    .toBeGreaterThan(-1);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('recalled.png') });
  // The focused one goes: the focus is on its line.
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(article(2)).toBeFocused();
  await push(page, [recalledView(second)]);
  await expect(article(2)).toBeFocused();
  await expect(article(2).getByTestId('recall-tip')).toBeVisible();
  // One is left: as large as it is. None: lines alone, folded.
  await push(page, [recalledView(four[2] ?? first)]);
  await expect(page.getByTestId('recall-folded')).toContainText('苏航 撤回了 3 条消息');
  await expect(album).toHaveAttribute('data-count', '1');
  await expect.poll(async () => (await album.boundingBox())?.height).toBe(126);
  await push(page, [recalledView(four[3] ?? first)]);
  await expect(album).toHaveCount(0);
  await expect(page.getByTestId('recall-folded')).toContainText('苏航 撤回了 4 条消息');
});

test('own ones: each its upload and its failure, one line for all; the group is recalled after a question', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await openGroup(page);
  await page.getByTestId('pick-image').setInputFiles([png('1.png'), png('2.png'), png('3.png')]);
  await page.getByTestId('send').click();
  const album = page.getByTestId('album');
  await expect(album).toHaveAttribute('data-count', '3');
  await expect(album.getByTestId('transfer-ring')).toHaveCount(3);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('uploading.png') });
  await album.getByRole('button', { name: '取消上传' }).first().click();
  await expect(album.getByTestId('transfer-ring')).toHaveCount(2);
  await expect(page.getByTestId('send-failed')).toHaveCount(1);
  await expect(album.locator('[data-state="failed"]')).toHaveCount(1);
  await page.evaluate(() => (globalThis as WithFake).fakeControls.finishUploads());
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('failed.png') });
  await page.getByTestId('send-failed').getByRole('button', { name: '重试' }).click();
  await expect(page.getByTestId('send-failed')).toHaveCount(0);

  await album.getByRole('article').nth(1).click({ button: 'right' });
  const menu = page.getByRole('menu', { name: '消息操作' });
  await menu.getByRole('menuitem', { name: /^撤回整组/ }).click();
  const question = page.getByRole('alertdialog', { name: '撤回 3 条消息？' });
  await question.getByRole('button', { name: '取消' }).click();
  await expect(page.getByTestId('composer')).toBeVisible();
  await expect(album).toHaveAttribute('data-count', '3');
  await album.getByRole('article').nth(1).click({ button: 'right' });
  await menu.getByRole('menuitem', { name: /^撤回整组/ }).click();
  await question.getByRole('button', { name: '撤回 3 条' }).click();
  await expect(album).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeVisible();
});

const film = (seq: number, url: string, more: object = {}): MessageView =>
  tile(seq, 7, {
    content: { ...video(url), ...more },
  });

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const)
  test(`videos among images in ${theme}: each its length and state, stepped through in order, gone in the frame of its recall`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme, language, height: 1_000 });
    const isZh = language === 'zh';
    await page.getByRole('option', { name: /^(?:悟空桌面端研发|WuKong Desktop)/ }).click();
    const group = fakePeople(language, 0).mainGroup;
    const four = [
      tile(101, 7, { channel: group }),
      { ...film(102, 'file/here'), channel: group },
      { ...film(103, 'file/missing'), channel: group },
      { ...film(104, 'file/a', { size: 3_000_000 }), channel: group },
    ];
    const put = (messages: MessageView[]): Promise<void> =>
      page.evaluate((all) => (globalThis as WithFake).fakeControls.store(all), messages);
    await put(four);
    const album = page.getByTestId('album');
    const article = (n: number) => page.locator(`[data-message-key="${fakeIds.su}:tile-${100 + n}"]`);
    await expect(album).toHaveAttribute('data-count', '4');
    await expect(
      page.getByRole('group', { name: isZh ? '相册，4 个图片和视频' : 'Album, 4 images and videos' }),
    ).toBeVisible();
    await expect(article(2)).toHaveAccessibleName(isZh ? /^视频 2 \/ 4，/ : /^Video 2 of 4, /);
    await expect(article(2).getByTestId('video')).toHaveAttribute('data-state', 'here');
    await expect(article(2).getByTestId('video-pill')).toHaveText('0:42');
    await expect(article(4).getByTestId('video-pill')).toHaveText('0:42 · 2.9 MB');
    await expect(async () => {
      const box = await article(2).boundingBox();
      expect(await article(2).getByTestId('video').boundingBox()).toEqual(box);
    }).toPass({ timeout: 10_000 });
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('mixed.png') });

    // What did not come: in the tile by a sign that says so, in the player in words.
    await article(3).focus();
    await page.keyboard.press('Enter');
    const player = page.getByTestId('film-viewer');
    await expect(player.getByTestId('film-failed')).toBeVisible();
    // Back, over both kinds, to the first.
    await page.keyboard.press('PageUp');
    await expect(player).toHaveAttribute('data-state', 'ready');
    await page.keyboard.press('PageUp');
    await expect(page.getByTestId('viewer')).toBeVisible();
    await expect(player).toHaveCount(0);
    await page.keyboard.press('PageDown');
    await expect(player).toHaveAttribute('data-state', 'ready');
    await expect.poll(() => filmAt(page)).toBeGreaterThan(0);

    // Recalled while it is watched: player, tile and frame go at once, the others close up.
    const left = await page.evaluate(
      (message) =>
        new Promise<unknown>((done) => {
          const watched = document.querySelector('iframe')?.contentDocument?.querySelector('video');
          requestAnimationFrame(() => {
            (globalThis as WithFake).fakeControls.store([message]);
            requestAnimationFrame(() =>
              done({
                players: document.querySelectorAll('[data-testid="film-viewer"], iframe, video').length,
                frame: watched?.videoWidth,
                tiles: document.querySelector<HTMLElement>('[data-testid="album"]')?.dataset['count'],
                films: document.querySelectorAll('[data-testid="album"] [data-testid="video"]').length,
              }),
            );
          });
        }),
      recalledView(four[1] ?? film(0, '')),
    );
    expect(left).toEqual({ players: 0, frame: 0, tiles: '3', films: 2 });
    await expect(
      page.getByRole('status').filter({ hasText: isZh ? '视频已被撤回，播放已停止' : 'playback stopped' }),
    ).toBeVisible();
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('gone.png') });
    // The one after it comes, and stands still.
    await expect(player).toHaveAttribute('data-state', 'waits');
    await expect(page.getByTestId('player-frame')).toHaveCount(0);
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('next.png') });
    await page.keyboard.press('PageUp');
    await expect(page.getByTestId('viewer')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(article(3).getByRole('button').first()).toHaveAccessibleName(
      isZh ? /视频下载失败/ : /Video not downloaded|not downloaded|failed/i,
    );
    await resize(page, { width: 720, height: 480 });
    await expect.poll(async () => (await album.boundingBox())?.width).toBe(240);
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('narrow.png') });
    // Where even that does not fit it is smaller, and nothing of it is cut off.
    await resize(page, { width: 640, height: 480 });
    await expect.poll(async () => (await album.boundingBox())?.width).toBeLessThan(240);
    const square = await album.boundingBox();
    expect(square?.height).toBeCloseTo(square?.width ?? 0, 0);
    expect(
      await album.evaluate((one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]),
    ).toEqual([0, 0]);
  });

test('a picked video and image go as one album; the video uploads, fails and is cancelled in its tile', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await openGroup(page);
  await page
    .getByTestId('pick-image')
    .setInputFiles([
      png('1.png'),
      { name: 'clip.webm', mimeType: 'video/webm', buffer: filmBytes(8, { bytes: 200_000 }) },
    ]);
  await page.getByTestId('send').click();
  const album = page.getByTestId('album');
  await expect(album).toHaveAttribute('data-count', '2');
  await expect(album.getByTestId('video')).toHaveAttribute('data-state', 'uploading');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('uploading.png') });
  await album.getByTestId('video').getByRole('button', { name: '取消上传' }).click();
  await expect(page.getByTestId('send-failed')).toHaveCount(1);
  await expect(album.getByTestId('image').getByTestId('transfer-ring')).toHaveCount(1);
});

test('what does not come says so in its place, however small', async ({ openFake }, testInfo) => {
  for (const [language, words] of [
    ['zh', '服务器上已没有这个文件'],
    ['en', 'No longer on the server'],
  ] as const) {
    const page = await openFake({ language, width: 720, height: 1_400 });
    await openGroup(page, '');
    // One by one: a dot, a banner, a receipt, of no size; then nine of one sending.
    const shapes = [
      [8, 8],
      [900, 20],
      [20, 900],
      [0, 0],
    ] as const;
    const single = shapes.map(([width, height], n) =>
      tile(90 + n, null, { content: { kind: 'image', url: `file/${n}.png`, width, height } }),
    );
    await push(page, [...single, ...Array.from({ length: 9 }, (_, n) => tile(100 + n, 7))]);
    const failed = page.getByTestId('image-failed');
    await expect(failed).toHaveText(Array.from({ length: 13 }, () => words));
    expect(await failed.evaluateAll(cutOrCovered)).toEqual([]);
    await expect(page.getByTestId('album').getByTestId('image-failed')).toHaveCount(9);
    await page.screenshot({ path: testInfo.outputPath(`failed-${language}.png`) });
    await page.close();
  }
});

/** In the page: which of them do not say all of their words inside of their picture, beside its time. */
function cutOrCovered(all: (SVGElement | HTMLElement)[]): string[] {
  return all.flatMap((element, at) => {
    const picture = element.closest('[data-testid="image"]');
    const words = element.querySelector('button > span');
    if (!picture || !words) return [`${at}: no picture, or no words`];
    const range = document.createRange();
    range.selectNodeContents(words);
    const room = [picture, words].map((each) => each.getBoundingClientRect());
    const time = picture.querySelector('time')?.getBoundingClientRect();
    const isOut = [...range.getClientRects()].some((line) =>
      room.some(
        ({ left, right, top, bottom }) =>
          line.left < left - 1 || line.right > right + 1 || line.top < top - 1 || line.bottom > bottom + 1,
      ),
    );
    const isUnderTime = [...range.getClientRects()].some(
      (line) => time && line.right > time.left && line.bottom > time.top + 1,
    );
    return [...(isOut ? [`${at}: cut`] : []), ...(isUnderTime ? [`${at}: under its time`] : [])];
  });
}

test('words of one sending are edited where they stand; group and words are recalled apart, which is said', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await openGroup(page);
  await page.getByTestId('pick-image').setInputFiles([png('1.png'), png('2.png')]);
  const composer = page.getByTestId('composer');
  // (Words can be sent before the files are read.)
  const tray = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  await expect(tray).toHaveCount(2);
  await composer.fill('两张截图，看第二张');
  await page.getByTestId('send').click();
  const album = page.getByTestId('album');
  await expect(album).toHaveAttribute('data-count', '2');
  await expect(album.getByTestId('transfer-ring')).toHaveCount(2);
  await page.evaluate(() => (globalThis as WithFake).fakeControls.finishUploads());
  const last = page.getByRole('log').getByRole('article').last();
  await expect(last).toContainText('两张截图，看第二张');

  await last.getByTestId('bubble').click({ button: 'right' });
  const menu = page.getByRole('menu', { name: '消息操作' });
  await menu.getByRole('menuitem', { name: '编辑' }).click();
  await expect(composer).toHaveValue('两张截图，看第二张');
  await composer.fill('两张截图，看第一张');
  await page.keyboard.press('Enter');
  await expect(last).toContainText('两张截图，看第一张');
  await expect(last).toHaveAccessibleName(/已编辑/);
  await expect(album).toHaveAttribute('data-count', '2');

  await album.getByRole('article').first().click({ button: 'right' });
  await menu.getByRole('menuitem', { name: /^撤回整组/ }).click();
  const question = page.getByRole('alertdialog', { name: '撤回 2 条消息？' });
  await expect(question.getByTestId('words-stay')).toContainText('下面的文字是单独的一条消息');
  await page.screenshot({ path: testInfo.outputPath('words-stay.png') });
  await question.getByRole('button', { name: '撤回 2 条' }).click();
  await expect(album).toHaveCount(0);
  await expect(page.getByRole('log')).toContainText('两张截图，看第一张');
});
