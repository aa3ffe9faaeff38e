/**
 * Messages across a bad network: whatever happens to the bytes between the app and both servers, each message of both
 * sides is there once and in order afterwards, what was recalled is recalled and what was read is read. Bob is a
 * scripted person with a good connection of his own.
 */
import { expect, test, type AppHandle, type AppWindow } from '../fixtures/test.ts';
import type { ChatPage } from '../fixtures/people/chat-page.ts';
import type { FaultProxy } from '../fixtures/faults/fault-proxy.ts';
import { Peer } from '../fixtures/people/peer.ts';
import { PASSWORD, type World } from '../fixtures/people/world.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

interface Chat {
  app: AppHandle;
  alice: ChatPage;
  bob: Peer;
  world: World;
  /** What was said, in each one's order. */
  byAlice: string[];
  byBob: string[];
}

async function chatOf(world: World, alice: AppWindow, bob: Peer): Promise<Chat> {
  await alice.openChat(world.bob.name);
  return { app: alice.app, alice, bob, world, byAlice: [], byBob: [] };
}

async function speak(chat: Chat, about: string): Promise<void> {
  const { alice, bob, world, byAlice, byBob } = chat;
  byBob.push(`柏舟：${about}`);
  await bob.sendText(world.alice.uid, 1, `柏舟：${about}`);
  byAlice.push(`安然：${about}`);
  await alice.send(`安然：${about}`);
}

async function expectArrived(chat: Chat): Promise<void> {
  const { alice, byAlice, byBob } = chat;
  await expect(alice.bubble(byAlice.at(-1) ?? '')).toHaveAttribute('aria-label', /已发送|已送达|已读/, {
    timeout: 20_000,
  });
  await expect(alice.bubble(byBob.at(-1) ?? '')).toBeVisible();
}

/** What Bob's connection was given of what Alice said. */
const heard = ({ bob }: Chat): unknown[] =>
  bob.received
    .map((message) => message.payload['content'])
    .filter((content) => typeof content === 'string' && content.startsWith('安然：'));

const recallsHeard = ({ bob }: Chat): number =>
  bob.received.filter(({ payload }) => payload['cmd'] === 'messageRevoke').length;

/** By the server's account: what the read marks, which go over HTTP, have come to. */
async function unreadOfAlice({ bob, world }: Chat): Promise<number | undefined> {
  const alice = await Peer.signIn(bob.api, world.alice.username, PASSWORD);
  const { conversations } = await alice.call<{ conversations: { channel_id: string; unread?: number }[] }>(
    'POST',
    'conversation/sync',
    { version: 0, last_msg_seqs: '', msg_count: 0, device_uuid: '' },
  );
  const row = conversations.find(({ channel_id }) => channel_id === world.bob.uid);
  return row && (row.unread ?? 0);
}

/** Not what the demo of a new friendship has put there. */
const isSaid = (text: string): boolean => /^(安然|柏舟)：/.test(text);

interface Row {
  message_seq: number;
  from_uid: string;
  payload: { content?: string };
}

/** The server's history, Alice's window and Bob's connection all tell the same. */
async function expectOnceInOrder(chat: Chat): Promise<void> {
  const { alice, bob, world, byAlice, byBob } = chat;
  const { messages } = await bob.call<{ messages: Row[] }>('POST', 'message/channel/sync', {
    channel_id: world.alice.uid,
    channel_type: 1,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 200,
    pull_mode: 1,
  });
  const said = messages.filter((row) => isSaid(row.payload.content ?? ''));
  const saidBy = (uid: string) =>
    said.filter((row) => row.from_uid === uid).map((row) => row.payload.content);
  expect(saidBy(world.alice.uid)).toEqual(byAlice);
  expect(saidBy(world.bob.uid)).toEqual(byBob);
  await expect.poll(() => heard(chat)).toEqual(byAlice);
  const cached = await alice.page.evaluate(async (channelId) => {
    const answer = await window.wukong.invoke('messages.page', {
      channel: { channelId, channelType: 1 },
      anchor: { at: 'latest' },
      limit: 200,
    });
    return answer.ok
      ? answer.value.messages.flatMap((m) => (m.content.kind === 'text' ? [m.content.text] : []))
      : answer.message;
  }, world.bob.uid);
  const order = said.map((row) => row.payload.content);
  expect(typeof cached === 'string' ? cached : cached.filter(isSaid)).toEqual(order);
  // On screen: the end of it, without a hole or a repetition.
  await expect(async () => {
    const bubbles = await alice.flow.getByTestId('bubble').allInnerTexts();
    const shown = bubbles.map((text) => text.split('\n')[0] ?? '').filter(isSaid);
    expect(shown.length).toBeGreaterThan(4);
    expect(shown).toEqual(order.slice(-shown.length));
  }).toPass({ timeout: 10_000 });
}

