/** Kinds of messages that phones send and this app draws: text with pictures, calls, screenshots. */
import type { Page } from 'playwright';
import type { MessageContent } from '../../shared/content/message-content.ts';
import { type MessageView, Role } from '../../shared/domain.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';

async function push(page: Page, ...upserts: MessageView[]): Promise<void> {
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  await page.evaluate((messages) => {
    const { fakeControls } = window as unknown as { fakeControls: { store: (all: unknown[]) => void } };
    fakeControls.store(messages);
  }, upserts);
  await expect(row(page, upserts.at(-1)?.key)).toBeVisible();
}

const row = (page: Page, key = '') => page.locator(`[data-message-key="${key}"]`);

const call = (what: 'callMissed' | 'videoCallEnded' | 'callRefused', detail = ''): MessageContent => ({
  kind: 'named',
  type: 9989,
  what,
  detail,
});

for (const lang of ['zh', 'en'] as const)
  test(`text with pictures, calls and screenshots say what they are (${lang})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ language: lang, height: 1_000 });
    const say = (zh: string, en: string): string => (lang === 'zh' ? zh : en);
    await page
      .getByRole('option')
      .filter({ hasText: say('悟空桌面端研发', 'WuKong Desktop') })
      .first()
      .click();
    const make = new MessageMaker(lang, 300);
    const rich = make.message({
      kind: 'named',
      type: 14,
      what: 'richText',
      detail: 'x',
      rich: [
        'see https://docs.example.com/a',
        null,
        'below',
        { url: 'file/preview/1/rich.png', width: 300, height: 126 },
      ],
    });
    const missed = make.message(call('callMissed'));
    const ended = make.own(call('videoCallEnded', '1:05'));
    const screenshot = make.message({
      kind: 'system',
      type: 20,
      parts: [
        { text: 'Su', uid: fakeIds.su },
        { text: '在聊天中截屏了', uid: null },
      ],
    });
    const mine = make.own({
      kind: 'system',
      type: 20,
      parts: [
        { text: 'Me', uid: fakeIds.me },
        { text: '在聊天中截屏了', uid: null },
      ],
    });
    await push(page, rich, missed, ended, screenshot, mine);
    await expect(row(page, rich.key).getByTestId('rich-text')).toContainText(
      say('图片，请在手机端查看', 'Picture: view it on your phone'),
    );
    await expect(row(page, rich.key).getByRole('link')).toHaveText('https://docs.example.com/a');
    // Opened alone, and gone from the viewer in the update that takes the message.
    const picture = row(page, rich.key).getByTestId('rich-text').getByTestId('image');
    await expect(picture.locator('img')).toBeVisible();
    await page.screenshot({ path: testInfo.outputPath(`rich-${lang}.png`) });
    await picture.getByRole('button').click();
    const viewer = page.getByTestId('viewer');
    await expect(viewer.locator('img')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(viewer).toHaveCount(0);
    await picture.getByRole('button').click();
    await expect(viewer).toBeVisible();
    await page.evaluate(
      (message) => {
        const { fakeControls } = window as unknown as { fakeControls: { store: (all: unknown[]) => void } };
        fakeControls.store([message]);
      },
      { ...rich, content: { kind: 'recalled' }, recall: { state: 'pending' } },
    );
    await expect(viewer).toHaveCount(0);
    await expect(picture).toHaveCount(0);
    await expect(row(page, missed.key).getByTestId('call')).toContainText(
      say('通话 · 未接听', 'Call · not answered'),
    );
    await expect(row(page, ended.key).getByTestId('call')).toContainText(
      say('视频通话 · 时长 1:05', 'Video call · lasted 1:05'),
    );
    await expect(row(page, screenshot.key).getByTestId('system-line')).toHaveText(
      say('Su在聊天中截屏了', 'Su took a screenshot of the chat'),
    );
    await expect(row(page, mine.key).getByTestId('system-line')).toHaveText(
      say('你在聊天中截屏了', 'You took a screenshot of the chat'),
    );
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('kinds.png') });
  });

const place = (picture: string): MessageContent => ({
  kind: 'named',
  type: 6,
  what: 'location',
  detail: '人民广场',
  place: { title: '人民广场', address: '黄浦区人民大道 120 号', point: { lat: 31.2304, lng: 121.4737 } },
  picture,
});

test('a place shows its own map only, and says which address a browser would get; recalled, its menu goes', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:app|data|blob|file):/.test(request.url()) && !request.url().includes('127.0.0.1'))
      asked.push(request.url());
  });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const make = new MessageMaker('zh', 300);
  const own = make.message(place('file/map.png'));
  const foreign = make.own(place('https://maps.example.com/static?x=1'));
  const sticker = make.message({
    kind: 'named',
    type: 12,
    what: 'sticker',
    detail: '笑',
    picture: 'file/sticker.gif',
  });
  const drawn = make.message({
    kind: 'named',
    type: 12,
    what: 'sticker',
    detail: '',
    outline: 'M256 40A216 216 0 1 0 257 40Z',
  });
  await push(page, own, foreign, sticker, drawn);
  const card = row(page, own.key).getByTestId('location');
  await expect(card).toContainText('黄浦区人民大道 120 号');
  await expect(card.locator('img')).toBeVisible();
  await expect(row(page, foreign.key).locator('img')).toHaveCount(0);
  await expect(row(page, foreign.key).getByTestId('picture-waits')).toContainText('maps.example.com');
  await row(page, foreign.key).getByTestId('picture-waits').click();
  await expect(row(page, foreign.key).locator('img')).toBeVisible();
  await expect(row(page, sticker.key).getByTestId('sticker').locator('img')).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('places.png') });

  await card.getByRole('button', { name: '位置，人民广场，黄浦区人民大道 120 号' }).click();
  const menu = page.getByRole('menu', { name: '位置' });
  await expect(menu.getByRole('menuitem')).toHaveText([
    '复制地址',
    '复制经纬度',
    '在浏览器中打开 uri.amap.com/marker?position=121.4737,31.2304',
    '在浏览器中打开 www.openstreetmap.org/?mlat=31.2304&mlon=121.4737',
  ]);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('place-menu.png') });
  await menu.getByRole('menuitem', { name: '复制经纬度' }).click();
  await expect(page.getByText('已复制', { exact: true })).toBeVisible();

  await card.getByRole('button').first().click();
  await expect(menu).toBeVisible();
  await push(page, {
    ...own,
    content: { kind: 'recalled' },
    recall: {
      state: 'done',
      revokerUid: own.fromUid,
      revokerName: own.fromName,
      revokerRole: Role.member,
      reeditUntilMs: null,
    },
  });
  await expect(menu).toHaveCount(0);
  await expect(row(page, own.key)).toBeFocused();
  await expect(page.getByText('人民大道')).toHaveCount(1);
  expect(asked).toEqual([]);
});

const GIF: MessageContent = {
  kind: 'named',
  type: 12,
  what: 'sticker',
  detail: '',
  picture: 'file/preview/chat/2/g/laugh.gif',
};
const openPanel = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await expect(page.getByTestId('emoji-panel')).toBeVisible();
};

const drawnSticker = (picture: string, detail: string): MessageContent => ({
  kind: 'named',
  type: 12,
  what: 'sticker',
  detail,
  picture,
  drawn: true,
});

for (const [theme, reduced] of [
  ['light', false],
  ['dark', true],
] as const)
  test(`a drawing plays where it is seen, ${reduced ? 'when it is asked to' : 'by itself'}; odd ones say their name (${theme})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ height: 1_000, theme });
    await page.emulateMedia({ reducedMotion: reduced ? 'reduce' : 'no-preference' });
    await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
    const make = new MessageMaker('zh', 300);
    const turning = make.message(drawnSticker('file/preview/sticker/a.lim', '转'));
    const odd = make.own(drawnSticker('file/preview/sticker/odd.lim', '怪'));
    await push(page, turning, odd);
    const art = row(page, turning.key).getByTestId('sticker');
    const canvas = art.locator('canvas');
    const pixels = (): Promise<string> =>
      canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
    await expect
      .poll(() => canvas.evaluate((element: HTMLCanvasElement) => element.width))
      .toBeGreaterThan(1);
    await expect(row(page, odd.key).getByTestId('sticker')).toContainText('怪');
    const first = await pixels();
    if (reduced) {
      await expect(canvas).toHaveAttribute('data-moves', 'false');
      await page.screenshot({ path: testInfo.outputPath('drawing-dark.png') });
      await art.getByRole('button', { name: '播放动画' }).click();
    }
    await expect.poll(pixels).not.toBe(first);
    await page.screenshot({ path: testInfo.outputPath(`drawing-${theme}.png`) });
    // Recalled: off the page and off the canvas in the update that says so.
    const left = await page.evaluate(
      ([message, key]) => {
        const element = document.querySelector<HTMLCanvasElement>(`[data-message-key="${key}"] canvas`);
        const { fakeControls } = window as unknown as { fakeControls: { store: (all: unknown[]) => void } };
        fakeControls.store([message]);
        return new Promise<{ there: boolean; width: number | undefined }>((done) => {
          const look = (): void => {
            const there =
              document.querySelector(`[data-message-key="${key}"] [data-testid="sticker"]`) !== null;
            if (there) requestAnimationFrame(look);
            else done({ there: element?.isConnected ?? true, width: element?.width });
          };
          look();
        });
      },
      [{ ...turning, content: { kind: 'recalled' }, recall: { state: 'pending' } }, turning.key] as const,
    );
    expect(left).toEqual({ there: false, width: 0 });
  });

