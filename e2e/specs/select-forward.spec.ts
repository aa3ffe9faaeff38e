/** Several messages at once: selecting, forwarding, recalling; and what a recall of others takes out of it. */
import { expect, test } from '../fixtures/test.ts';
import { type ChatPage, expectNowhere } from '../fixtures/people/chat-page.ts';

const selected = (chat: ChatPage) => chat.flow.getByRole('checkbox', { name: '选择', checked: true });

test('forwarding: picked by search, sent as copies; what is recalled meanwhile leaves the dialog', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const { channelId, channelType } = world.group;
  const alice = await openWindow(world.alice);
  const { page } = alice;
  const bob = await connectPeer(world.bob);
  const carol = await connectPeer(world.carol);
  await alice.openChat(world.group.name);
  await alice.sendAcked('值得转发');
  const first = await carol.sendText(channelId, channelType, '第一份 Kp4S');
  const second = await carol.sendText(channelId, channelType, '第二份 Mx6T');

  await (await alice.openMenu('值得转发')).getByRole('menuitem', { name: '转发' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: '搜索会话、联系人' })).toBeFocused();
  await page.keyboard.type('bozhou');
  await expect(dialog.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox', { name: '附言（选填）' }).fill('看看这条');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('status').filter({ hasText: '已转发到 1 个会话' })).toBeVisible();
  await expect
    .poll(() => bob.received.filter((m) => m.channelType === 1).map((m) => m.payload['content']))
    .toEqual(['值得转发', '看看这条']);

  // One of two is recalled: it leaves with a note; then the other: nothing is left to forward.
  await alice.bubble('Kp4S').focus();
  await page.keyboard.press('x');
  await alice.bubble('Mx6T').getByTestId('bubble').click();
  await page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
  await expect(dialog.getByTestId('forward-messages')).toContainText('Kp4S');
  await carol.revoke(channelId, channelType, first);
  await expect(dialog.getByTestId('forward-note')).toHaveText('1 条消息已被撤回，不会转发');
  await expectNowhere('Kp4S', page);
  await expect(dialog.getByTestId('forward-messages')).toContainText('Mx6T');
  await carol.revoke(channelId, channelType, second);
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: '要转发的消息已被撤回' })).toBeVisible();
  await expectNowhere('Mx6T', page);
  // Nothing is selected any more, and the focus is where one goes on.
  await expect(page.getByRole('toolbar')).toHaveCount(0);
  await expect(page.locator('body')).not.toBeFocused();
});

test('selecting by keyboard and mouse; recalling what may be recalled, with a reason for the rest', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const { channelId, channelType } = world.group;
  const bob = await openWindow(world.bob);
  const { page } = bob;
  await bob.openChat(world.group.name);
  const alice = await connectPeer(world.alice);
  const carol = await connectPeer(world.carol);
  await alice.sendText(channelId, channelType, '群主的话留下');
  await carol.sendText(channelId, channelType, '成员的话 Tz8R');
  await expect(bob.bubble('Tz8R')).toBeVisible();
  await bob.sendAcked('自己的一 Wq3E');
  await bob.sendAcked('自己的二 Wq4E');

  const bar = page.getByRole('toolbar', { name: '多选操作' });
  await bob.bubble('Wq4E').focus();
  await page.keyboard.press('x');
  await expect(bar).toContainText('已选 1 条');
  await expect(bob.composer).toHaveCount(0);
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Shift+ArrowUp');
  await expect(bar).toContainText('已选 4 条');
  await expect(selected(bob)).toHaveCount(4);
  await bob.bubble('Wq4E').getByTestId('bubble').click();
  await expect(bar).toContainText('已选 3 条');
  await bob.bubble('Wq4E').getByTestId('bubble').click();

  await bar.getByRole('button', { name: '撤回 3 条' }).click();
  const question = page.getByRole('alertdialog', { name: '撤回 3 条消息？' });
  await expect(question).toContainText('3 条可撤回，1 条不可撤回');
  await expect(question.getByTestId('batch-reasons')).toHaveText('1 条：对方是群主，你没有权限');
  await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
  await question.getByRole('button', { name: '撤回 3 条' }).click();

  const result = page.getByRole('dialog', { name: '已撤回 3 条，共 4 条' });
  await expect(result).toContainText('1 条不符合撤回条件，仍然可见');
  await expect(result.getByTestId('batch-result')).toContainText('群主的话留下');
  await expect(result.getByRole('button', { name: '完成' })).toBeFocused();
  for (const secret of ['Tz8R', 'Wq3E', 'Wq4E']) await expectNowhere(secret, page);
  await page.keyboard.press('Enter');
  await expect(result).toHaveCount(0);
  // A result ends the selection, also of what stayed.
  await expect(bar).toHaveCount(0);
  await expect(bob.composer).toBeFocused();

  // All succeed: a toast only. Deleting for me asks once.
  await bob.sendAcked('再来一 Yb1U');
  await bob.sendAcked('再来二 Yb2U');
  await bob
    .bubble('Yb1U')
    .getByTestId('bubble')
    .click({ modifiers: ['Control'] });
  await bob
    .bubble('Yb2U')
    .getByTestId('bubble')
    .click({ modifiers: ['Shift'] });
  await bar.getByRole('button', { name: '撤回 2 条' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '撤回 2 条' }).click();
  await expect(page.getByRole('status').filter({ hasText: '已撤回 2 条消息' })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(bar).toHaveCount(0);
  await expect(bob.composer).toBeFocused();
  await expectNowhere('Yb1U', page);

  // What its author recalls leaves the selection; an empty one ends, and so does the question it asked.
  const gone = await carol.sendText(channelId, channelType, '马上撤回 Dd9P');
  await bob
    .bubble('Dd9P')
    .getByTestId('bubble')
    .click({ modifiers: ['Control'] });
  await bar.getByRole('button', { name: '撤回 1 条' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await carol.revoke(channelId, channelType, gone);
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(bar).toHaveCount(0);
  await expect(bob.composer).toBeFocused();
  await expectNowhere('Dd9P', page);
});

test.describe('servers that stop', () => {
  test.use({ ownServers: true });

  test('without a network the result says what waits', async ({ servers, world, openWindow }) => {
    const alice = await openWindow(world.alice);
    const { page } = alice;
    await alice.openChat(world.bob.name);
    await alice.sendAcked('等待的一');
    await alice.sendAcked('等待的二');
    await servers.stop();
    await alice
      .bubble('等待的一')
      .getByTestId('bubble')
      .click({ modifiers: ['Control'] });
    await alice.bubble('等待的二').getByTestId('bubble').click();
    await page.getByRole('toolbar').getByRole('button', { name: '撤回 2 条' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '撤回 2 条' }).click();
    const result = page.getByRole('dialog', { name: '已撤回 0 条，共 2 条' });
    await expect(result.getByTestId('batch-result')).toContainText('网络错误，将自动重试');
    await expect(result.getByTestId('batch-result')).toContainText('对方仍可看到');
    await servers.start();
    await result.getByRole('button', { name: '立即重试 2 条' }).click();
    await expect(page.getByRole('dialog', { name: '已撤回 2 条，共 2 条' })).toBeVisible({ timeout: 45_000 });
  });
});