/** Waits until the app has given its connection up: its watchdogs, nobody else's, have noticed. */
async function givenUp(proxy: FaultProxy): Promise<void> {
  await expect.poll(() => proxy.open, { timeout: 15_000, intervals: [50] }).toBe(0);
}

test('bytes late, split, glued together or held back, connections reset and closed, over TCP and WebSocket', async ({
  network,
  world,
  openWindow,
  connectPeer,
}) => {
  test.slow();
  const alice = await openWindow(world.alice, { server: network.api });
  const chat = await chatOf(world, alice, await connectPeer(world.bob));
  for (const kind of ['tcp', 'ws'] as const) {
    const proxy = network[kind];
    network.offer([kind]);
    // The transport that worked is gone with its address: the next connection is made over the other one.
    for (const other of [network.tcp, network.ws]) other.resetAll();
    await chat.app.native.resume();
    await expect.poll(() => proxy.open).toBe(1);

    const { writes } = proxy;
    proxy.treat({ toServer: { delayMs: 250 }, toClient: { delayMs: 250 } });
    await speak(chat, `${kind} 延迟`);
    await expectArrived(chat);

    const before = { ...writes };
    proxy.treat({ toServer: 'split', toClient: 'split' });
    await speak(chat, `${kind} 拆成单字节`);
    await expectArrived(chat);
    expect(writes.toClient - before.toClient).toBeGreaterThan(100);
    expect(writes.toServer - before.toServer).toBeGreaterThan(100);

    proxy.treat({ toServer: { coalesceMs: 300 }, toClient: { coalesceMs: 300 } });
    await speak(chat, `${kind} 粘在一起`);
    await speak(chat, `${kind} 再粘一次`);
    await expectArrived(chat);

    proxy.treat({ toServer: 'hold', toClient: 'hold' });
    await speak(chat, `${kind} 暂停`);
    await expect(chat.alice.bubble(chat.byAlice.at(-1) ?? '')).toHaveAttribute('aria-label', /发送中/);
    await expect(chat.alice.bubble(chat.byBob.at(-1) ?? '')).toHaveCount(0);
    proxy.heal();
    await expectArrived(chat);

    // What was missed comes from the business server, over a network that is no better.
    network.http.treat(
      kind === 'tcp'
        ? { toServer: 'split', toClient: { delayMs: 100 } }
        : { toServer: { coalesceMs: 50 }, toClient: { coalesceMs: 50 } },
    );
    proxy.resetAll();
    await speak(chat, `${kind} 重置`);
    await chat.app.native.resume();
    await expectArrived(chat);

    network.http.treat({ toServer: 'pass', toClient: 'hold' });
    proxy.closeAll();
    await speak(chat, `${kind} 关闭`);
    await chat.app.native.resume();
    await expect.poll(() => proxy.open).toBe(0);
    network.http.resetAll();
    network.http.heal();
    await chat.app.native.resume();
    await expectArrived(chat);
  }
  await expectOnceInOrder(chat);
  chat.bob.close();
});

