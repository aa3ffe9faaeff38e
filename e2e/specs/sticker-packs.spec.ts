/** Packs of stickers: used from the panel, found, added and put in order; drawings that are collected. */
import type { Locator, Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';
import type { MessageView } from '../../shared/domain.ts';

const controls = <K extends 'hold' | 'fail' | 'store'>(
  page: Page,
  name: K,
  value: Parameters<FakeControls[K]>[0],
) =>
  page.evaluate(
    ([what, list]) =>
      (window as unknown as { fakeControls: Record<string, (value: unknown) => void> }).fakeControls[what]?.(
        list,
      ),
    [name, value] as const,
  );
const calls = (page: Page, channel: string): Promise<unknown[]> =>
  page.evaluate(
    (name) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.calls
        .filter((call) => call.channel === name)
        .map(({ args }) => args),
    channel,
  );
async function openPanel(page: Page): Promise<Locator> {
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: /^(?:表情|Emoji)$/ }).click();
  await page.getByRole('tab', { name: /^(?:贴纸|Stickers)$/ }).click();
  return page.getByTestId('sticker-panel');
}
const canvasWidth = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element: HTMLCanvasElement) =>
    element.dataset['moves'] === undefined ? 0 : element.width,
  );

test('a pack is chosen at the foot; its stickers say what they are, move, and go as phones send them', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  const panel = await openPanel(page);
  const foot = panel.getByRole('tablist', { name: '表情包' });
  await expect(foot.getByRole('tab')).toHaveCount(3);
  await foot.getByRole('tab', { name: '我的贴纸' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(foot.getByRole('tab', { name: '小悟空' })).toBeFocused();
  await expect(foot.getByRole('tab', { name: '小悟空' })).toHaveAttribute('aria-selected', 'true');
  const cells = panel.getByRole('group', { name: '小悟空' }).getByRole('button');
  await expect(cells).toHaveCount(8);
  await expect(cells.first()).toHaveAccessibleName('发送贴纸“你好”，小悟空');
  await expect.poll(() => canvasWidth(cells.first().locator('canvas'))).toBeGreaterThan(70);
  await cells.first().hover();
  await expect(cells.first().locator('canvas')).toHaveAttribute('data-moves', 'true');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('pack.png') });

  await cells.first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Enter');
  await expect(panel).toBeVisible();
  await expect(cells.nth(4)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();
  const path = 'file/preview/sticker/packs/wukong/5.lim';
  expect(await calls(page, 'stickers.send')).toEqual([
    expect.objectContaining({
      sticker: expect.objectContaining({
        path,
        format: 'lim',
        category: 'wukong',
        placeholder: expect.any(String),
      }),
    }),
    expect.anything(),
  ]);
  await expect(page.getByRole('log').getByTestId('drawing').last()).toBeVisible();

  // What was sent last has a place of its own; the panel opens where it was left.
  const again = await openAgain(page);
  await expect(again.getByRole('group', { name: '小悟空' })).toBeVisible();
  await again.getByRole('tab', { name: '最近使用' }).click();
  await expect(again.getByRole('group', { name: '最近使用' }).getByRole('button')).toHaveCount(1);

  // Letters go to the search, over all packs.
  await again.getByRole('group', { name: '最近使用' }).getByRole('button').focus();
  await page.keyboard.type('x');
  const field = again.getByRole('textbox', { name: '搜索贴纸' });
  await expect(field).toBeFocused();
  await field.fill('晚安');
  const found = again.getByRole('group', { name: '搜索结果' }).getByRole('button');
  await expect(found).toHaveCount(24);
  await expect(found.first()).toHaveAccessibleName('发送贴纸“晚安”，小悟空');
  await expect(found.last()).toHaveAccessibleName('发送贴纸“晚安”');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('search.png') });
  await field.fill('没有这个');
  await expect(again.getByText('没有找到“没有这个”')).toBeVisible();
  await again.getByRole('tab', { name: '办公回复' }).click();
  await expect(field).toHaveValue('');
  await expect(again.getByRole('group', { name: '办公回复' }).getByRole('button')).toHaveCount(8);
});

async function openAgain(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await page.getByRole('tab', { name: '贴纸', exact: true }).click();
  return page.getByTestId('sticker-panel');
}

