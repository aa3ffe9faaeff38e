/**
 * Every dialog that asks the server or the app for something: what goes wrong is said in it, and nothing of it is lost
 * by that; a second try ends it.
 */
import type { Locator } from 'playwright';
import type { TestInfo } from 'playwright/test';
import type { FakeControls, FakeOptions } from '../fixtures/fake/fake-bridge.ts';
import { FAKE_REFUSAL } from '../fixtures/fake/fake-faults.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { Walker } from '../fixtures/walk/walk.ts';

interface Asking {
  name: string;
  /** What it calls. */
  channel: string;
  /** The button that does it; another one than the last of the dialog. */
  act?: ((dialog: Locator) => Locator) | undefined;
  /** What is refused is what was typed: the focus goes to the first field, which says why. */
  typed?: true | undefined;
  /** Opens it and fills it in. */
  open: (at: Walker) => Promise<void>;
  /** It does not close when it has worked. */
  stays?: true | undefined;
  /** Begins on a page of its own. */
  fresh?: FakeOptions;
}

const setControls = (at: Walker, what: 'fail' | 'hold', channels: string[]): Promise<void> =>
  at.page.evaluate(
    ([name, list]) => (window as unknown as { fakeControls: FakeControls }).fakeControls[name](list),
    [what, channels] as const,
  );

const chatMenu = (at: Walker): Promise<void> =>
  at.openMenu(at.page.locator('[data-region="header"]').getByRole('button', { name: '更多', exact: true }));
const ownSetting = (name: string) => async (at: Walker) => {
  await at.openSettings('账号与设备', 'Account & devices');
  await at.openDialog(at.page.getByRole('main').getByRole('button', { name }).first());
};
const storageQuestion = (name: string) => async (at: Walker) => {
  await at.openSettings('存储与缓存', 'Storage & cache');
  await at.openDialog(at.page.getByRole('main').getByRole('button', { name }));
};
const groupInfo = async (at: Walker): Promise<void> => {
  await at.openGroup();
  if ((await at.info.count()) === 0) await at.press('Control+i');
  await expect(at.info.getByRole('switch').first()).toBeVisible();
};
const infoQuestion = (name: string) => async (at: Walker) => {
  await groupInfo(at);
  await at.openDialog(at.info.getByRole('button', { name }).first());
};
const memberQuestion = (item: string) => async (at: Walker) => {
  await groupInfo(at);
  await at.openMenu(at.info.getByRole('button', { name: /的操作/ }).last());
  await at.menuItem(item, item).click();
};
const cardQuestion = (item: string) => async (at: Walker) => {
  await groupInfo(at);
  await at.openDialog(at.info.getByRole('listitem').first().getByRole('button').first());
  await at.openMenu(at.dialog.getByRole('button', { name: '更多' }));
  await at.menuItem(item, item).click();
};
const messageMenu = (item: string) => async (at: Walker) => {
  await at.openGroup();
  await at.page.getByTestId('bubble').first().click({ button: 'right' });
  await at.menuItem(item, item).click();
};
const selection = async (at: Walker, button: string): Promise<void> => {
  await at.openGroup();
  await at.page
    .getByTestId('bubble')
    .first()
    .click({ modifiers: ['Control'] });
  await at.openDialog(at.page.getByTestId('selection-bar').getByRole('button', { name: button }));
};
const fill = (at: Walker, words: string, nth = 0): Promise<void> =>
  at.dialog.getByRole('textbox').nth(nth).fill(words);

