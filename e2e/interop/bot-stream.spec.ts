/** The stream of a bot on a real WuKongIM: EVENT packets make the message grow. */
import { randomUUID } from 'node:crypto';
import { expect, test } from './external.ts';

test('a bot’s message grows in the open chat and in the list', async ({ world, imApi, openWindow }) => {
  const bob = await openWindow(world.bob);
  await bob.openChat(world.carol.name);
  const clientMsgNo = randomUUID();
  const payload = Buffer.from(JSON.stringify({ type: 1, content: '……' })).toString('base64');
  await imApi('/message/send', {
    header: { no_persist: 0, red_dot: 1, sync_once: 0 },
    from_uid: world.carol.uid,
    channel_id: world.bob.uid,
    channel_type: 1,
    client_msg_no: clientMsgNo,
    payload,
  });
  await expect(bob.bubble('……')).toBeVisible();
  let n = 0;
  const event = async (type: string, data: object): Promise<unknown> =>
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
  await event('stream.delta', { kind: 'text', delta: '今天' });
  await event('stream.delta', { kind: 'text', delta: '有雨' });
  await expect(bob.bubble('今天有雨')).toBeVisible();
  await event('stream.snapshot', { kind: 'text', text: '今天有雨，带伞' });
  await expect(bob.bubble('今天有雨，带伞')).toBeVisible();
  await event('stream.close', { end_reason: 0 });
  await event('stream.finish', {});
  await expect(bob.conversation(world.carol.name)).toContainText('今天有雨，带伞');
});
