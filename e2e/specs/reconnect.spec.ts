/** Sending without servers, servers that restart or die in the middle, drafts of other devices. */
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expect, test } from '../fixtures/test.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

test('what was written offline is sent once, in order, after the servers are back', async ({
  servers,
  world,
  openWindow,
  reopen,
  signInPeer,
}) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);

  await servers.stop();
  const texts = ['离线一', '离线二', '离线三'];
  for (const text of texts) await alice.send(text);
  await alice.app.kill();
  const back = await reopen(alice.app);
  await back.openChat(world.bob.name);
  for (const text of texts) await expect(back.bubble(text)).toHaveAttribute('aria-label', /发送中/);
  // The tray of what waits has them, too, and one that is deleted there was never said.
  await back.send('不发了 Ox7Q');
  const tray = back.page.getByRole('region', { name: '待发送' });
  await tray.getByRole('button', { name: '4 条等待发送' }).click();
  await tray.getByRole('button', { name: '删除：不发了 Ox7Q' }).click();
  await expect(tray.getByRole('listitem')).toHaveCount(3);
  await expectNowhere('Ox7Q', back.page);

  await servers.start();
  // Not after the back-off of a long absence: as on a wake-up.
  await back.app.native.resume();
  for (const text of texts) await expect(back.bubble(text)).toHaveAttribute('aria-label', /已发送|已送达/);
  await expect(tray).toHaveCount(0);
  const bob = await signInPeer(world.bob);
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

test('both servers die in the middle; chat and recall go on afterwards', async ({ servers, openTwo }) => {
  test.slow();
  const { alice, bob } = await openTwo('group');
  await alice.sendAcked('重启之前');
  await servers.kill();
  await expect(alice.page.getByText(/连接已断开|无法连接服务器/)).toBeVisible({ timeout: 20_000 });
  await servers.start();
  for (const app of [alice.app, bob.app]) await app.native.resume();
  await alice.sendAcked('重启之后');
  await expect(bob.bubble('重启之后')).toBeVisible({ timeout: 45_000 });
  await alice.recall('重启之前');
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
});

test('a draft of another device is in the list and in the composer, and what is written here is there', async ({
  world,
  openWindow,
  signInPeer,
}) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  const phone = await signInPeer(world.alice);
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
