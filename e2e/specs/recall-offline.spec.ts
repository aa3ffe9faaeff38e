/** Recall across lost networks, restarts and unusual orders. */
import { expect, test } from '../fixtures/test.ts';
import { ChatPage, expectNowhere, openAs } from '../fixtures/people/chat-page.ts';
import { Peer } from '../fixtures/people/peer.ts';
import { createWorld, PASSWORD } from '../fixtures/people/world.ts';

const SECRET = '离线期间的秘密 Jk3M';

test('recalled while the peer is away: seen right after it comes back and after its restart', async ({
  servers,
  launchApp,
}) => {
  const world = await createWorld(servers.api);
  const bobApp = await launchApp();
  const bob = await openAs(await bobApp.firstWindow(), servers.api, world.bob);
  const alice = await openAs(await (await launchApp()).firstWindow(), servers.api, world.alice);
  await alice.openChat(world.bob.name);
  await bob.openChat(world.alice.name);
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await bobApp.close();

  await alice.recall(SECRET);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();

  const again = await launchApp({ userDataDir: bobApp.userDataDir });
  const back = new ChatPage(await again.firstWindow());
  await back.openChat(world.alice.name);
  await expect(back.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Jk3M', back.page);
  await again.close();

  await servers.stop();
  const offline = await launchApp({ userDataDir: bobApp.userDataDir });
  const last = new ChatPage(await offline.firstWindow());
  await last.openChat(world.alice.name);
  await expect(last.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Jk3M', last.page);
});

test('a recall that arrives before its message', async ({ servers, launchApp }) => {
  const world = await createWorld(servers.api);
  const alice = await Peer.signIn(servers.api, world.alice.username, PASSWORD);
  await alice.connect();
  const secret = await alice.sendText(world.group.channelId, world.group.channelType, SECRET);
  for (let i = 1; i <= 120; i += 1) {
    await alice.sendText(world.group.channelId, world.group.channelType, `后来的第 ${i} 条`);
  }
  // Bob has read all of it elsewhere: his first sync brings the newest rows only, the old message is not on this computer.
  const elsewhere = await Peer.signIn(servers.api, world.bob.username, PASSWORD);
  await elsewhere.call('PUT', 'coversation/clearUnread', {
    channel_id: world.group.channelId,
    channel_type: world.group.channelType,
    unread: 0,
  });
  const bob = await openAs(await (await launchApp()).firstWindow(), servers.api, world.bob);
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
  alice.close();
});

test('recalling without a network says that others can still see it, and happens later', async ({
  servers,
  launchApp,
}) => {
  const world = await createWorld(servers.api);
  const alice = await openAs(await (await launchApp()).firstWindow(), servers.api, world.alice);
  const bob = await openAs(await (await launchApp()).firstWindow(), servers.api, world.bob);
  await alice.openChat(world.bob.name);
  await bob.openChat(world.alice.name);
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
