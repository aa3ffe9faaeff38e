/** What the interface asks, offers and shows around a recall: settings, questions, refusals elsewhere, hidden notes. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { callApi } from '../fixtures/people/peer.ts';

const ADMIN = 'admin-spec-2';

async function openSettings(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: '设置', exact: true }).click();
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name, exact: true }).click();
}
async function backToChats(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^消息/ }).first().click();
}

test('settings: ask before recalling, Ctrl+Enter sends; re-edit asks what becomes of the draft', async ({
  world,
  openWindow,
}) => {
  const alice = await openWindow(world.alice);
  const { page } = alice;
  await openSettings(page, '消息撤回');
  await page.getByRole('switch', { name: '撤回前确认' }).click();
  await expect(page.getByRole('switch', { name: '撤回前确认' })).toBeChecked();
  await openSettings(page, '通用');
  await page.getByLabel('发送消息').selectOption('ctrlEnter');
  await expect(page.getByLabel('发送消息')).toHaveValue('ctrlEnter');
  await backToChats(page);
  await alice.openChat(world.bob.name);

  // Enter is a new line now, Ctrl+Enter sends.
  await alice.composer.pressSequentially('第一行');
  await alice.composer.press('Enter');
  await alice.composer.pressSequentially('第二行 Vb2N');
  await expect(alice.composer).toHaveValue('第一行\n第二行 Vb2N');
  await alice.composer.press('Control+Enter');
  await expect(alice.bubble('第二行')).toHaveAttribute('aria-label', /已发送|已送达|已读/);

  await alice.recall('第二行');
  const question = page.getByRole('alertdialog', { name: '撤回这条消息？' });
  await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(alice.bubble('第二行')).toBeVisible();
  await alice.recall('第二行');
  await question.getByRole('button', { name: '撤回', exact: true }).click();
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expectNowhere('Vb2N', page);

  await alice.composer.fill('草稿');
  const reedit = alice.flow.getByRole('button', { name: '重新编辑' });
  const conflict = page.getByRole('alertdialog', { name: '替换草稿？' });
  await reedit.click();
  await expect(conflict.getByRole('button', { name: '取消' })).toBeFocused();
  await conflict.getByRole('button', { name: '追加' }).click();
  await expect(alice.composer).toHaveValue('草稿\n第一行\n第二行 Vb2N');
  await expect(alice.composer).toBeFocused();
  await reedit.click();
  await conflict.getByRole('button', { name: '替换' }).click();
  await expect(alice.composer).toHaveValue('第一行\n第二行 Vb2N');
});

test('delete for me leaves the others theirs; with reduced motion a recall moves nothing', async ({
  openTwo,
}) => {
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked('只为我删除');
  await expect(bob.bubble('只为我删除')).toBeVisible();
  await alice.bubble('只为我删除').focus();
  await alice.page.keyboard.press('Delete');
  const question = alice.page.getByRole('alertdialog', { name: '仅为我删除？' });
  await expect(question).toContainText('对方仍可看到');
  await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
  await question.getByRole('button', { name: '删除' }).click();
  await expect(alice.bubble('只为我删除')).toHaveCount(0);
  await expect(bob.bubble('只为我删除')).toBeVisible();

  for (const { page } of [alice, bob]) {
    await page.evaluate(() => {
      // oxlint-disable-next-line typescript/unbound-method -- the proxy passes the element on
      Element.prototype.animate = new Proxy(Element.prototype.animate, {
        apply(animate, element, args) {
          document.documentElement.dataset['moved'] = 'yes';
          return Reflect.apply(animate, element, args);
        },
      });
    });
  }
  await bob.page.emulateMedia({ reducedMotion: 'reduce' });
  await alice.sendAcked('两行高的\n消息');
  await expect(bob.bubble('两行高的')).toBeVisible();
  await alice.recall('两行高的');
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect(alice.page.locator('html')).toHaveAttribute('data-moved', 'yes');
  await expect(bob.page.locator('html')).not.toHaveAttribute('data-moved');
});

test('hidden recall notes: the line goes, the erasure stays; recalling for others asks with the focus on cancel', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const alice = await openWindow(world.alice);
  const { page } = alice;
  await alice.openChat(world.group.name);
  const notes = async (): Promise<void> => {
    await page.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitemcheckbox', { name: '显示撤回提示' }).click();
  };
  await notes();
  const carol = await connectPeer(world.carol);
  const { channelId, channelType } = world.group;
  const secret = await carol.sendText(channelId, channelType, '撤回不留痕 Hd5W');
  await expect(alice.bubble('Hd5W')).toBeVisible();
  await carol.revoke(channelId, channelType, secret);
  await expect(alice.bubble('Hd5W')).toHaveCount(0);
  await expect(alice.flow.getByTestId('recall-tip')).toHaveCount(0);
  await expectNowhere('Hd5W', page);
  await notes();
  await expect(alice.tip(`${world.carol.name} 撤回了一条消息`)).toBeVisible();

  await carol.sendText(channelId, channelType, '请示');
  await (await alice.openMenu('请示')).getByRole('menuitem', { name: '撤回成员消息…' }).click();
  const question = page.getByRole('alertdialog', { name: `撤回 ${world.carol.name} 的消息？` });
  await expect(question).toContainText('群成员会看到是你撤回的');
  await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
  // The author recalls it meanwhile: nothing is left to ask.
  const last = await carol.sendText(channelId, channelType, '第二次请示');
  await page.keyboard.press('Escape');
  await (await alice.openMenu('第二次请示')).getByRole('menuitem', { name: '撤回成员消息…' }).click();
  await expect(question).toBeVisible();
  await carol.revoke(channelId, channelType, last);
  await expect(question).toHaveCount(0);
});

test.describe('with servers of its own', () => {
  test.use({ serverArgs: ['--admin-password', ADMIN] });

  test('a refusal of a chat that is not on screen is told by an alert', async ({
    servers,
    world,
    openWindow,
  }) => {
    const alice = await openWindow(world.alice);
    await alice.openChat(world.bob.name);
    await alice.sendAcked('来不及撤回');
    // The rule changes on the server; this client still believes in two minutes.
    const admin = await callApi<{ token: string }>(servers.api, null, 'POST', 'manager/login', {
      username: 'superAdmin',
      password: ADMIN,
    });
    await callApi(servers.api, admin.token, 'POST', 'manager/common/appconfig', { revoke_second: 1 });
    const sentAt = Date.now();
    await servers.stop();
    await alice.recall('来不及撤回');
    await expect(alice.flow.getByTestId('recall-queued')).toBeVisible();
    await alice.openChat(world.group.name);
    await expect.poll(() => Date.now() - sentAt > 2_100).toBe(true);
    await servers.start();
    await expect(alice.page.getByRole('alert').filter({ hasText: /撤回失败：已超过 \d 分钟/ })).toBeVisible({
      timeout: 45_000,
    });
    await alice.openChat(world.bob.name);
    await expect(alice.bubble('来不及撤回')).toBeVisible();
  });
});

test('the leak check finds everything clean and the log names the recall; search by sender', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const { channelId, channelType } = world.group;
  const alice = await openWindow(world.alice);
  const { page } = alice;
  const carol = await connectPeer(world.carol);
  await alice.openChat(world.group.name);
  await carol.sendText(channelId, channelType, '周报在这里');
  await alice.sendAcked('周报收到');
  await alice.sendAcked('周报 Fs7G');
  await alice.recall('Fs7G');
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();

  await page.keyboard.press('Control+f');
  await page.keyboard.type('周报');
  const count = page.getByTestId('chat-search-count');
  await expect(count).toHaveText('1 / 2');
  const bar = page.getByRole('search', { name: '在会话中搜索' });
  await bar.getByRole('button', { name: '发送人' }).click();
  await page.getByRole('menuitemcheckbox', { name: world.carol.name }).click();
  await bar.getByRole('textbox').press('Enter');
  await expect(count).toHaveText('1 / 1');

  await openSettings(page, '消息撤回');
  await page.getByRole('button', { name: '立即检查' }).click();
  await expect(page.getByTestId('leak-result')).toContainText('全部通过');
  await expect(page.locator('[data-surface][data-state="ok"]')).toHaveCount(8);
  await page.getByRole('button', { name: '撤回记录' }).click();
  await expect(page.getByRole('table', { name: '最近的撤回' }).getByRole('row')).toHaveCount(2);
  // The first sign of it: the server's answer, or its command if that came before.
  await expect(page.getByRole('table')).toContainText(/本机撤回|增量同步|实时指令/);
});
