/** Recalls while nodes of a cluster do not know the same: one lags behind its others, or says nothing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeIm, type FakeMessage } from '../business/testing/fake-im.ts';
import type { Guard } from './guard.ts';
import { GuardHarness, type Person, recallAt } from './testing/harness.ts';

interface Node {
  url: string;
  /** Of what its others stored it has nothing yet. */
  lags: boolean;
  /** Stopped: it takes connections and says nothing. */
  hangs: boolean;
  close(): void;
}

let h: GuardHarness;
let nodes: Node[];
let guard: Guard;
let alice: Person;
let bob: Person;
let sent: FakeMessage;

/** One node more of the harness's WuKongIM. */
async function nodeOf(api: string): Promise<Node> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (node.hangs) return;
    const path = request.url ?? '/';
    if (node.lags && ['/messages', '/channel/messagesync'].includes(path)) {
      response.end('{"messages":null}');
      return;
    }
    const body = Buffer.concat(chunks);
    const answer = await fetch(api + path, {
      method: request.method ?? 'GET',
      ...(body.length > 0 ? { body } : {}),
    });
    response.writeHead(answer.status).end(await answer.text());
  };
  const server = createServer((request, response) => void serve(request, response));
  const node: Node = {
    url: '',
    lags: false,
    hangs: false,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return node;
}

beforeEach(async () => {
  h = await new GuardHarness().start();
  nodes = [await nodeOf(h.im.api), await nodeOf(h.im.api), await nodeOf(h.im.api)];
  guard = await h.another({ imApi: nodes.map(({ url }) => url), metrics: 0 });
  [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  sent = h.say(alice, bob.uid, 'secret');
});
afterEach(async () => {
  await guard.close();
  for (const node of nodes) node.close();
  await h.close();
});

const recall = (fields: Record<string, string>): Promise<string> =>
  recallAt(guard.url, alice.token, { channel_id: bob.uid, channel_type: '1', ...fields });
const isRecalled = (): boolean => h.tsdd.state.extras.get(sent.messageId)?.revoke === 1;

test.each([
  ['by its id', () => ({ message_id: sent.messageId, client_msg_no: sent.clientMsgNo })],
  ['by its client number', () => ({ client_msg_no: sent.clientMsgNo })],
])('a message that a lagging node does not know is recalled %s all the same', async (_, fields) => {
  for (const node of nodes.slice(0, 2)) node.lags = true;
  expect([await recall(fields()), isRecalled()]).toEqual(['done', true]);
});

test('what no node knows is not there; while one says nothing that is not known, and asked again', async () => {
  const unknown = { message_id: '2124791608111960064' };
  expect(await recall(unknown)).toBe('未查询到撤回消息！');
  // The two that answer do not know it yet; the one that stored it hangs.
  for (const node of nodes.slice(0, 2)) node.lags = true;
  const [, , last] = nodes as [Node, Node, Node];
  last.hangs = true;
  const startedAt = performance.now();
  for (const fields of [{ message_id: sent.messageId }, { client_msg_no: sent.clientMsgNo }, unknown])
    expect(await recall(fields)).toBe('查询IM消息错误');
  // A head start for each question, and none of the time-outs.
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect(isRecalled()).toBe(false);
  await guard.parts.im.check();
  last.hangs = false;
  await guard.parts.im.check();
  expect([await recall({ message_id: sent.messageId }), isRecalled()]).toEqual(['done', true]);
});

test('a node that hangs is named by /ready and the metrics, and counted for everybody', async () => {
  const [first] = nodes as [Node, Node, Node];
  first.hangs = true;
  await guard.parts.im.check();
  const at = `http://127.0.0.1:${guard.metricsPort}`;
  const ready = await fetch(`${at}/ready`);
  expect([ready.status, await ready.text()]).toEqual([
    200,
    expect.stringMatching(new RegExp(`^ok\nWuKongIM ${first.url}: no answer for \\d+ s\n$`)),
  ]);
  const metrics = await (await fetch(`${at}/metrics`)).text();
  expect(metrics).toContain(`guard_im_up{node="${first.url}"} 0`);
  expect(metrics).toContain(`guard_im_up{node="${nodes[1]?.url}"} 1`);
  // Whom anybody may ask names no addresses.
  const health = await (await fetch(`${guard.url}/v1/guard/health`)).text();
  expect(health).toContain('"im":{"nodes":3,"silent":1}');
  expect(health).not.toContain('127.0.0.1');
  expect(h.logged.filter(({ event }) => event === 'im_silent')).toHaveLength(1);
  const startedAt = performance.now();
  expect(await recall({ message_id: sent.messageId })).toBe('done');
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  first.hangs = false;
  await guard.parts.im.check();
  expect(await (await fetch(`${at}/ready`)).text()).toBe('ok\n');
});

test('a message of which TSDD was told of another copy, and recalled that one, is told of in extra/sync', async () => {
  const copy = h.im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'secret' },
    clientMsgNo: sent.clientMsgNo,
  });
  const whole = new FakeIm(() => h.clock);
  await whole.start();
  whole.messages.push(sent, copy);
  // The node that TSDD asks has not got the newest yet; that of the guard has both.
  h.im.messages.splice(h.im.messages.indexOf(copy), 1);
  const other = await h.another({ imApi: [whole.api] });
  try {
    const asked = { message_id: copy.messageId, client_msg_no: copy.clientMsgNo };
    const chat = { channel_id: bob.uid, channel_type: '1' };
    expect(await recallAt(other.url, alice.token, { ...asked, ...chat })).toBe('done');
    expect([isRecalled(), h.tsdd.state.extras.get(copy.messageId)?.revoke]).toEqual([true, undefined]);
    const told = await h.call('POST', '/v1/message/extra/sync', bob.token, {
      channel_id: alice.uid,
      channel_type: 1,
      extra_version: 1,
      source: 's',
      limit: 100,
    });
    expect(told.text).toContain(copy.messageId);
  } finally {
    await other.close();
    await whole.close();
  }
});
