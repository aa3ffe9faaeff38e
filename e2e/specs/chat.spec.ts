/** Two people sign in and chat: person chat, group chat, quotes, mentions, drafts, search. */
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

test('a person chat goes both ways and shows what is unread', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  const alice = await openWindow(world.alice);
  const bob = await openWindow(world.bob);

  await alice.openChat(world.bob.name);
  await alice.sendAcked('早上好，今天发布吗？');
  await expect(bob.conversation(world.alice.name)).toContainText('早上好，今天发布吗？');
  await expect(bob.conversation(world.alice.name)).toContainText('条未读');

  await bob.openChat(world.alice.name);
  await expect(bob.bubble('早上好，今天发布吗？')).toBeVisible();
  await expect(bob.conversation(world.alice.name)).not.toContainText('条未读');
  await bob.sendAcked('发布，\n下午三点 see https://example.com/plan');
  await expect(alice.bubble('下午三点').getByRole('link')).toHaveText('https://example.com/plan');

  // Of what is long only the part counts as read that was seen: neither all of it nor nothing.
  const { group, carol } = world;
  const peer = await connectPeer(carol);
  for (let n = 1; n <= 60; n += 1) await peer.sendText(group.channelId, group.channelType, `第 ${n} 条`);
  const row = bob.conversation(group.name);
  const unread = async (): Promise<number> => Number(/(\d+) 条未读/.exec(await row.innerText())?.[1] ?? 0);
  await expect.poll(unread).toBeGreaterThanOrEqual(60);
  const before = await unread();
  await bob.openChat(group.name);
  await expect(bob.flow.getByText('以下为新消息')).toBeInViewport();
  const atFirst = await expect.poll(unread).toBeLessThan(before).then(unread);
  expect(atFirst).toBeGreaterThan(30);
  await bob.bubble('第 9 条').scrollIntoViewIfNeeded();
  await bob.flow.hover();
  await bob.page.mouse.wheel(0, 500);
  await expect.poll(unread).toBeLessThan(atFirst);
  expect(await unread()).toBeGreaterThan(20);
  const left = await unread();
  await bob.openChat(world.alice.name);
  await expect.poll(unread).toBeLessThanOrEqual(left);
  // The place is kept, and what is new begins right under it.
  await bob.openChat(group.name);
  await expect(bob.flow.getByText('以下为新消息')).toHaveCount(1);
  // So does what is read on another device, also in part.
  const phone = await signInPeer(world.bob);
  const { channelId, channelType } = group;
  const but = { channel_id: channelId, channel_type: channelType, unread: 12 };
  await phone.call('PUT', 'coversation/clearUnread', but);
  await expect.poll(unread).toBe(12);
  await bob.page.getByTestId('jump').last().click();
  await expect.poll(unread).toBe(0);
});

test(
  'a group chat reaches everybody, with quote and mention',
  { tag: '@installed' },
  async ({ world, openTwo }) => {
    const { alice, bob } = await openTwo('group');

    await alice.sendAcked('评审材料在群公告');
    await expect(bob.bubble('评审材料在群公告')).toBeVisible();
    const menu = await bob.openMenu('评审材料在群公告');
    await menu.getByRole('menuitem', { name: /回复/ }).click();
    await bob.composer.pressSequentially('@安');
    await expect(bob.page.getByRole('listbox', { name: '可提及的成员' })).toBeVisible();
    await bob.composer.press('Enter');
    await bob.composer.pressSequentially('收到');
    await bob.composer.press('Enter');
    const reply = alice.bubble('收到');
    await expect(reply).toContainText('评审材料在群公告');
    await expect(reply).toContainText(`@${world.alice.name}`);
  },
);

test(
  'a draft survives a restart of the app',
  { tag: '@installed' },
  async ({ world, openWindow, reopen }) => {
    const alice = await openWindow(world.alice);
    await alice.openChat(world.bob.name);
    await alice.composer.fill('还没写完的话');
    await expect(alice.conversations).toBeVisible();
    await alice.openChat(world.group.name);
    await expect(alice.conversation(world.bob.name)).toContainText('还没写完的话');
    await alice.openChat(world.carol.name);
    await alice.sendAcked('清空后不会回来');
    await clearHistory(alice);
    await alice.openChat(world.group.name);
    // The app is quit in the moment of the last letter.
    await alice.composer.fill('最后一个字');
    await alice.app.close();

    const back = await reopen(alice.app);
    await back.openChat(world.group.name);
    await expect(back.composer).toHaveValue('最后一个字');
    await back.openChat(world.bob.name);
    await expect(back.composer).toHaveValue('还没写完的话');
    // A history that was cleared does not come back with the next start, which asks the server for it.
    await back.openChat(world.carol.name);
    await back.sendAcked('还在这里说');
    await expect(back.page.getByTestId('bubble')).toHaveCount(1);
    await expectNowhere('清空后不会回来', back.page);
  },
);

test('search finds two Chinese characters in all chats and jumps there; a cleared history is nowhere', async ({
  world,
  openWindow,
  signInPeer,
  connectPeer,
}) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  await alice.sendAcked('灰度比例先给百分之五');
  await alice.sendAcked('the weekly report is done');
  await alice.openChat(world.group.name);
  await alice.page.getByRole('searchbox', { name: '搜索' }).first().fill('灰度');
  const hit = alice.page.getByRole('option').filter({ hasText: '灰度比例' });
  await expect(hit.locator('mark')).toHaveText('灰度');
  // Inside of a Latin word, too.
  const field = alice.page.getByRole('searchbox', { name: '搜索' }).first();
  await field.fill('port');
  await expect(
    alice.page.getByRole('option').filter({ hasText: 'report is done' }).locator('mark'),
  ).toHaveText('port');
  await field.fill('灰度');
  await hit.click();
  await expect(alice.bubble('灰度比例先给百分之五')).toBeVisible();

  await clearHistory(alice);
  await expect(hit).toHaveCount(0);
  await field.press('Escape');
  await expect(alice.conversation(world.bob.name)).toBeVisible();
  await expectNowhere('灰度比例', alice.page);
  // Another device of hers is given none of it; what is cleared there goes here as well.
  const phone = await signInPeer(world.alice);
  const chat = { channel_id: world.bob.uid, channel_type: 1 };
  const { messages } = await phone.call<{ messages: unknown[] }>('POST', 'message/channel/sync', {
    ...chat,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 50,
    pull_mode: 1,
  });
  expect(messages).toEqual([]);
  const peer = await connectPeer(world.bob);
  const { messageSeq } = await peer.sendText(world.alice.uid, 1, '清空以后说的');
  await expect(alice.bubble('清空以后说的')).toBeVisible();
  await expect(alice.page.getByTestId('bubble')).toHaveCount(1);
  await phone.call('POST', 'message/offset', { ...chat, message_seq: messageSeq });
  await expect(alice.bubble('清空以后说的')).toHaveCount(0);
  await expectNowhere('清空以后说的', alice.page);
});

/** By the menu of the chat that is open. */
async function clearHistory({ page }: AppWindow): Promise<void> {
  await page.getByRole('button', { name: '更多', exact: true }).click();
  await page.getByRole('menuitem', { name: '清空聊天记录…' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('你的所有设备上都不再显示');
  await question.getByRole('button', { name: '清空', exact: true }).click();
  await expect(question).toHaveCount(0);
  await expect(page.getByTestId('bubble')).toHaveCount(0);
}
