/** Keys: each command of the sheet runs by its own, also by one that somebody chose; a taken one is refused by name. */
import type { Locator, Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { APP_COMMAND_IDS, MESSAGE_COMMAND_IDS, type CommandId } from '../../shared/commands.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

const GROUP = '悟空桌面端研发';

/** What the page asked the app for, by channel. */
const asked = (page: Page, channel: string): Promise<unknown[]> =>
  page.evaluate(
    (wanted) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.calls
        .filter((call) => call.channel === wanted)
        .map(({ args }) => args),
    channel,
  );

async function openGroup(page: Page): Promise<void> {
  await page.getByRole('option', { name: new RegExp(`^${GROUP}`) }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  await expect(page.getByTestId('composer')).toBeFocused();
}

/** The keys of the sheet, as Playwright presses them. */
async function keysOfSheet(page: Page): Promise<Map<string, string>> {
  await page.keyboard.press('Control+/');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.first()).toBeVisible();
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => [
      row.querySelector('td')?.textContent ?? '',
      row.querySelector('kbd')?.textContent ?? '',
    ]),
  );
  const names: Record<string, string> = {
    Ctrl: 'Control',
    '↑': 'ArrowUp',
    '↓': 'ArrowDown',
    '⌫': 'Backspace',
    Del: 'Delete',
  };
  return new Map(
    texts.map(([name = '', keys = '']) => [
      name,
      keys
        .split(' ')
        .map((key) => names[key] ?? (/^[A-Z]$/.test(key) ? key.toLowerCase() : key))
        .join('+'),
    ]),
  );
}

/** Sends a message, which everything can be done with. */
async function say(page: Page, words: string): Promise<Locator> {
  await page.getByTestId('composer').fill(words);
  await page.keyboard.press('Enter');
  const own = page.getByRole('article', { name: new RegExp(words) });
  await expect(own).toBeVisible();
  return own;
}

const title = (page: Page) => page.getByTestId('chat-title');
/** What is seen when a command has run; the group is open and the composer has the focus before. */
const SEEN: Record<CommandId, { name: string; seen: (page: Page) => Promise<void> }> = {
  palette: { name: '切换会话 / 命令', seen: (page) => expect(page.getByRole('combobox')).toBeVisible() },
  newGroup: {
    name: '创建群聊',
    seen: (page) => expect(page.getByRole('dialog', { name: '创建群聊' })).toBeVisible(),
  },
  searchChat: {
    name: '在会话中搜索',
    seen: (page) => expect(page.getByRole('textbox', { name: '在会话中搜索' })).toBeFocused(),
  },
  searchAll: {
    name: '搜索全部',
    seen: (page) => expect(page.getByRole('searchbox', { name: '搜索' }).first()).toBeFocused(),
  },
  previousChat: { name: '上一个会话', seen: (page) => expect(title(page)).toHaveText(GROUP) },
  nextChat: { name: '下一个会话', seen: (page) => expect(title(page)).toHaveText('林知夏') },
  previousUnread: { name: '上一个未读会话', seen: (page) => expect(title(page)).toHaveText(GROUP) },
  nextUnread: { name: '下一个未读会话', seen: (page) => expect(title(page)).toHaveText('发布值班') },
  info: { name: '会话信息', seen: (page) => expect(page.locator('[data-region="info"]')).toBeVisible() },
  mute: {
    name: '免打扰',
    seen: (page) => expect.poll(() => asked(page, 'conversations.setMuted')).toHaveLength(1),
  },
  popOut: {
    name: '在独立窗口中打开会话',
    seen: (page) => expect.poll(() => asked(page, 'windows.openChat')).toHaveLength(1),
  },
  emoji: {
    name: '表情',
    seen: (page) => expect(page.locator('[data-emoji-button]')).toHaveAttribute('aria-expanded', 'true'),
  },
  voice: { name: '录音', seen: (page) => expect(page.getByTestId('voice-recording')).toBeVisible() },
  recallRecent: {
    name: '撤回最近 2 分钟发的消息',
    seen: (page) => expect(page.getByRole('alertdialog', { name: /^撤回最近发的/ })).toBeVisible(),
  },
  recall: {
    name: '撤回选中的或自己的上一条消息',
    seen: (page) => expect(page.getByRole('alertdialog')).toBeVisible(),
  },
  theme: {
    name: '切换主题',
    seen: (page) => expect.poll(() => asked(page, 'shell.setSettings')).toEqual([{ theme: 'dark' }]),
  },
  settings: { name: '设置', seen: (page) => expect(page.getByRole('heading', { level: 1 })).toBeVisible() },
  list: {
    name: '快捷键列表',
    seen: (page) => expect(page.getByRole('heading', { name: '快捷键', level: 1 })).toBeVisible(),
  },
  addAccount: { name: '添加账号', seen: (page) => expect(page.getByLabel('服务器地址')).toBeVisible() },
  // (None is set: it leads to where one is.)
  lock: { name: '立即锁定', seen: (page) => expect(page.getByText('还没有设置锁定密码')).toBeVisible() },
  zoomIn: {
    name: '放大',
    seen: (page) => expect.poll(async () => (await asked(page, 'shell.zoom')).at(-1)).toEqual({ to: 'in' }),
  },
  zoomOut: {
    name: '缩小',
    seen: (page) => expect.poll(async () => (await asked(page, 'shell.zoom')).at(-1)).toEqual({ to: 'out' }),
  },
  zoomReset: {
    name: '实际大小',
    seen: (page) => expect.poll(async () => (await asked(page, 'shell.zoom')).at(-1)).toEqual({ to: 100 }),
  },
  nextRegion: { name: '下一个区域', seen: (page) => expect(page.getByTestId('composer')).not.toBeFocused() },
  previousRegion: {
    name: '上一个区域',
    seen: (page) => expect(page.getByTestId('composer')).not.toBeFocused(),
  },
  quit: { name: '退出', seen: (page) => expect.poll(() => asked(page, 'shell.quit')).toHaveLength(1) },
  reply: { name: '回复', seen: (page) => expect(page.getByTestId('reply-bar')).toBeVisible() },
  edit: { name: '编辑', seen: (page) => expect(page.getByTestId('composer')).not.toHaveValue('') },
  forward: { name: '转发', seen: (page) => expect(page.getByRole('dialog', { name: '转发' })).toBeVisible() },
  select: { name: '多选', seen: (page) => expect(page.getByRole('toolbar')).toContainText('已选 1 条') },
  pin: { name: '置顶或取消置顶', seen: (page) => expect(page.getByTestId('pinned-bar')).toBeVisible() },
  deleteForMe: { name: '仅为我删除', seen: (page) => expect(page.getByRole('alertdialog')).toBeVisible() },
};

