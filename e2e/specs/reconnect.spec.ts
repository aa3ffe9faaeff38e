/** Sending without servers, servers that restart or die in the middle, drafts of other devices. */
import { expect, test } from '../fixtures/test.ts';
import { ChatPage, openAs } from '../fixtures/people/chat-page.ts';
import { Peer } from '../fixtures/people/peer.ts';
import { createWorld, PASSWORD } from '../fixtures/people/world.ts';

test('what was written offline is sent once, in order, after the servers are back', async ({
  servers,
  launchApp,
}) => {
  const world = await createWorld(servers.api);
  const aliceApp = await launchApp();
  const alice = await openAs(await aliceApp.firstWindow(), servers.api, world.alice);
  await alice.openChat(world.bob.name);

  await servers.stop();
  const texts = ['离线一', '离线二', '离线三'];
  for (const text of texts) await alice.send(text);
  await aliceApp.kill();
  const again = await launchApp({ userDataDir: aliceApp.userDataDir });
  const back = new ChatPage(await again.firstWindow());
  await back.openChat(world.bob.name);
  for (const text of texts) await expect(back.bubble(text)).toHaveAttribute('aria-label', /发送中/);

  await servers.start();
  // Not after the back-off of a long absence: as on a wake-up.
  await again.native.resume();
  for (const text of texts) await expect(back.bubble(text)).toHaveAttribute('aria-label', /已发送|已送达/);
  const bob = await Peer.signIn(servers.api, world.bob.username, PASSWORD);
  const { messages } = await bob.call<{ messages: { from_uid: string; payload: { content?: string } }[] }>(
    'POST',
    'message/channel/sync',
    {
      channel_id: world.alice.uid,
      channel_type: 1,
      start_message_seq: 0,
      end_message_seq: 0,
      limit: 50,
      pull_mode: 1,
    },
  );
  const arrived = messages.map((row) => row.payload.content).filter((text) => text?.startsWith('离线'));
  expect(arrived).toEqual(texts);
});

test('both servers die in the middle; chat and recall go on afterwards', async ({ servers, launchApp }) => {
  test.slow();
  const world = await createWorld(servers.api);
  const aliceApp = await launchApp();
  const bobApp = await launchApp();
  const alice = await openAs(await aliceApp.firstWindow(), servers.api, world.alice);
  const bob = await openAs(await bobApp.firstWindow(), servers.api, world.bob);
  await alice.openChat(world.group.name);
  await bob.openChat(world.group.name);
  await alice.sendAcked('重启之前');
  await servers.kill();
  await expect(alice.page.getByText(/连接已断开|无法连接服务器/)).toBeVisible({ timeout: 20_000 });
  await servers.start();
  for (const app of [aliceApp, bobApp]) await app.native.resume();
  await alice.sendAcked('重启之后');
  await expect(bob.bubble('重启之后')).toBeVisible({ timeout: 45_000 });
  await alice.recall('重启之前');
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
});

test('a draft of another device is in the list and in the composer, and what is written here is there', async ({
  servers,
  launchApp,
}) => {
  const world = await createWorld(servers.api);
  const alice = await openAs(await (await launchApp()).firstWindow(), servers.api, world.alice);
  await alice.openChat(world.bob.name);
  const phone = await Peer.signIn(servers.api, world.alice.username, PASSWORD);
  const extra = `conversations/${world.bob.uid}/1/extra`;
  const write = (draft: string) =>
    phone.call('POST', extra, { browse_to: 3, keep_message_seq: 2, keep_offset_y: 1, draft });
  await write('手机上的半句');
  await expect(alice.composer).toHaveValue('手机上的半句');
  await alice.openChat(world.group.name);
  await expect(alice.conversation(world.bob.name)).toContainText('[草稿] 手机上的半句');

  await alice.openChat(world.bob.name);
  await alice.composer.fill('手机上的半句，电脑上写完');
  await alice.openChat(world.group.name);
  const stored = () =>
    phone.call<{ channel_id: string; draft: string; keep_offset_y: number }[]>(
      'POST',
      'conversation/extra/sync',
      { version: 0 },
    );
  await expect
    .poll(async () => (await stored()).map((row) => [row.draft, row.keep_offset_y]))
    .toEqual([['手机上的半句，电脑上写完', 1]]);
  await alice.openChat(world.bob.name);
  await alice.composer.press('Enter');
  await expect(alice.bubble('手机上的半句，电脑上写完')).toBeVisible();
  await expect.poll(async () => (await stored()).map((row) => row.draft)).toEqual(['']);
});