const ALL: readonly Asking[] = [
  {
    name: 'delete for me',
    fresh: { furtherAccounts: 1 },
    channel: 'messages.deleteForMe',
    open: messageMenu('仅为我删除'),
  },
  { name: 'delete several', channel: 'messages.deleteForMe', open: (at) => selection(at, '仅为我删除') },
  {
    name: 'forward',
    channel: 'messages.forward',
    async open(at) {
      await selection(at, '转发');
      await at.dialog.getByRole('option').nth(1).click();
    },
  },
  {
    name: 'group name',
    fresh: {},
    typed: true,
    channel: 'groups.update',
    async open(at) {
      await infoQuestion('修改群名称')(at);
      await fill(at, '悟空桌面端研发二');
    },
  },
  {
    name: 'add members',
    channel: 'groups.addMembers',
    async open(at) {
      await infoQuestion('添加成员')(at);
      await at.dialog.getByRole('option').first().click();
    },
  },
  { name: 'remove a member', channel: 'groups.removeMembers', open: memberQuestion('移出群聊…') },
  { name: 'block somebody', channel: 'people.setBlocked', open: cardQuestion('加入黑名单…') },
  {
    name: 'report somebody',
    fresh: {},
    channel: 'people.report',
    async open(at) {
      await cardQuestion('举报…')(at);
      await at.page.getByRole('radio').first().click();
      await fill(at, '说明');
    },
  },
  {
    name: 'new group',
    channel: 'groups.create',
    async open(at) {
      await at.press('Control+n');
      await at.dialog.getByRole('option').first().click();
      await fill(at, '新群', 1);
    },
  },
  {
    name: 'look for somebody',
    channel: 'contacts.find',
    stays: true,
    act: (dialog) => dialog.getByRole('button', { name: '查找' }),
    async open(at) {
      await at.openMenu(at.button('新建', 'New'));
      await at.menuItem('添加好友', 'Add friend').click();
      await fill(at, 'hejiayan');
    },
  },
  {
    name: 'ask somebody',
    channel: 'contacts.apply',
    act: (dialog) => dialog.getByRole('button', { name: '发送请求' }),
    async open(at) {
      await at.openMenu(at.button('新建', 'New'));
      await at.menuItem('添加好友', 'Add friend').click();
      await fill(at, 'hejiayan');
      await at.press('Enter');
      await expect(at.button('发送请求', 'Send request')).toBeVisible();
      await fill(at, '你好', 1);
    },
  },
  {
    name: 'join by link',
    fresh: {},
    channel: 'joining.scan',
    stays: true,
    act: (dialog) => dialog.getByRole('button', { name: '查找' }),
    async open(at) {
      await at.openMenu(at.button('新建', 'New'));
      await at.menuItem('通过链接加入群聊', 'Join a group by link').click();
      await fill(at, 'https://im.wukong.example/v1/qrcode/abc');
    },
  },
  {
    name: 'own name',
    typed: true,
    channel: 'account.change',
    async open(at) {
      await ownSetting('修改昵称')(at);
      await fill(at, '新昵称');
    },
  },
  {
    name: 'remove a device',
    channel: 'account.removeDevice',
    open: ownSetting('移除'),
  },
  {
    name: 'password',
    typed: true,
    channel: 'account.setPassword',
    async open(at) {
      await ownSetting('修改密码')(at);
      for (const nth of [0, 1, 2]) await at.dialog.locator('input').nth(nth).fill('long-enough');
    },
  },
  {
    name: 'clear media',
    fresh: { furtherAccounts: 1 },
    channel: 'storage.clearMedia',
    open: storageQuestion('清除图片与文件'),
  },
  { name: 'rebuild', channel: 'storage.rebuildCache', open: storageQuestion('重建缓存') },
  {
    name: 'tag of an account',
    channel: 'accounts.describe',
    async open(at) {
      await at.openMenu(at.buttonOf('账号菜单', 'Account menu'));
      await at.openMenu(at.page.getByRole('menuitem', { name: '更多：' }).nth(1));
      await at.menuItem('修改标签', 'Rename tag').click();
      await fill(at, '工作');
    },
  },
  {
    name: 'forget everything',
    channel: 'shell.forgetEverything',
    open: storageQuestion('忘记这台电脑上的一切…'),
  },
  {
    name: 'clear history',
    channel: 'conversations.clearHistory',
    async open(at) {
      await at.openGroup();
      await chatMenu(at);
      await at.menuItem('清空聊天记录…', 'Clear history…').click();
    },
  },
  { name: 'leave', fresh: { furtherAccounts: 1 }, channel: 'groups.leave', open: infoQuestion('退出群聊') },
  {
    name: 'sign out',
    channel: 'shell.signOut',
    open: async (at) => {
      await at.openMenu(at.buttonOf('账号菜单', 'Account menu'));
      await at.page.getByRole('menuitem', { name: '退出“' }).click();
    },
  },
  {
    name: 'forget an account',
    fresh: { signedIn: false },
    channel: 'shell.forgetAccount',
    open: async (at) => at.openDialog(at.page.getByRole('button', { name: /^忘记此账号/ }).first()),
  },
];

