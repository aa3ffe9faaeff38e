/** A reply that is typed into a notification. (Of Electron's own field: real-electron/native-parts.spec.ts.) */
import type * as Electron from 'electron';
import type { SentMessage } from '../fixtures/people/peer.ts';
import { expect, test } from '../fixtures/test.ts';

interface Held {
  nativeRecorder: { notifications: Electron.Notification[] };
  held: Electron.Notification | undefined;
}

test('is sent and reads the chat; what does not go out is said, and no word is lost', async ({
  world,
  network,
  openWindow,
  connectPeer,
}) => {
  const { alice, bob, carol } = world;
  const window = await openWindow(alice, { server: network.api });
  const { app, page } = window;
  const peer = await connectPeer(bob);
  const told = async (): Promise<string[]> =>
    (await app.native.notifications()).map(({ title, body }) => `${title} / ${body}`);
  const said = (): unknown[] =>
    peer.received.filter(({ payload }) => payload['type'] === 1).map(({ payload }) => payload['content']);
  const row = window.conversation(bob.name);
  await window.openChat(bob.name);
  await window.openChat(carol.name);

  // Sent, and read here and for the phone.
  await peer.sendText(alice.uid, 1, '几点开会');
  await expect.poll(told).toEqual([`${bob.name} / 几点开会`]);
  await app.native.replyToNotification('几点开会', '  十点  ');
  await expect.poll(said).toEqual(['十点']);
  await expect.poll(told).toEqual([]);
  await expect(row).not.toContainText('条未读');
  await expect(row).toContainText('十点');

  // Recalled while it was typed: the field may be open still. It is a draft, below what is written there.
  await peer.sendText(alice.uid, 1, '别的事');
  const secret = await peer.sendText(alice.uid, 1, '发错了 Wk9Q');
  await expect.poll(async () => (await told()).length).toBe(2);
  await app.evaluate(() => {
    const global = globalThis as unknown as Held;
    global.held = global.nativeRecorder.notifications.find(({ body }) => body.includes('Wk9Q'));
  });
  await peer.revoke(alice.uid, 1, secret);
  await expect.poll(told).toEqual([`${bob.name} / 别的事`]);
  await app.evaluate(() => {
    (globalThis as unknown as Held).held?.emit('reply', { reply: '那改到下午' });
  });
  await expect.poll(told).toContain('原消息已被撤回，回复没有发送 / 已存为草稿，点击打开会话。');
  await expect(row).toContainText('[草稿] 那改到下午');
  await app.native.clickNotification('原消息已被撤回');
  await expect(window.composer).toHaveValue('那改到下午');
  await window.composer.fill('');
  await window.openChat(carol.name);

  // Into a folded one: to the chat, though one of what it told of was recalled while it was typed.
  await app.native.focusWindow(false);
  const several: SentMessage[] = [];
  for (const words of ['一', '二 Wk7R', '三', '四']) several.push(await peer.sendText(alice.uid, 1, words));
  const [, second] = several;
  if (!second) throw new Error('nothing was sent');
  await expect.poll(told).toContain(`${bob.name} / 4 条新消息`);
  const hold = () =>
    app.evaluate(() => {
      const global = globalThis as unknown as Held;
      global.held = global.nativeRecorder.notifications.find(({ body }) => body.includes('条新消息'));
    });
  const answer = (words: string) =>
    app.evaluate((_electron, reply) => {
      (globalThis as unknown as Held).held?.emit('reply', { reply });
    }, words);
  await hold();
  await peer.revoke(alice.uid, 1, second);
  await expect.poll(told).toContain(`${bob.name} / 3 条新消息`);
  await answer('都收到了');
  await expect.poll(said).toEqual(['十点', '都收到了']);
  await expect(row).not.toContainText('条未读');
  // Nothing of it is left: the words are the draft.
  const last: SentMessage[] = [];
  for (const words of ['五', '六', '七', '八']) last.push(await peer.sendText(alice.uid, 1, words));
  await expect.poll(told).toContain(`${bob.name} / 4 条新消息`);
  await hold();
  for (const id of last) await peer.revoke(alice.uid, 1, id);
  await expect.poll(async () => (await told()).filter((each) => each.includes('条新消息'))).toEqual([]);
  await answer('好的');
  await expect(row).toContainText('[草稿] 好的');
  await app.native.clickNotification('原消息已被撤回');
  await expect(window.composer).toHaveValue('好的');
  await window.composer.fill('');
  await window.openChat(carol.name);

  // No network: it waits, goes out by itself, and both are said.
  await app.native.focusWindow(false);
  await peer.sendText(alice.uid, 1, '在吗');
  await expect.poll(told).toContain(`${bob.name} / 在吗`);
  network.cut();
  await expect(page.getByText(/连接已断开|无法连接服务器/).first()).toBeVisible();
  await app.native.replyToNotification('在吗', '马上来');
  await expect.poll(told).toContain('回复还没有发出 / 联网后自动发送，现在对方还看不到。');
  network.heal();
  await expect.poll(said, { timeout: 20_000 }).toEqual(['十点', '都收到了', '马上来']);
});

test('that the server refuses stays in the chat, to be sent again', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  const { alice, carol, group } = world;
  const window = await openWindow(carol);
  const { app } = window;
  const owner = await connectPeer(alice);
  await owner.sendText(group.channelId, 2, '谁来值班');
  await expect.poll(async () => (await app.native.notifications()).length).toBe(1);
  const lead = await signInPeer(alice);
  await lead.call('POST', `groups/${group.channelId}/forbidden/1`);
  await app.native.replyToNotification('谁来值班', '我来');
  await expect
    .poll(async () => (await app.native.notifications()).map(({ title, body }) => `${title} / ${body}`))
    .toContain('回复没有发出 / 已留在会话里，点击打开后可以重试。');
  await lead.call('POST', `groups/${group.channelId}/forbidden/0`);
  await app.native.clickNotification('回复没有发出');
  await window.bubble('我来').getByRole('button', { name: '重试' }).click();
  await expect(window.bubble('我来')).toHaveAttribute('aria-label', /已发送|已送达|已读/);
});