/** What a command has opened is closed, and the group is there again with the caret in the composer. */
async function home(page: Page): Promise<void> {
  const layers = page.locator('[aria-modal="true"], [role="menu"], [role="dialog"]');
  for (let n = 0; n < 3 && (await layers.count()) > 0; n += 1) await page.keyboard.press('Escape');
  await expect(layers).toHaveCount(0);
  for (const bar of [page.getByRole('toolbar'), page.getByTestId('reply-bar')])
    if ((await bar.count()) > 0) await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: /^消息/ }).click();
  // Another chat closes what the group has open.
  await page.getByRole('option', { name: /^苏航/ }).click();
  await page.getByRole('option', { name: new RegExp(`^${GROUP}`) }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  await expect(page.getByTestId('composer')).toBeFocused();
}

test('every command of the sheet runs by the key that stands beside it', async ({ openFake }) => {
  test.setTimeout(120_000);
  let page = await openFake();
  await expect(page.getByRole('option').first()).toBeVisible();
  const keys = await keysOfSheet(page);
  const run = async (id: CommandId): Promise<void> => {
    const { name, seen } = SEEN[id];
    await test.step(`${id}: ${keys.get(name) ?? '?'}`, async () => {
      await page.keyboard.press(keys.get(name) ?? '');
      if (id !== 'previousUnread') await seen(page);
    });
  };
  for (const id of APP_COMMAND_IDS) {
    await home(page);
    if (id === 'previousChat' || id === 'previousUnread') {
      await page
        .getByRole('option', { name: /^(林知夏|发布值班)/ })
        .last()
        .click();
      // (The first unread chat above the group is none: the group itself is above.)
      if (id === 'previousChat') await page.getByRole('option', { name: /^林知夏/ }).click();
    }
    // Of one that is young enough.
    if (id === 'recall' || id === 'recallRecent') await say(page, `给 ${id} 的`);
    await run(id);
    // These leave more than can be closed: another screen, a pane, a window, chats that are read, what was recorded.
    if (['addAccount', 'info', 'nextUnread', 'popOut', 'voice'].includes(id)) {
      await page.close();
      page = await openFake();
      await expect(page.getByRole('option').first()).toBeVisible();
    }
  }
  for (const id of MESSAGE_COMMAND_IDS) {
    await home(page);
    const own = await say(page, `给 ${id} 的`);
    await own.focus();
    await run(id);
  }
});

test('a key is recorded anew, refused by name where it is taken, shown everywhere, and reset', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+/');
  const button = page.getByRole('button', { name: /^创建群聊：.*更改$/ });
  await button.click();
  const recording = page.getByRole('button', { name: /^创建群聊：请按键/ });
  await page.keyboard.press('Control+k');
  await expect(page.getByText('已用于“切换会话 / 命令”')).toBeVisible();
  // Nothing ran by it.
  await expect(page.getByRole('combobox')).toHaveCount(0);
  await page.keyboard.press('Control+c');
  await expect(page.getByText('已用于“复制”')).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByText('需要和 Ctrl 或 Alt 一起按')).toBeVisible();
  await page.keyboard.press('Control+j');
  await expect(recording).toHaveCount(0);
  await expect(button).toContainText('Ctrl J');
  expect(await asked(page, 'shell.setSettings')).toEqual([{ commandKeys: { newGroup: 'Mod+J' } }]);

  // The new one runs, the old one does not; tooltips, menus and the palette show it.
  await page.getByRole('button', { name: /^消息/ }).first().click();
  await page.keyboard.press('Control+n');
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('dialog', { name: '创建群聊' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新建' }).click();
  await expect(page.getByRole('menuitem', { name: '创建群聊' })).toContainText('Ctrl J');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('>创建');
  await expect(page.getByRole('option', { name: /创建群聊/ })).toContainText('Ctrl J');
  await page.keyboard.press('Escape');

  // None, one back, all back.
  await page.keyboard.press('Control+/');
  await button.click();
  await page.keyboard.press('Backspace');
  await expect(button).toContainText('未设置');
  await page.getByRole('button', { name: '恢复默认：创建群聊' }).click();
  await expect(button).toContainText('Ctrl N');
  await expect(page.getByRole('button', { name: '全部恢复默认' })).toBeDisabled();
  await button.click();
  await page.keyboard.press('Control+j');
  await page.getByRole('button', { name: '全部恢复默认' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '恢复', exact: true }).click();
  await expect(button).toContainText('Ctrl N');
});