/** Those that share a page, which the first of them begins. */
const PARTS = ALL.reduce<Asking[][]>((parts, asking) => {
  if (asking.fresh) parts.push([]);
  parts.at(-1)?.push(asking);
  return parts;
}, []);

for (const part of PARTS)
  test(`what goes wrong in a dialog is said in it, nothing is lost by it, and a second try ends it (from ${part[0]?.name})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake(part[0]?.fresh);
    page.setDefaultTimeout(10_000);
    for (const asking of part) await ends(new Walker(page, 'zh'), asking, testInfo);
  });

async function ends(at: Walker, asking: Asking, testInfo: TestInfo): Promise<void> {
  const { name, channel, act, open, stays, typed: isTyped } = asking;
  const { page } = at;
  await test.step(name, async () => {
    await open(at);
    const { dialog } = at;
    await expect(dialog).toHaveAttribute('aria-modal', 'true');
    const fields = dialog.getByRole('textbox');
    const typed = await fields.evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
    const button = act?.(dialog) ?? dialog.getByRole('button').last();
    await setControls(at, 'fail', [channel]);
    await button.click();
    await expect(dialog.getByRole('alert')).toContainText(FAKE_REFUSAL);
    // For people who want to look.
    if (process.env['WUKONG_WALK_SHOTS'])
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${name}.png`) });
    // In it alone; the focus is where it was, or where something has to be mended, and the words are kept.
    await expect(page.getByTestId('toast')).toHaveCount(0);
    const field = dialog.locator('input').first();
    await expect(isTyped ? field : button).toBeFocused();
    if (isTyped) {
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(FAKE_REFUSAL);
    }
    const kept = await fields.evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
    expect(kept).toEqual(typed);
    await setControls(at, 'fail', []);
    await page.keyboard.press('Enter');
    if (stays) {
      await expect(dialog.getByRole('alert').filter({ hasText: FAKE_REFUSAL })).toHaveCount(0);
      await page.keyboard.press('Escape');
    }
    await expect(page.locator('[aria-modal="true"]')).toHaveCount(0);
    await page.keyboard.press('Escape');
  });
}

test('who looks for somebody or a group is told whether too little or too much stands in the field', async ({
  openFake,
}) => {
  const page = await openFake();
  for (const [entry, over] of [
    ['添加好友', 101],
    ['通过链接加入群聊', 2_001],
  ] as const) {
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByRole('menuitem', { name: entry }).click();
    const dialog = page.getByRole('dialog');
    const find = dialog.getByRole('button', { name: '查找' });
    await expect(find).toHaveAccessibleDescription('请先填写');
    await dialog.getByRole('textbox').fill('x'.repeat(over));
    await expect(find).toHaveAccessibleDescription('内容过长');
    await dialog.getByRole('textbox').fill('x'.repeat(over - 1));
    await expect(find).not.toHaveAttribute('aria-disabled');
    if (over === 101) {
      // Nobody asks himself to be a friend.
      await dialog.getByRole('textbox').fill('myself');
      await find.click();
      await expect(dialog).toContainText('不能添加自己为好友');
      await expect(dialog.getByRole('button', { name: '发送请求' })).toHaveCount(0);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
});
