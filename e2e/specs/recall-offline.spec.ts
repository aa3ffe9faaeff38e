/** Recall across lost networks, restarts and unusual orders. */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

const SECRET = '离线期间的秘密 Jk3M';

test('recalled while the peer is away: seen right after it comes back and after its restart', async ({
  servers,
  world,
  openTwo,
  reopen,
}) => {
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await bob.app.close();

  await alice.recall(SECRET);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();

  const back = await reopen(bob.app);
  await back.openChat(world.alice.name);
  await expect(back.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Jk3M', back.page);
  await back.app.close();

  await servers.stop();
  const last = await reopen(bob.app);
  await last.openChat(world.alice.name);
  await expect(last.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Jk3M', last.page);
});

test('a recall that arrives before its message', async ({ world, openWindow, signInPeer, connectPeer }) => {
  const alice = await connectPeer(world.alice);
  const secret = await alice.sendText(world.group.channelId, world.group.channelType, SECRET);
  for (let i = 1; i <= 120; i += 1) {
    await alice.sendText(world.group.channelId, world.group.channelType, `后来的第 ${i} 条`);
  }
  // Bob has read all of it elsewhere: his first sync brings the newest rows only, the old message is not on this
  // computer.
  const elsewhere = await signInPeer(world.bob);
  await elsewhere.call('PUT', 'coversation/clearUnread', {
    channel_id: world.group.channelId,
    channel_type: world.group.channelType,
    unread: 0,
  });
  const bob = await openWindow(world.bob);
  await bob.openChat(world.group.name);
  await expect(bob.bubble('后来的第 120 条')).toBeVisible();
  await alice.revoke(world.group.channelId, world.group.channelType, secret);
  await alice.sendText(world.group.channelId, world.group.channelType, '撤回之后');
  await expect(bob.bubble('撤回之后')).toBeVisible();

  await bob.flow.hover();
  await expect
    .poll(async () => {
      await bob.page.mouse.wheel(0, -3_000);
      return bob
        .tip(`${world.alice.name} 撤回了一条消息`)
        .or(bob.tip(`群主 ${world.alice.name}`))
        .count();
    })
    .toBe(1);
  await expectNowhere('Jk3M', bob.page);
});

test('recalling without a network says that others can still see it, and happens later', async ({
  servers,
  world,
  openTwo,
}) => {
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();

  await servers.stop();
  await alice.recall(SECRET);
  const line = alice.flow.getByTestId('recall-queued');
  await expect(line).toContainText('对方仍可看到');
  await expectNowhere('Jk3M', alice.page);
  await line.getByRole('button', { name: '取消撤回' }).click();
  await expect(alice.bubble(SECRET)).toBeVisible();
  await alice.recall(SECRET);
  await expect(line).toBeVisible();

  await servers.start();
  await expect(alice.tip('你撤回了一条消息')).toBeVisible({ timeout: 45_000 });
  await expect(bob.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible({ timeout: 45_000 });
  await expectNowhere('Jk3M', alice.page, bob.page);
});