test('stickers are collected, sent by key, removed; nothing moves for whoever wants that', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const make = new MessageMaker('zh', 300);
  const gif = make.message(GIF);
  await push(page, gif);
  await expect(row(page, gif.key).getByTestId('sticker').locator('img, canvas').first()).toBeVisible();
  await row(page, gif.key).getByTestId('bubble').click({ button: 'right' });
  await page.getByRole('menuitem', { name: '添加到表情' }).click();
  await expect(page.getByText('已添加到我的贴纸')).toBeVisible();

  await openPanel(page);
  await page.getByRole('tab', { name: '贴纸', exact: true }).click();
  const panel = page.getByTestId('sticker-panel');
  // (At the foot are covers of packs.)
  const own = panel.getByRole('group', { name: '我的贴纸' });
  const cells = own.getByRole('button');
  await expect(cells).toHaveCount(4);
  await expect(own.locator('img, canvas')).toHaveCount(4);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('stickers.png') });

  await panel.getByRole('button', { name: '管理' }).click();
  await cells.nth(3).click();
  await expect(cells).toHaveCount(3);
  await panel.getByRole('button', { name: '完成' }).click();
  await cells.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(cells.nth(1)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(cells).toHaveCount(2);

  // From a file: no picture is none; a large one is made smaller.
  await expect(panel.getByText('1 MB 以内，缩到 512 像素')).toBeVisible();
  const chosen = panel.getByTestId('pick-sticker');
  await chosen.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('<svg/>') });
  await expect(page.getByText('这不是可以用作贴纸的图片')).toBeVisible();
  await expect(cells).toHaveCount(2);
  await chosen.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from(chartPng()) });
  await expect(cells).toHaveCount(3);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('stickers-file.png') });
  await cells.first().focus();
  await page.keyboard.press('Delete');
  await expect(cells).toHaveCount(2);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(own.getByTestId('still')).toHaveCount(2);
  await expect(row(page, gif.key).getByTestId('still')).toBeVisible();
  await expect(row(page, gif.key).locator('img')).toHaveCount(0);

  await cells.first().focus();
  await page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole('log').getByRole('article').last().getByTestId('image')).toBeVisible();
  await expect(page.getByTestId('composer')).toBeFocused();
});

