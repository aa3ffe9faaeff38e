/**
 * A bot's message grows in its place (EVENT packets), over a broken line and up to its recall. Bob is the bot: a
 * scripted person; the packets, which the embedded server does not make, come out of the proxy before it.
 */
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { encodePacket } from '../../shared/wire/codec.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

const SECRET = 'Zk8Qstreamedsecret';
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

test('grows in its place, survives a new connection, and is nowhere after a recall in the middle', async ({
  network,
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(180_000);
  const alice = await openWindow(world.alice, { server: network.api });
  const bot = await connectPeer(world.bob);
  await alice.openChat(world.bob.name);
  const plain = await bot.send(world.alice.uid, 1, { type: 1, content: '不是流的消息 Pq7' }, 'plain-1');
  const base = await bot.send(world.alice.uid, 1, { type: 1, content: '思考中…' }, 'stream-1');
  await expect(alice.bubble('思考中…')).toBeVisible();

  let events = 0;
  const event = (type: string, payload: unknown, over: Record<string, unknown> = {}): void => {
    events += 1;
    const data = {
      client_msg_no: base.clientMsgNo,
      channel_id: world.alice.uid,
      channel_type: 1,
      from_uid: world.bob.uid,
      message_id: 0,
      event_key: 'main',
      msg_event_seq: 0,
      stream_status: 'open',
      payload,
      ...over,
    };
    network.tcp.inject(
      Buffer.from(
        encodePacket(
          {
            type: 'event',
            id: `e${events}`,
            eventType: type,
            timestamp: 0n,
            data: Buffer.from(JSON.stringify(data)),
          },
          5,
        ),
      ),
    );
  };
  const delta = (text: string, over?: Record<string, unknown>): void =>
    event('stream.delta', { kind: 'text', delta: text }, over);

  // Of another sender, of another chat: nothing of that.
  delta('伪造一', { from_uid: world.carol.uid, client_msg_no: plain.clientMsgNo });
  delta('伪造二', { channel_id: world.group.channelId, channel_type: 2, client_msg_no: plain.clientMsgNo });
  delta('口令是 ');
  delta(SECRET);
  await expect(alice.bubble(`口令是 ${SECRET}`)).toBeVisible();
  await expect(alice.conversation(world.bob.name)).toContainText(`口令是 ${SECRET}`);
  await expect(alice.bubble('不是流的消息 Pq7')).toBeVisible();
  await expect(alice.flow).not.toContainText('伪造');
  await expect(alice.flow).not.toContainText('思考中…');

  // Recalled while it grows; a late event brings nothing back.
  network.tcp.resetAll();
  await alice.send('还在吗');
  await expect(alice.bubble('还在吗')).toHaveAttribute('aria-label', /已发送|已送达|已读/, {
    timeout: 20_000,
  });
  await expect(alice.bubble(`口令是 ${SECRET}`)).toBeVisible();
  delta('-Wm5');
  await expect(alice.bubble('-Wm5')).toBeVisible();
  const residue = (): string[] => scanForResidue([alice.app.userDataDir], [SECRET]).map(({ path }) => path);
  await expect.poll(residue).not.toEqual([]);
  expect(holds(await pageHeap(alice.page), SECRET)).toBe(true);
  await bot.revoke(world.alice.uid, 1, base);
  await expect(alice.tip(`${world.bob.name} 撤回了一条消息`)).toBeVisible();
  delta(` ${SECRET} again`);
  event('stream.close', { snapshot: `口令是 ${SECRET}` });
  await bot.sendText(world.alice.uid, 1, '之后');
  await expect(alice.bubble('之后')).toBeVisible();
  await expectNowhere('Zk8', alice.page);
  await expectNowhere('Wm5', alice.page);
  await expect.poll(residue, { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
  await expectForgotten(() => pageHeap(alice.page), SECRET);
  await expectForgotten(() => mainHeap(alice.app, tempDir), SECRET);
  await expectForgotten(() => coreHeap(alice.app, tempDir), SECRET);
  const found = await alice.page.evaluate(async () => {
    const query = { channel: null, cursor: null, limit: 20, fromUid: null, since: null, until: null };
    const hits = [];
    for (const text of ['Zk8', 'Wm5', 'Pq7']) {
      const answer = await window.wukong.invoke('search.query', { ...query, text });
      hits.push(answer.ok ? answer.value.messages.length : -1);
    }
    return hits;
  });
  expect(found).toEqual([0, 0, 1]);
});
