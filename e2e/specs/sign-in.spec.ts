/** The sign-in form: what the probe says, errors at their field, registration, sign-out. */
import { expect, test } from '../fixtures/test.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { registerUser } from '../fixtures/people/peer.ts';
import { PASSWORD } from '../fixtures/people/world.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

test('the form says what the server is, and puts an error under its field', async ({
  servers,
  launchApp,
}) => {
  await registerUser(servers.api, 'dora-spec1', PASSWORD, '朵拉');
  const chat = new ChatPage(await (await launchApp()).firstWindow());
  const { page } = chat;
  const server = page.getByLabel('服务器地址');
  await server.fill(servers.api);
  await expect(page.getByText('支持撤回（2 分钟）')).toBeVisible();
  await server.fill('http://127.0.0.1:9');
  await expect(page.getByText('无法连接')).toBeVisible();
  // The embedded IM server speaks HTTP, but it is not a business server.
  await server.fill(servers.im.api);
  await expect(page.getByText('不是悟空服务器')).toBeVisible();

  await server.fill(servers.api);
  await page.getByLabel('用户名', { exact: true }).fill('dora-spec1');
  const password = page.getByLabel('密码', { exact: true });
  await password.fill('wrong-password');
  await page.getByRole('button', { name: '登录', exact: true }).last().click();
  await expect(page.getByText('密码不正确')).toBeVisible();
  await expect(password).toBeFocused();
  await password.fill(PASSWORD);
  await password.press('Enter');
  await expect(chat.conversations.or(page.getByText('还没有会话'))).toBeVisible();
});