test('an image becomes a sticker, which leaves the collection with its recall; one that cannot be had says so', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const make = new MessageMaker('zh', 300);
  const photo = (url: string): MessageView => make.message({ kind: 'image', url, width: 1_600, height: 900 });
  const elsewhere = photo('https://elsewhere.example/x.png');
  const lost = photo('file/preview/1/missing.png');
  const image = photo('file/preview/1/photo.png');
  await push(page, elsewhere, lost, image);
  await expect(row(page, image.key).getByTestId('image').locator('img')).toBeVisible();
  const item = page.getByRole('menuitem', { name: '添加到表情' });
  const openMenu = async ({ key }: MessageView): Promise<void> => {
    await row(page, key).getByTestId('bubble').click({ button: 'right' });
    await expect(page.getByRole('menuitem', { name: '转发' })).toBeVisible();
  };
  await openMenu(image);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('image-menu.png') });
  await item.click();
  await expect(page.getByText('已添加到我的贴纸')).toBeVisible();
  await openMenu(lost);
  await item.click();
  await expect(page.getByTestId('toast').filter({ hasText: '服务器上已没有这个文件' })).toBeVisible();
  // Whoever lies at another host is asked for nothing.
  await openMenu(elsewhere);
  await expect(item).toHaveCount(0);
  await page.keyboard.press('Escape');

  await openPanel(page);
  await page.getByRole('tab', { name: '贴纸', exact: true }).click();
  const cells = page
    .getByTestId('sticker-panel')
    .getByRole('group', { name: '我的贴纸' })
    .getByRole('button');
  await expect(cells).toHaveCount(4);
  const left = await page.evaluate(
    ([gone]) =>
      new Promise<unknown>((done) => {
        const { fakeControls } = window as unknown as { fakeControls: { store: (all: unknown[]) => void } };
        fakeControls.store([gone]);
        requestAnimationFrame(() =>
          done(document.querySelectorAll('[data-testid="sticker-panel"] [role="group"] button').length),
        );
      }),
    [{ ...image, content: { kind: 'recalled' }, recall: { state: 'pending' } }] as const,
  );
  expect(left).toBe(3);
});

test('a server without collections has neither tab nor menu item', async ({ openFake }) => {
  const page = await openFake({ withoutStickers: true });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const gif = new MessageMaker('zh', 300).message(GIF);
  await push(page, gif);
  await row(page, gif.key).getByTestId('bubble').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: '转发' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: '添加到表情' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await openPanel(page);
  await expect(page.getByRole('tab')).toHaveCount(0);
});