test('packs are looked at in the store, added, put in order by keys, and removed; what fails says so there', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  const panel = await openPanel(page);
  await panel.getByRole('button', { name: '表情包商店' }).click();
  const dialog = page.getByRole('dialog', { name: '表情包', exact: true });
  const rows = dialog.getByRole('list', { name: '表情包商店' }).getByRole('listitem');
  await expect(rows).toHaveCount(20);
  await dialog.getByRole('button', { name: '更多' }).click();
  await expect(rows).toHaveCount(24);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('store.png') });

  await controls(page, 'fail', ['packs.add']);
  await dialog.getByRole('button', { name: '添加“表情包 3”' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await controls(page, 'fail', []);
  await dialog.getByRole('button', { name: /^查看\s*表情包 3$/ }).click();
  const detail = page.getByRole('dialog', { name: '表情包 3' });
  await expect(detail.getByRole('list', { name: '表情包 3' }).getByRole('listitem')).toHaveCount(8);
  await expect(detail).toContainText('8 个贴纸');
  await detail.getByRole('button', { name: '添加“表情包 3”' }).click();
  await expect(detail.getByRole('button', { name: '移除“表情包 3”' })).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('detail.png') });
  await detail.getByRole('button', { name: '返回' }).click();
  await dialog.getByRole('tab', { name: '我的表情包' }).click();
  const own = dialog.getByRole('list', { name: '我的表情包' }).getByRole('listitem');
  await expect(own).toContainText(['表情包 3', '小悟空', '办公回复']);
  await expect(own.first().getByRole('button', { name: '上移“表情包 3”' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await own
    .first()
    .getByRole('button', { name: /^查看\s*表情包 3$/ })
    .focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(own).toContainText(['小悟空', '表情包 3', '办公回复']);
  await expect(page.getByTestId('announcements')).toContainText('“表情包 3”现在是第 2 个');
  await expect(own.nth(1).getByRole('button', { name: /^查看\s*表情包 3$/ })).toBeFocused();
  await own.nth(2).getByRole('button', { name: '上移“办公回复”' }).click();
  await expect(own).toContainText(['小悟空', '办公回复', '表情包 3']);
  expect(await calls(page, 'packs.order')).toEqual([
    { categories: ['wukong', 'more3', 'office'] },
    { categories: ['wukong', 'office', 'more3'] },
  ]);
  await controls(page, 'fail', ['packs.order']);
  await own.first().getByRole('button', { name: '下移“小悟空”' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(own).toContainText(['小悟空', '办公回复', '表情包 3']);
  await controls(page, 'fail', []);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('own.png') });
  await dialog.getByRole('button', { name: '移除“小悟空”' }).click();
  await expect(own).toHaveCount(2);

  // Esc closes the dialog and not the panel under it.
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(panel.getByRole('tablist', { name: '表情包' }).getByRole('tab')).toHaveCount(3);
});

test('a drawing is collected from its message, shown moving among the others, and sent as a drawing', async ({
  openFake,
}) => {
  const page = await openFake({ height: 900 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const message: MessageView = new MessageMaker('zh', 300).message({
    kind: 'named',
    type: 12,
    what: 'sticker',
    detail: '',
    picture: 'file/preview/chat/2/g/x.lim',
    drawn: true,
  });
  await controls(page, 'store', [message]);
  const bubble = page.locator(`[data-message-key="${message.key}"]`).getByTestId('bubble');
  await bubble.click({ button: 'right' });
  await page.getByRole('menuitem', { name: '添加到表情' }).click();
  await expect(page.getByText('已添加到我的贴纸')).toBeVisible();
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await page.getByRole('tab', { name: '贴纸', exact: true }).click();
  const panel = page.getByTestId('sticker-panel');
  const first = panel.getByRole('button', { name: '发送第 1 个贴纸' });
  await expect.poll(() => canvasWidth(first.locator('canvas'))).toBeGreaterThan(70);
  await first.click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole('log').getByTestId('drawing').last()).toBeVisible();
  expect(await calls(page, 'stickers.send')).toMatchObject([
    { sticker: { path: 'file/preview/chat/2/g/x.lim' } },
  ]);
  // Made of a message, it is not among those of packs that were used, which no recall takes.
  const again = await openAgain(page);
  await expect(again.getByRole('tab', { name: '小悟空' })).toBeVisible();
  await expect(again.getByRole('tab', { name: '最近使用' })).toHaveCount(0);
});

test('without the server only what is here is there; one that has no packs shows nothing of them', async ({
  openFake,
}, testInfo) => {
  const away = await openFake({
    connection: { state: 'offline', nextTryAtMs: Date.now() + 600_000 },
    language: 'en',
    theme: 'dark',
    width: 720,
    height: 480,
  });
  const panel = await openPanel(away);
  await panel.getByRole('tab', { name: 'Little Wukong' }).click();
  await expect(panel.getByRole('group', { name: 'Little Wukong' }).getByRole('button')).toHaveCount(8);
  await away.screenshot({ animations: 'disabled', path: testInfo.outputPath('narrow-dark-en.png') });
  await panel.getByRole('tab', { name: 'Office' }).click();
  await expect(panel.getByText('Available when online')).toBeVisible();
  await panel.getByRole('button', { name: 'Manage' }).click();
  const dialog = away.getByRole('dialog', { name: 'Sticker packs' });
  await expect(dialog).toContainText('The server cannot be reached');
  await away.screenshot({ animations: 'disabled', path: testInfo.outputPath('dialog-dark-en.png') });

  const without = await openFake({ withoutPacks: true });
  const plain = await openPanel(without);
  await expect(plain.getByRole('group', { name: '我的贴纸' })).toBeVisible();
  await expect(plain.getByRole('tablist', { name: '表情包' })).toHaveCount(0);
  await expect(plain.getByRole('textbox')).toHaveCount(0);
  await expect(plain.getByRole('button', { name: '表情包商店' })).toHaveCount(0);
});

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const)
  test(`GIFs of the collection have a tab of their own: sent, moved, taken out (${theme})`, async ({
    openFake,
  }, testInfo) => {
    const zh = language === 'zh';
    const page = await openFake({ theme, language, width: 900, height: 600 });
    const stickers = await openPanel(page);
    await expect(stickers.getByRole('group').getByRole('button')).toHaveCount(3);
    // Drawings and still ones are stickers only.
    await stickers.getByRole('tab', { name: zh ? '贴纸' : 'Stickers', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    const panel = page.getByTestId('gif-panel');
    const cells = panel.getByRole('group', { name: zh ? 'GIF 收藏' : 'GIFs' }).getByRole('button');
    await expect(cells).toHaveCount(3);
    await expect(panel).toContainText('3 / 300');
    await expect(cells.first()).toBeFocused();
    await expect(cells.first()).toHaveAccessibleName(zh ? '发送第 1 个动图' : 'Send GIF 1');
    await expect(async () => {
      const [box, next] = [await cells.first().boundingBox(), await cells.nth(1).boundingBox()];
      expect([next?.y, (next?.x ?? 0) > (box?.x ?? 0) + 100]).toEqual([box?.y, true]);
    }).toPass({ timeout: 10_000 });
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('gifs.png') });

    // With Shift it stays open.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => calls(page, 'stickers.send')).toHaveLength(1);
    expect((await calls(page, 'stickers.send'))[0]).toMatchObject({
      sticker: { path: 'file/preview/sticker/two.gif' },
      replyToMessageId: null,
    });
    await expect(panel).toBeVisible();
    await page.keyboard.press('Delete');
    await expect(cells).toHaveCount(2);
    await panel.getByRole('button', { name: zh ? '整理' : 'Organize' }).click();
    await panel.getByRole('button', { name: zh ? '移除第 1 个动图' : 'Remove GIF 1' }).click();
    await panel.getByRole('button', { name: zh ? '移除第 1 个动图' : 'Remove GIF 1' }).click();
    await expect(panel.getByRole('status')).toContainText(zh ? '还没有收藏动图' : 'No GIFs yet');
    await expect(panel.getByRole('button', { name: zh ? '整理' : 'Organize' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);
  });

test('where the server keeps no collection there is no tab for GIFs', async ({ openFake }) => {
  const page = await openFake({ withoutStickers: true });
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: '表情', exact: true }).click();
  await expect(page.getByTestId('emoji-panel').getByRole('gridcell').first()).toBeVisible();
  await expect(page.getByRole('tab', { name: 'GIF 收藏' })).toHaveCount(0);
});
