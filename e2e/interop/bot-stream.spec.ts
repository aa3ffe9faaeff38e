/** The stream of a bot on a real WuKongIM: EVENT packets make the message grow, up to its end or its recall. */
import { randomUUID } from 'node:crypto';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expect, lastMessage, test } from './external.ts';

test('a bot’s message grows in the open chat and in the list; recalled in the middle it is gone', async ({
  world,
  imApi,
  openWindow,
  reopen,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  await bob.openChat(world.carol.name);
  const begin = async (content: string): Promise<string> => {
    const clientMsgNo = randomUUID();
    await imApi('/message/send', {
      header: { no_persist: 0, red_dot: 1, sync_once: 0 },
      from_uid: world.carol.uid,
      channel_id: world.bob.uid,
      channel_type: 1,
      client_msg_no: clientMsgNo,
      payload: Buffer.from(JSON.stringify({ type: 1, content })).toString('base64'),
    });
    await expect(bob.bubble(content)).toBeVisible();
    return clientMsgNo;
  };
  let n = 0;
  const event = async (clientMsgNo: string, type: string, data: object): Promise<unknown> =>
    imApi('/message/event', {
      client_msg_no: clientMsgNo,
      channel_id: world.bob.uid,
      channel_type: 1,
      from_uid: world.carol.uid,
      event_id: `${clientMsgNo}-${(n += 1)}`,
      event_type: type,
      event_key: 'main',
      payload: data,
    });

  const told = await begin('……');
  await event(told, 'stream.delta', { kind: 'text', delta: '今天' });
  await event(told, 'stream.delta', { kind: 'text', delta: '有雨' });
  await expect(bob.bubble('今天有雨')).toBeVisible();
  await event(told, 'stream.snapshot', { kind: 'text', text: '今天有雨，带伞' });
  await expect(bob.bubble('今天有雨，带伞')).toBeVisible();
  await event(told, 'stream.close', { end_reason: 0 });
  await event(told, 'stream.finish', {});
  await expect(bob.conversation(world.carol.name)).toContainText('今天有雨，带伞');

  const secret = await begin('稍等');
  await event(secret, 'stream.delta', { kind: 'text', delta: '口令是 Sk8W' });
  await expect(bob.bubble('口令是 Sk8W')).toBeVisible();
  const { message_idstr: messageId = '' } = (await lastMessage(carol, world.bob.uid)) ?? {};
  await carol.revoke(world.bob.uid, 1, { messageId, clientMsgNo: secret });
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  // What comes late is for a message that is no more; the node may refuse it or pass it on.
  for (const [type, data] of [
    ['stream.delta', { kind: 'text', delta: '，就是 Sk8W' }],
    ['stream.snapshot', { kind: 'text', text: '口令是 Sk8W' }],
    ['stream.finish', {}],
  ] as const)
    await event(secret, type, data).catch(() => undefined);
  await carol.sendText(world.bob.uid, 1, '之后');
  await expect(bob.bubble('之后')).toBeVisible();
  await expectNowhere('Sk8W', bob.page);

  // Both are as they were after a restart, which reads the history again.
  await bob.app.close();
  const back = await reopen(bob.app);
  await back.openChat(world.carol.name);
  await expect(back.bubble('今天有雨，带伞')).toBeVisible();
  await expect(back.tip('撤回了一条消息')).toBeVisible();
  await expectNowhere('Sk8W', back.page);
});
