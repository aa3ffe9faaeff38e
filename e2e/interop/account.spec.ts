/** One's own account on a real TSDD: changes made elsewhere, rules of the server, and the ways to be signed out. */
import { callApi } from '../fixtures/people/peer.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { expect, test } from './external.ts';

test('name, devices, read marks and the time limit, as changed elsewhere', async ({
  world,
  manage,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  test.setTimeout(240_000);
  await manage('POST', 'common/appconfig', { revoke_second: 120, channel_pinned_message_max_count: 50 });
  const bob = await openWindow(world.bob);
  const { page } = bob;
  const carol = await connectPeer(world.carol);
  const elsewhere = await signInPeer(world.bob);

  await test.step('read marks, both ways', async () => {
    const row = bob.conversation(world.carol.name);
    await carol.sendText(world.bob.uid, 1, '读了吗');
    await expect(row).toContainText('读了吗');
    await expect(row).toHaveAccessibleName(/1 条未读/);
    await elsewhere.call('PUT', 'coversation/clearUnread', {
      channel_id: world.carol.uid,
      channel_type: 1,
      unread: 0,
    });
    await expect(row).not.toHaveAccessibleName(/未读/);
    await bob.openChat(world.carol.name);
    await bob.sendAcked('给你看的');
    const history = await carol.call<{
      messages: { message_idstr: string; payload: { content?: string } }[];
    }>('POST', 'message/channel/sync', {
      channel_id: world.bob.uid,
      channel_type: 1,
      start_message_seq: 0,
      end_message_seq: 0,
      limit: 20,
      pull_mode: 1,
    });
    const sent = history.messages.find(({ payload }) => payload.content === '给你看的');
    await carol.call('POST', 'message/readed', {
      channel_id: world.bob.uid,
      channel_type: 1,
      message_ids: [sent?.message_idstr],
    });
    await expect(bob.bubble('给你看的')).toHaveAttribute('aria-label', /已读/);
  });

  // TSDD tells one's friends of a new name, not one's other devices: it is read with the next connection.
  await test.step('own name', async () => {
    await elsewhere.call('PUT', 'user/current', { name: `${world.bob.name}新` });
    await elsewhere.call('POST', 'user/pc/quit');
    await page.getByRole('button', { name: '重新登录' }).first().click();
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: '登录', exact: true }).last().click();
    await expect(page.getByRole('button', { name: /账号菜单/ })).toHaveAccessibleName(
      new RegExp(`${world.bob.name}新`),
    );
  });

  await test.step('devices', async () => {
    await page.keyboard.press('Control+,');
    await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '账号与设备' }).click();
    await expect(page.getByRole('button', { name: /^移除：/ }).first()).toBeVisible();
    await expect(page.getByText('（本机）')).toHaveCount(0);
    await expect(page.getByText('本机', { exact: true })).toHaveCount(1);
  });

  await test.step('the time limit', async () => {
    await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '消息撤回' }).click();
    await expect(page.getByText('发送后 2 分钟内')).toBeVisible();
    await manage('POST', 'common/appconfig', { revoke_second: 300, channel_pinned_message_max_count: 50 });
    await expect(page.getByText('发送后 5 分钟内')).toBeVisible({ timeout: 70_000 });
    await manage('POST', 'common/appconfig', { revoke_second: 120, channel_pinned_message_max_count: 50 });
  });
});

test('the phone’s quit, signed in elsewhere and a ban end the session with their reasons', async ({
  world,
  manage,
  imApi,
  openWindow,
  signInPeer,
  api,
}) => {
  test.setTimeout(240_000);
  const bob = await openWindow(world.bob);
  const banner = bob.page.getByRole('status', { name: '连接状态' });
  const again = async (): Promise<void> => {
    await bob.page.getByRole('button', { name: '重新登录' }).first().click();
    await bob.page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await bob.page.getByRole('button', { name: '登录', exact: true }).last().click();
    await expect(bob.conversations).toBeVisible();
    await bob.openChat(world.carol.name);
    await bob.sendAcked(`又来了 ${Date.now()}`);
  };
  const elsewhere = await signInPeer(world.bob);
  await elsewhere.call('POST', 'user/pc/quit');
  await expect(banner).toContainText('已从其他设备退出电脑端登录，已下线');
  await again();
  const { token } = await callApi<{ token: string }>(api, null, 'POST', 'user/login', {
    username: world.bob.username,
    password: PASSWORD,
    flag: 2,
  });
  await imApi('/user/token', { uid: world.bob.uid, token, device_flag: 2, device_level: 1 });
  await expect(banner).toContainText('账号在其他设备登录，已下线');
  await again();
  // TSDD ends a ban as it ends "quit PC", and tells nobody who holds the token: only the next sign-in says it.
  await manage('PUT', `user/liftban/${world.bob.uid}/0`);
  await expect(banner).toContainText('已下线');
  await bob.page.getByRole('button', { name: '重新登录' }).first().click();
  await bob.page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await bob.page.getByRole('button', { name: '登录', exact: true }).last().click();
  await expect(bob.page.getByText(/禁用|封禁/).first()).toBeVisible();
});

test('a phone number as typed signs in', async ({ api, launchApp }) => {
  const phone = `139${String(Date.now()).slice(-8)}`;
  await callApi(api, null, 'POST', 'user/register', {
    zone: '0086',
    phone,
    code: process.env['WUKONG_INTEROP_SMS_CODE'] ?? '123456',
    password: PASSWORD,
    name: '手机用户',
    flag: 2,
  });
  for (const typed of [`${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}`, `+86${phone}`]) {
    const chat = new ChatPage(await (await launchApp()).firstWindow());
    await chat.page.getByLabel('服务器地址').fill(api);
    await chat.page
      .getByLabel('用户名', { exact: true })
      .or(chat.page.getByLabel('手机号', { exact: true }))
      .first()
      .fill(typed);
    await chat.page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await chat.page.getByRole('button', { name: '登录', exact: true }).last().click();
    await expect(chat.conversations.or(chat.page.getByText('还没有会话'))).toBeVisible();
  }
});
