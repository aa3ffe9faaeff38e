/**
 * Recalls in a cluster whose nodes answer as v2.2.5 does after one has gone or hung: who leads a slot may hold nothing
 * of a channel that was made in its absence, a log may have no leader, and a node may be gone for good.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeMessage } from '../business/testing/fake-im.ts';
import type { Guard } from './guard.ts';
import { ClusterOfThree } from './testing/cluster-of-three.ts';
import { GuardHarness, type Person, recallAt } from './testing/harness.ts';

const UNKNOWN = '2124791608111960064';
const NOT_THERE = '未查询到撤回消息！';
const ASK_AGAIN = '查询IM消息错误';

let h: GuardHarness;
let cluster: ClusterOfThree;
let guard: Guard;
let alice: Person;
let bob: Person;
let sent: FakeMessage;

beforeEach(async () => {
  h = await new GuardHarness().start();
  cluster = await new ClusterOfThree(h.im).start();
  guard = await h.another({ imApi: cluster.nodes.map(({ url }) => url) });
  [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  sent = h.say(alice, bob.uid, 'secret', {});
});
afterEach(async () => {
  await guard.close();
  cluster.close();
  await h.close();
});

const recall = (fields: Record<string, string>): Promise<string> =>
  recallAt(guard.url, alice.token, { channel_id: bob.uid, channel_type: '1', ...fields });

async function read(path: string, more: Record<string, unknown>): Promise<string> {
  const answer = await fetch(`${guard.url}/v1/message/${path}`, {
    method: 'POST',
    headers: { token: bob.token, 'content-type': 'application/json' },
    body: JSON.stringify({ channel_id: alice.uid, channel_type: 1, limit: 100, ...more }),
  });
  return await answer.text();
}

/** What bob reads of the chat, and of what changed in it. */
const page = async (): Promise<string> =>
  (await read('channel/sync', {})) + (await read('extra/sync', { extra_version: 0, source: 'x' }));

/** A node that is gone, as guards know it after a while. */
async function gone(id: number): Promise<void> {
  cluster.nodes.find((each) => each.id === id)?.end();
  await guard.parts.im.check();
}

const SECRET = Buffer.from(JSON.stringify({ type: 1, content: 'secret' })).toString('base64');

test.each([
  ['by its id', () => ({ message_id: sent.messageId })],
  ['by id and client number', () => ({ message_id: sent.messageId, client_msg_no: sent.clientMsgNo })],
  ['by its client number', () => ({ client_msg_no: sent.clientMsgNo })],
])('what neither slot nor log tells of is recalled %s from the node that has it', async (_, fields) => {
  const again = h.say(alice, bob.uid, 'secret', {});
  again.clientMsgNo = sent.clientMsgNo;
  // Node 2 was away when the chat was made, 3 led its log and is gone: 1 has all of it and leads nothing.
  cluster.replicas = [1, 3];
  cluster.slotLeader = 2;
  cluster.logLeader = null;
  for (const each of [sent, again]) cluster.stored(each, [1, 3]);
  await gone(3);
  expect(await recall(fields())).toBe('done');
  const all = await page();
  for (const { messageId } of [sent, again]) expect(all).toContain(messageId);
  expect(all).not.toContain('secret');
  expect(all).not.toContain(SECRET);
  // The window and rights hold there, too.
  const theirs = h.say(bob, alice.uid, 'theirs', {});
  cluster.stored(theirs, [1]);
  expect(await recall({ message_id: theirs.messageId })).toBe('无权限撤回此消息！');
});

test('an id that nobody has is not there, also while one of three nodes is gone for good', async () => {
  cluster.stored(sent, [1, 2, 3]);
  await gone(3);
  expect(await recall({ message_id: UNKNOWN })).toBe(NOT_THERE);
  expect(await recall({ client_msg_no: 'of nothing' })).toBe(NOT_THERE);
  expect(await recall({ message_id: sent.messageId })).toBe('done');
});

test('an id that who is gone may have alone is asked for again', async () => {
  const ask = (): Promise<string> => recall({ message_id: sent.messageId });
  cluster.stored(sent, [3]);
  await gone(3);
  // Three of four must have it, and two do not answer.
  cluster.replicas = [1, 2, 3, 4];
  expect(await ask()).toBe(NOT_THERE);
  cluster.replicas = [1, 3, 4];
  expect(await ask()).toBe(ASK_AGAIN);
  cluster.replicas = [3];
  expect(await ask()).toBe(ASK_AGAIN);
  // Nobody says who holds it: its slot has no leader yet.
  cluster.replicas = [1, 2, 3];
  cluster.slotLeader = 3;
  expect(await ask()).toBe(ASK_AGAIN);
});

test('a message that lies in another chat is not told by the nodes themselves either', async () => {
  const carol = h.tsdd.person('carol');
  const elsewhere = h.say(alice, carol.uid, 'elsewhere', {});
  cluster.stored(elsewhere, [1, 2, 3]);
  expect(await recall({ message_id: elsewhere.messageId })).toBe(NOT_THERE);
});
