/** People: their pictures, their cards, oneself. */
import {
  BLUE,
  colouredPng,
  expectAvatar,
  GREEN,
  RED,
  setAvatar,
  twoColouredPng,
} from '../fixtures/people/avatars.ts';
import { Peer, registerUser } from '../fixtures/people/peer.ts';
import { befriend, PASSWORD, type Person } from '../fixtures/people/world.ts';
import { AppWindow, expect, test } from '../fixtures/test.ts';

test('pictures of the server stand wherever somebody is shown, and change while one looks', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await connectPeer(world.bob);
  const owner = await connectPeer(world.alice);
  await setAvatar(bob, `users/${bob.uid}`, colouredPng(RED));
  await setAvatar(owner, `groups/${world.group.channelId}`, colouredPng(BLUE));
  await bob.sendText(world.group.channelId, world.group.channelType, '早');
  const carol = await openWindow(world.carol);
  const { page } = carol;

  await expectAvatar(carol.conversation(world.group.name), 'blue');
  await expectAvatar(carol.conversation(world.bob.name), 'red');
  // Nobody has set one: the letter.
  await expectAvatar(carol.conversation(world.alice.name), null);
  await carol.openChat(world.group.name);
  await expectAvatar(page.getByTestId('message-pane').locator('header'), 'blue');
  await expectAvatar(carol.flow.getByRole('article', { name: '早' }), 'red');
  await carol.page.keyboard.press('Control+I');
  const info = page.getByRole('complementary', { name: '群信息' });
  await expectAvatar(info.getByRole('listitem').filter({ hasText: world.bob.name }), 'red');
  await carol.composer.pressSequentially('@');
  await expectAvatar(
    page
      .getByRole('listbox', { name: '可提及的成员' })
      .getByRole('option')
      .filter({ hasText: world.bob.name }),
    'red',
  );
  await carol.composer.fill('');

  await setAvatar(bob, `users/${bob.uid}`, colouredPng(GREEN));
  await setAvatar(owner, `groups/${world.group.channelId}`, colouredPng(RED));
  await expectAvatar(carol.conversation(world.group.name), 'red');
  await expectAvatar(carol.flow.getByRole('article', { name: '早' }), 'green');
  await expectAvatar(info.getByRole('listitem').filter({ hasText: world.bob.name }), 'green');
});