test('one direction dies silently, bytes get lost, connections are closed before CONNACK', async ({
  network,
  world,
  openWindow,
  connectPeer,
}) => {
  test.slow();
  const alice = await openWindow(world.alice, { server: network.api });
  const chat = await chatOf(world, alice, await connectPeer(world.bob));
  const { http, tcp: proxy } = network;
  const recovered = async (): Promise<void> => {
    await givenUp(proxy);
    proxy.heal();
    // What hangs there would else wait for its time-out of 10 s.
    http.heal();
    http.resetAll();
    await chat.app.native.resume();
    await expectArrived(chat);
  };

  const tips = chat.alice.tip('你撤回了一条消息');
  for (const text of ['已撤回，答复丢失', '未撤回，请求丢失']) await chat.alice.sendAcked(text);

  // What is sent arrives, its acknowledgement does not: sending it again must not double it. A recall has happened, and
  // neither answer gets through.
  for (const one of [proxy, http]) one.treat({ toClient: 'swallow' });
  await speak(chat, '收不到');
  await chat.alice.recall('已撤回，答复丢失');
  await expect.poll(() => heard(chat)).toHaveLength(1);
  await expect.poll(() => recallsHeard(chat)).toBe(1);
  await expect(tips).toHaveCount(0);
  await recovered();
  await expect(tips).toHaveCount(1);
  expect(heard(chat)).toHaveLength(1);

  // Nothing arrives at either server.
  const { toServer } = http.lost;
  for (const one of [proxy, http]) one.treat({ toServer: 'swallow' });
  await speak(chat, '发不出');
  await chat.alice.recall('未撤回，请求丢失');
  await expect.poll(() => http.lost.toServer).toBeGreaterThan(toServer);
  expect(recallsHeard(chat)).toBe(1);
  await recovered();

  // The stream has lost its framing; new connections are closed before CONNACK until the network is well.
  const { accepted } = proxy;
  proxy.treat({ toServer: { dropBytes: 5 }, toClient: { dropBytes: 5 } });
  proxy.admit({ closeAfterMs: 0 });
  await speak(chat, '缺字节');
  await expect.poll(() => proxy.accepted - accepted, { timeout: 15_000 }).toBeGreaterThan(1);
  proxy.heal();
  await chat.app.native.resume();
  await expectArrived(chat);

  // Answers of the business server lose bytes in the middle, then end too early: what they were to bring is asked for
  // again. (The address of the IM server takes 231 bytes, a head 530: it passes, and what is lost is never just a
  // harmless header.)
  const { toClient } = http.lost;
  http.treat({ toClient: { dropBytes: 1_000, afterBytes: 560 } });
  proxy.resetAll();
  await speak(chat, '答复缺字节');
  await chat.app.native.resume();
  await expect.poll(() => http.lost.toClient).toBeGreaterThan(toClient);
  http.heal();
  http.closeAll();
  await expectArrived(chat);

  await speak(chat, '之后');
  await expectArrived(chat);
  await expect(tips).toHaveCount(2);
  await expect.poll(() => recallsHeard(chat)).toBe(2);
  await expect.poll(() => unreadOfAlice(chat)).toBe(0);
  await expectOnceInOrder(chat);
  chat.bob.close();
});

test('the connection answers and does not bring what it should: commands, then everything', async ({
  network,
  world,
  openWindow,
  connectPeer,
}) => {
  test.slow();
  network.offer(['tcp', 'ws']);
  const alice = await openWindow(world.alice, { server: network.api });
  const chat = await chatOf(world, alice, await connectPeer(world.bob));
  const { tcp, ws } = network;
  await expect.poll(() => [tcp.open, ws.open]).toEqual([1, 0]);
  /** Somebody comes back to the window, again and again, until `shown`. */
  const look = async (shown: () => Promise<void>): Promise<void> =>
    expect(async () => {
      await chat.app.native.focusWindow(false);
      await chat.app.native.focusWindow(true);
      await shown();
    }).toPass({ timeout: 25_000 });

  // The command of a recall was never stored.
  const slip = await chat.bob.sendText(world.alice.uid, 1, '柏舟：说漏了的话');
  await expect(alice.bubble('柏舟：说漏了的话')).toBeVisible();
  tcp.treat({ toClient: { swallowPackets: 'cmd' } });
  await chat.bob.revoke(world.alice.uid, 1, slip);
  await expect.poll(() => tcp.lost.toClient).toBeGreaterThan(0);
  await look(() => expect(alice.tip('撤回了一条消息')).toBeVisible({ timeout: 2_500 }));
  await expect(alice.page.getByText('说漏了的话')).toHaveCount(0);

  // The node pushes nothing any more, and answers every PING: found, and left for another address.
  tcp.treat({ toClient: { swallowPackets: 'recv' } });
  let said = 0;
  await expect(async () => {
    // What was said in the connection's first seconds is for the sync to bring, and nobody is blamed for it.
    said += 1;
    await chat.bob.sendText(world.alice.uid, 1, `柏舟：没有推送 ${said}`);
    await look(() => expect(alice.bubble(`柏舟：没有推送 ${said}`)).toBeVisible({ timeout: 1_000 }));
    await expect.poll(() => [tcp.open, ws.open], { timeout: 14_000 }).toEqual([0, 1]);
  }).toPass({ timeout: 70_000 });
  await chat.bob.sendText(world.alice.uid, 1, '柏舟：又有推送');
  await expect(alice.bubble('柏舟：又有推送')).toBeVisible();
  chat.bob.close();
});