test(
  'somebody registers, is found by a friend, and they chat',
  { tag: '@installed' },
  async ({ servers, world, openWindow, launchApp }) => {
    const page = await (await launchApp()).firstWindow();
    await page.getByLabel('服务器地址').fill(servers.api);
    await page.getByRole('button', { name: '注册' }).click();
    await expect(page.getByLabel('服务器地址')).toHaveValue(servers.api);
    await page.getByLabel('昵称').fill('新来的');
    await page.getByLabel('用户名', { exact: true }).fill('newcomer1');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByLabel('确认密码').fill(PASSWORD);
    await page.getByRole('button', { name: '注册', exact: true }).first().click();
    await expect(page.getByText('还没有会话')).toBeVisible();

    const alice = await openWindow(world.alice);
    await page.getByRole('button', { name: '通讯录' }).click();
    await page.getByRole('button', { name: '添加好友' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill(world.alice.username);
    await dialog.getByRole('button', { name: '查找' }).click();
    await dialog.getByRole('button', { name: '发送请求' }).click();
    await alice.page.getByRole('button', { name: /通讯录/ }).click();
    await alice.page.getByRole('tab', { name: /新的朋友/ }).click();
    // Who asks: the card by face or name; of a friend it leads to the chat.
    const requests = alice.page.getByRole('list', { name: '新的朋友' });
    const card = alice.page.getByRole('dialog', { name: '新来的' });
    await requests.getByRole('button', { name: '查看 新来的 的资料' }).click();
    await expect(card.getByRole('heading', { name: '新来的' })).toBeVisible();
    await alice.page.keyboard.press('Escape');
    await alice.page.getByRole('button', { name: '接受' }).click();
    await expect(requests.getByText('已接受')).toBeVisible();
    await requests.getByText('新来的').click();
    await card.getByRole('button', { name: '发消息' }).click();
    await expect(alice.page.getByRole('heading', { name: '新来的' })).toBeVisible();
    await alice.sendAcked('欢迎');
    await page.getByRole('navigation').getByRole('button', { name: /^消息/ }).click();
    const newcomer = new ChatPage(page);
    await newcomer.openChat(world.alice.name);
    await expect(newcomer.bubble('欢迎')).toBeVisible();

    // One of them deletes the other: the friend goes, what was said stays with both, and so does the way back.
    // (The name in the head is pressed: it leads to the card, as the face before it does.)
    const head = alice.page.locator('[data-region="header"]');
    const name = await head.getByTestId('chat-title').boundingBox();
    await alice.page.mouse.click((name?.x ?? 0) + 8, (name?.y ?? 0) + 8);
    await card.getByRole('button', { name: '更多' }).click();
    await alice.page.getByRole('menu', { name: '更多' }).getByText('删除好友').click();
    const question = alice.page.getByRole('alertdialog');
    await expect(question).toContainText('聊天记录留在本机；对方不会收到通知。');
    await question.getByRole('button', { name: '删除' }).click();
    await expect(question).toHaveCount(0);
    await alice.page.keyboard.press('Escape');
    await expect(alice.bubble('欢迎')).toBeVisible();
    await alice.page.getByRole('button', { name: /^通讯录/ }).click();
    await alice.page.getByRole('tab', { name: /^好友/ }).click();
    await expect(alice.page.getByRole('option', { name: /^新来的/ })).toHaveCount(0);
  },
);

test.describe('with a code for phones', () => {
  test.use({ serverArgs: ['--sms-code', '246810'] });

  test('somebody registers with a phone number, and signs in with it as typed', async ({
    servers,
    launchApp,
  }) => {
    const page = await (await launchApp()).firstWindow();
    await page.getByLabel('服务器地址').fill(servers.api);
    await page.getByRole('button', { name: '注册' }).click();
    await page.getByLabel('昵称').fill('新来的');
    // No name for an account: it is said, and how else.
    await page.getByLabel('用户名', { exact: true }).fill('138 0013-8000');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByLabel('确认密码').fill(PASSWORD);
    const register = page.getByRole('button', { name: '注册', exact: true }).first();
    await register.click();
    await expect(page.getByText('手机号不能作为用户名')).toBeVisible();
    await page.getByRole('button', { name: '用手机号注册' }).click();
    const number = page.getByLabel('手机号', { exact: true });
    await expect(number).toHaveValue('138 0013-8000');
    const zone = page.getByRole('button', { name: /^手机号的国家或地区/ });
    await expect(zone).toHaveAccessibleName(/中国 \+86$/);

    const code = page.getByLabel('短信验证码');
    await register.click();
    await expect(page.getByText('请填写验证码')).toBeVisible();
    await number.fill('9123 4567');
    await page.getByRole('button', { name: '获取验证码' }).click();
    await expect(page.getByText('手机号不正确')).toBeVisible();
    await expect(number).toBeFocused();
    await zone.click();
    await page.getByRole('combobox', { name: '搜索国家、地区或区号' }).fill('852');
    await page.keyboard.press('Enter');
    await expect(zone).toHaveAccessibleName(/\+852$/);
    await page.getByRole('button', { name: '获取验证码' }).click();
    await expect(page.getByRole('button', { name: /^\d+ 秒后可重发$/ })).toBeDisabled();
    await expect(code).toBeFocused();
    await code.fill('111111');
    await register.click();
    await expect(page.getByText('验证码无效！')).toBeVisible();
    await expect(code).toBeFocused();
    await code.fill('246810');
    await code.press('Enter');
    await expect(page.getByText('还没有会话')).toBeVisible();

    const second = await (await launchApp()).firstWindow();
    await second.getByLabel('服务器地址').fill(servers.api);
    await second.getByRole('button', { name: '注册' }).click();
    await second.getByRole('button', { name: '用手机号注册' }).click();
    await second.getByLabel('手机号', { exact: true }).fill('+852 9123-4567');
    await expect(second.getByRole('button', { name: /^手机号的国家或地区/ })).toHaveAccessibleName(/\+852$/);
    await second.getByRole('button', { name: '获取验证码' }).click();
    await expect(second.getByText('此手机号已注册，请直接登录')).toBeVisible();
    await second.getByRole('button', { name: '登录', exact: true }).click();
    await second.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await second.getByLabel('密码', { exact: true }).press('Enter');
    await expect(second.getByText('还没有会话')).toBeVisible();
  });
});

test('who signs out without a network is told that the session stays', async ({
  network,
  world,
  openWindow,
}) => {
  const { page } = await openWindow(world.alice, { server: network.api });
  network.cut();
  await page.getByRole('button', { name: /账号菜单/ }).click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '退出登录' }).click();
  const told = page.getByRole('status').getByText('没有连上服务器：这次登录在服务器上仍然有效');
  await expect(told).toBeVisible();
  await expect(page.getByLabel('密码', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: '知道了' }).click();
  await expect(told).toBeHidden();
});