test('a click on a face shows the card: remark, card to send, block, report, delete', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await connectPeer(world.bob);
  await bob.sendText(world.group.channelId, world.group.channelType, '早上好');
  const carol = await openWindow(world.carol);
  const { page } = carol;
  await carol.openChat(world.group.name);
  const face = carol.flow.getByRole('button', { name: `查看 ${world.bob.name} 的资料` }).first();
  await face.click();
  const card = page.getByRole('dialog', { name: `${world.bob.name} 的资料` });
  await expect(card.getByText(/^短号/)).toBeVisible();
  await expect(card.getByText('1 个共同的群')).toBeVisible();
  await card.getByRole('button', { name: '复制短号' }).click();
  await expect(page.getByText('已复制')).toBeVisible();
  const number = await carol.app.native.clipboard();
  expect(number).not.toBe('');
  await expect(card.getByText(/^短号/)).toContainText(number);

  // A remark: Enter saves, and the name is another one everywhere.
  const remark = card.getByRole('textbox', { name: '备注（仅自己可见）' });
  await remark.fill('小舟');
  await remark.press('Enter');
  await expect(page.getByRole('dialog', { name: '小舟 的资料' })).toContainText(`昵称 ${world.bob.name}`);
  await expect(carol.conversation('小舟')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // The card of somebody, sent and looked at.
  const card2 = page.getByRole('dialog', { name: '小舟 的资料' });
  // The name beside the face leads there as well.
  const hello = carol.flow.getByRole('article', { name: '早上好' });
  await hello.getByText('小舟', { exact: true }).click();
  await expect(card2).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card2).toHaveCount(0);
  const more = async (item: string | RegExp): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await carol.flow.getByRole('button', { name: '查看 小舟 的资料' }).first().click();
    await card2.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menu', { name: '更多' }).getByText(item).click();
  };
  await more('发送名片');
  const send = page.getByRole('dialog', { name: '发送 小舟 的名片' });
  await send.getByRole('option', { name: world.group.name }).click();
  await send.getByRole('button', { name: '发送', exact: true }).click();
  const sent = carol.flow.getByTestId('contact-card');
  await expect(sent).toContainText(world.bob.name);
  // Never what only I call them.
  await expect(sent).not.toContainText('小舟');
  await expect
    .poll(() => bob.received.find(({ payload }) => payload['type'] === 7)?.payload)
    .toMatchObject({
      uid: bob.uid,
      name: world.bob.name,
      vercode: expect.stringMatching(/@4$/),
    });
  await sent.getByRole('button').click();
  await expect(card2).toBeVisible();
  await page.keyboard.press('Escape');

  // Blocked, they cannot write; the question begins on the answer that does nothing.
  await more('加入黑名单');
  await expect(page.getByRole('alertdialog').getByRole('button', { name: '取消' })).toBeFocused();
  await page.getByRole('alertdialog').getByRole('button', { name: '加入黑名单' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect.poll(async () => (await bob.sendText(world.carol.uid, 1, '在吗')).reasonCode).toBe(4);
  // Their chat says who did it, and is the other place to take it back.
  await carol.openChat('小舟');
  const closed = page.getByTestId('composer-blocked');
  await expect(closed).toContainText('你已将对方加入黑名单');
  await closed.getByRole('button', { name: '移出黑名单' }).click();
  await expect(carol.composer).toBeVisible();
  await carol.openChat(world.group.name);
  await more('加入黑名单');
  await page.getByRole('alertdialog').getByRole('button', { name: '加入黑名单' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await more('移出黑名单');
  await expect.poll(async () => (await bob.sendText(world.carol.uid, 1, '在吗')).reasonCode).toBe(1);
  await page.keyboard.press('Escape');
  // Who was blocked by them has not blocked anybody, and is offered nothing to take back.
  await bob.call('POST', `user/blacklist/${world.carol.uid}`);
  await carol.flow.getByRole('button', { name: '查看 小舟 的资料' }).first().click();
  await card2.getByRole('button', { name: '更多' }).click();
  await expect(page.getByRole('menuitem', { name: '加入黑名单…' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card2).toBeVisible();
  await expect(card2).not.toContainText('已加入黑名单');
  await page.keyboard.press('Escape');
  await carol.openChat('小舟');
  await expect(closed).toHaveText('无法向对方发送消息');
  await bob.call('DELETE', `user/blacklist/${world.carol.uid}`);
  await carol.openChat(world.group.name);

  await more('举报');
  const report = page.getByRole('dialog', { name: '举报 小舟' });
  await expect(report.getByRole('button', { name: '提交' })).toBeDisabled();
  await report.getByLabel('垃圾广告').check();
  await report.getByRole('button', { name: '提交' }).click();
  await expect(page.getByText('举报已提交给服务器管理员')).toBeVisible();

  await more('删除好友');
  await expect(page.getByRole('alertdialog')).toContainText('聊天记录留在本机；对方不会收到通知。');
  await page.getByRole('alertdialog').getByRole('button', { name: '删除' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  // No friend any more: the card offers to add them again, by the group both are in.
  await carol.flow
    .getByRole('button', { name: /的资料$/ })
    .first()
    .click();
  const stranger = page.getByRole('dialog', { name: /的资料$/ });
  await stranger.getByRole('button', { name: '添加好友' }).click();
  await stranger.getByRole('textbox').fill('又是我');
  await stranger.getByRole('button', { name: '发送请求' }).click();
  await expect(page.getByText('好友请求已发送')).toBeVisible();
});

test('the own card: picture with crop, name, sex, code, password', async ({
  world,
  openWindow,
  signInPeer,
}) => {
  const alice = await openWindow(world.alice);
  const { page } = alice;
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByText('账号与设备').click();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));

  // Twice as wide as high, red at the left, green at the right.
  const wide = twoColouredPng(RED, GREEN);
  await page
    .getByTestId('pick-avatar')
    .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: wide });
  const crop = page.getByRole('dialog', { name: '裁剪头像' });
  await expect(crop.getByText('预览')).toBeVisible();
  const area = crop.getByRole('group', { name: '移动和缩放图片' });
  await area.focus();
  for (let step = 0; step < 40; step += 1) await area.press('ArrowLeft');
  await area.press('+');
  await crop.screenshot({ path: test.info().outputPath('crop.png') });
  await crop.getByRole('button', { name: '使用' }).click();
  await expect(crop).toHaveCount(0);
  const stored = await fetch(`${world.api}/v1/users/${world.alice.uid}/avatar`);
  expect(stored.headers.get('content-type')).toBe('image/jpeg');
  await expectAvatar(page.getByRole('main'), 'green');

  await page.getByRole('button', { name: '修改昵称' }).click();
  const rename = page.getByRole('dialog', { name: '修改昵称' });
  await rename.getByRole('textbox').fill('一'.repeat(21));
  await expect(rename.getByRole('button', { name: '保存' })).toBeDisabled();
  await rename.getByRole('textbox').fill('安然二');
  await rename.getByRole('textbox').press('Enter');
  await expect(page.getByRole('main').getByText('安然二').first()).toBeVisible();
  await page.getByRole('radio', { name: '女' }).click();
  await expect(page.getByText('不可修改')).toBeVisible();
  const bob = await signInPeer(world.bob);
  await expect
    .poll(() => bob.call('GET', `users/${world.alice.uid}`))
    .toMatchObject({ name: '安然二', sex: 0 });

  await page.getByRole('button', { name: '查看二维码' }).click();
  await expect(page.getByRole('dialog').getByRole('img', { name: '我的二维码' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: '修改密码' }).click();
  const password = page.getByRole('dialog', { name: '修改密码' });
  await password.getByLabel('当前密码').fill('wrong');
  await password.getByLabel('新密码', { exact: true }).fill('spec-password-2');
  await password.getByLabel('再次输入新密码').fill('spec-password-2');
  await password.getByRole('button', { name: '保存' }).click();
  await expect(password.getByRole('alert')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('own.png') });
  expect(asked.filter((url) => !/localhost/.test(url))).toEqual([]);
});

test('a new account finds a friend in its first minute; two of one name are told apart', async ({
  api,
  shared,
  launchApp,
}) => {
  const tag = shared.nextTag();
  const register = async (username: string, name: string): Promise<Person> => ({
    username,
    name,
    uid: await registerUser(api, username, PASSWORD, name),
  });
  const newcomer = await register(`newcomer${tag}`, '新来的');
  const namesakes = [await register(`zhang-one${tag}`, '张伟'), await register(`zhang-two${tag}`, '张伟')];
  const { page } = await AppWindow.of(await launchApp());
  await page.getByLabel('服务器地址').fill(api);
  await page.getByLabel('用户名', { exact: true }).fill(newcomer.username);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).last().click();
  const first = page.getByRole('region', { name: '欢迎，新来的' });
  await expect(first.getByText('我的号码')).toBeVisible();
  await expect(first.getByRole('listitem')).toHaveCount(3);
  await page.screenshot({ path: test.info().outputPath('first.png') });
  await first.getByRole('button', { name: '复制短号' }).click();
  await expect(page.getByText('已复制')).toBeVisible();
  await first.getByRole('button', { name: '不再显示' }).click();
  await expect(first.getByRole('listitem')).toHaveCount(0);
  const adding = page.getByRole('dialog', { name: '添加好友' });
  // Nobody can be in a group yet: the empty list, and the group that is begun anyway, lead to a friend as well.
  await page.getByRole('complementary', { name: '会话' }).getByRole('button', { name: '添加好友' }).click();
  await expect(adding).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+n');
  await page.getByRole('dialog', { name: '创建群聊' }).getByRole('button', { name: '添加好友' }).click();
  await expect(adding).toBeVisible();
  await page.keyboard.press('Escape');
  await first.getByRole('button', { name: '添加好友' }).click();
  await expect(adding).toBeVisible();
  await page.keyboard.press('Escape');

  const me = await Peer.signIn(api, newcomer.username, PASSWORD);
  for (const { username } of namesakes)
    await befriend(me, await Peer.signIn(api, username, PASSWORD), username);
  await expect(first).toHaveCount(0);
  const numbers = await Promise.all(
    namesakes.map(async ({ uid }) => (await me.call<{ short_no: string }>('GET', `users/${uid}`)).short_no),
  );
  await page.getByRole('button', { name: '新建' }).click();
  await page.getByRole('menuitem', { name: '创建群聊' }).click();
  const picker = page.getByRole('dialog', { name: '创建群聊' });
  for (const number of numbers)
    await expect(picker.getByRole('option', { name: `张伟 短号 ${number}` })).toBeVisible();
  for (const number of numbers) await picker.getByRole('option', { name: `短号 ${number}` }).click();
  await picker.getByRole('button', { name: '创建', exact: true }).click();
  const composer = page.getByTestId('composer');
  await composer.pressSequentially('@张');
  const named = page.getByTestId('message-pane').getByRole('listbox').getByRole('option');
  for (const number of numbers) await expect(named.filter({ hasText: `短号 ${number}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await composer.fill('');
  await page.keyboard.press('Control+i');
  const info = page.locator('[data-region="info"]');
  const members = info.getByRole('list', { name: '成员' }).getByRole('listitem');
  for (const number of numbers) await expect(members.filter({ hasText: `短号 ${number}` })).toBeVisible();
  await info.getByRole('button', { name: '转让群主' }).click();
  for (const number of numbers)
    await expect(info.getByRole('radio', { name: `短号 ${number}` })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').last().fill('张伟');
  for (const number of numbers)
    await expect(page.getByRole('dialog').getByText(`短号 ${number}`)).toBeVisible();
  await page.keyboard.press('Escape');
  // In the search, among the friends and among the members of a group, too.
  const search = page.getByRole('searchbox', { name: '搜索' }).first();
  await search.fill('张伟');
  const hits = page.getByRole('listbox', { name: '搜索结果' });
  for (const number of numbers) await expect(hits.getByText(`短号 ${number}`)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^通讯录/ }).click();
  for (const number of numbers)
    await expect(page.getByRole('option').filter({ hasText: `短号 ${number}` })).toBeVisible();
});
