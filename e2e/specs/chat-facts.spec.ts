/**
 * What a window says of a chat beside its messages, on real servers: the device somebody is at, the days one can go to,
 * what can be switched without a network, and somebody whose account is closed.
 */
import { expect, test } from '../fixtures/test.ts';

/** (A server closes accounts where codes by SMS can be checked.) */
const CODE = '123456';
test.use({ serverArgs: ['--sms-code', CODE] });

test('device, days, switches without a network, and an account that is closed', async ({
  world,
  network,
  openWindow,
  connectPeer,
}) => {
  const { alice, bob, group } = world;
  const window = await openWindow(alice, { server: network.api });
  const { page } = window;
  const peer = await connectPeer(bob);
  const head = page.getByTestId('message-pane').locator('header');
  const row = window.conversation(bob.name);
  await window.openChat(group.name);
  for (let n = 1; n <= 40; n += 1) await peer.sendText(group.channelId, 2, `第 ${n} 句`);
  await peer.sendText(alice.uid, 1, '我在电脑上');
  await expect(window.bubble('第 40 句')).toBeInViewport();

  await test.step('the word under a name is the device of whoever is there', async () => {
    await window.openChat(bob.name);
    await expect(head).toContainText('电脑在线');
  });

  await test.step('the calendar knows the days of the server, and goes to the first message', async () => {
    await window.openChat(group.name);
    await expect(window.bubble('第 40 句')).toBeInViewport();
    await page.getByRole('button', { name: '更多', exact: true }).click();
    await page.getByRole('menuitem', { name: '跳到日期' }).click();
    const calendar = page.getByRole('dialog', { name: '跳到日期' });
    const today = calendar.locator('[aria-current="date"]');
    await expect(today).toHaveAttribute('data-mark', 'some');
    // (The people of the servers may have been made before midnight.)
    const { messages } = await peer.call<{ messages: { timestamp: number }[] }>(
      'POST',
      'message/channel/sync',
      {
        channel_id: group.channelId,
        channel_type: 2,
        start_message_seq: 0,
        end_message_seq: 0,
        limit: 200,
        pull_mode: 1,
      },
    );
    const dates = messages.map(({ timestamp }) => new Date(timestamp * 1_000));
    const inMonth = dates.filter((date) => date.getMonth() === new Date().getMonth());
    const days = new Set(inMonth.map((date) => date.toDateString()));
    await expect(calendar.locator('button[data-mark="some"]')).toHaveCount(days.size);
    // Before the first message there is nothing to turn to.
    if (inMonth.length === dates.length)
      await expect(calendar.getByRole('button', { name: '上个月' })).toHaveAttribute('aria-disabled', 'true');
    await calendar.getByRole('button', { name: '最早' }).click();
    await expect(calendar).toBeHidden();
    await expect(window.bubble('第 1 句')).toBeInViewport();
    await expect(window.bubble('第 40 句')).not.toBeInViewport();
  });

  await test.step('without a network a switch shows what holds and why it cannot be changed', async () => {
    await page.keyboard.press('Control+I');
    const info = page.getByRole('complementary', { name: '群信息' });
    const names = ['消息免打扰', '置顶会话', '保存到通讯录'];
    const switches = names.map((name) => info.getByRole('switch', { name }));
    const [, pin] = switches;
    if (!pin) throw new Error('no switch');
    await pin.click();
    await expect(pin).toHaveAttribute('aria-checked', 'true');
    network.cut();
    await expect(page.getByText(/连接已断开|无法连接服务器/).first()).toBeVisible();
    for (const each of switches) {
      await expect(each).toHaveAttribute('aria-disabled', 'true');
      await expect(each).toHaveAccessibleDescription('联网后可用');
    }
    await pin.click({ force: true });
    await expect(pin).toHaveAttribute('aria-checked', 'true');
    network.heal();
    await expect(pin).not.toHaveAttribute('aria-disabled', 'true', { timeout: 20_000 });
    await pin.click();
    await expect(pin).toHaveAttribute('aria-checked', 'false');
    await page.keyboard.press('Control+I');
  });

  await test.step('a closed account keeps its words, says what it is and takes none', async () => {
    await window.openChat(bob.name);
    await window.composer.fill('还没发的话');
    await peer.call('DELETE', `user/destroy/${CODE}`);
    await expect(page.getByText('对方账号已注销，不能发送消息')).toBeVisible();
    await expect(head).toContainText('账号已注销');
    await expect(head).not.toContainText('在线');
    await expect(row).toContainText('已注销');
    await expect(window.bubble('我在电脑上')).toBeVisible();
    await expect(window.composer).toBeHidden();
    await page.keyboard.press('Control+I');
    await expect(page.getByRole('complementary').getByText('账号已注销').first()).toBeVisible();
  });
});
