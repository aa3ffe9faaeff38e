/** Where the guard sends people for their connection, on a cluster of three nodes that tell who leads which slot. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Guard } from '../guard.ts';
import { GuardHarness } from '../testing/harness.ts';

const SLOTS = 64;
const KNOWN_FOR_MS = 2_000;
const UIDS = Array.from({ length: 30 }, (_, n) => `somebody-${n}`);

class Node {
  readonly id: number;
  url = '';
  /** Takes calls and says nothing. */
  hangs = false;
  readonly #server: Server;

  constructor(id: number, cluster: { leaders: number[]; answer: unknown }, api: string) {
    this.id = id;
    this.#server = createServer((request, response) => {
      if (this.hangs) return;
      const tell = (value: unknown): void => void response.end(JSON.stringify(value));
      const { pathname } = new URL(request.url ?? '/', 'http://node');
      if (pathname === '/cluster/node') return tell({ id, online: 1 });
      if (pathname === '/cluster/allslot')
        return tell(
          cluster.answer ?? {
            data: cluster.leaders.map((leader, slot) => ({ id: slot, leader_id: leader })).toReversed(),
          },
        );
      if (pathname === '/route') return tell(addressOf(id));
      void fetch(api + request.url).then(async (answer) =>
        response.writeHead(answer.status).end(await answer.text()),
      );
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const addressOf = (id: number) => ({
  tcp_addr: `10.0.0.${id}:5100`,
  ws_addr: '',
  wss_addr: `wss://im/${id}`,
});

const told = (id: number) => ({ tcp_addr: '', ws_addr: '', wss_addr: `wss://proxy/im/${id}` });

let h: GuardHarness;
let nodes: Node[];
let guard: Guard;
let cluster: { leaders: number[]; answer: unknown };

beforeEach(async () => {
  h = await new GuardHarness().start();
  cluster = { leaders: Array.from({ length: SLOTS }, (_, slot) => (slot % 3) + 1), answer: null };
  nodes = await Promise.all([1, 2, 3].map((id) => new Node(id, cluster, h.im.api).start()));
  // TSDD asks in another order than the nodes have ids.
  guard = await h.another({ imApi: nodes.toReversed().map(({ url }) => url) });
});
afterEach(async () => {
  await guard.close();
  for (const node of nodes) node.close();
  await h.close();
});

const leaderOf = (uid: string): number => cluster.leaders[crc32(uid) % SLOTS] ?? 0;
async function sentTo(uid: string): Promise<unknown> {
  const answer = await fetch(`${guard.url}/v1/users/${encodeURIComponent(uid)}/im`);
  expect(answer.status).toBe(200);
  return await answer.json();
}
const byTsdd = async (uid: string): Promise<unknown> => (await h.direct('GET', `/v1/users/${uid}/im`)).json;

test('sends people to the node that leads their slot', async () => {
  const answers = await Promise.all(UIDS.map(sentTo));
  expect(answers).toEqual(UIDS.map((uid) => addressOf(leaderOf(uid))));
  expect(new Set(UIDS.map(leaderOf)).size).toBe(3);
  expect(await sentTo('名字 1')).toEqual(addressOf(leaderOf('名字 1')));
});

test('follows when another node leads', async () => {
  const [uid = ''] = UIDS;
  const before = leaderOf(uid);
  expect(await sentTo(uid)).toEqual(addressOf(before));
  cluster.leaders.fill((before % 3) + 1);
  h.clock += KNOWN_FOR_MS;
  expect(await sentTo(uid)).toEqual(addressOf((before % 3) + 1));
});

test("leaves TSDD's answer while the node that leads says nothing", async () => {
  const [uid = ''] = UIDS;
  await sentTo(uid);
  for (const node of nodes) node.hangs = node.id === leaderOf(uid);
  expect(await sentTo(uid)).toEqual(await byTsdd(uid));
  const other = UIDS.find((each) => leaderOf(each) !== leaderOf(uid)) ?? '';
  expect(await sentTo(other)).toEqual(addressOf(leaderOf(other)));
});

test.each([
  ['a slot without a leader', { data: [{ id: 0, leader_id: 0 }] }],
  ['a slot that is missing', { data: [{ id: 1, leader_id: 1 }] }],
  ['no slots', { data: [] }],
  ['words in place of numbers', { data: [{ id: 'a', leader_id: 'b' }] }],
  ['no list', 7],
])("leaves TSDD's answer when the cluster tells %s", async (_, answer) => {
  cluster.answer = answer;
  const [uid = ''] = UIDS;
  expect(await sentTo(uid)).toEqual(await byTsdd(uid));
});

describe('with an address for all nodes', () => {
  beforeEach(async () => {
    await guard.close();
    guard = await h.another({ imApi: nodes.map(({ url }) => url), imWss: 'wss://proxy/im/{node}' });
  });
  test('names the node that leads in it', async () => {
    expect(await Promise.all(UIDS.map(sentTo))).toEqual(UIDS.map((uid) => told(leaderOf(uid))));
  });

  test('names another while the one that leads is known to be silent, or none is known to lead', async () => {
    const [uid = ''] = UIDS;
    await sentTo(uid);
    for (const node of nodes) node.hangs = node.id === leaderOf(uid);
    await guard.parts.im.check();
    expect(await sentTo(uid)).not.toEqual(told(leaderOf(uid)));
    cluster.answer = 7;
    expect((await sentTo(uid)) as object).toHaveProperty('wss_addr', expect.stringMatching(/im\/[123]$/));
  });

  test('refuses when no node is known', async () => {
    for (const node of nodes) node.close();
    const answer = await fetch(`${guard.url}/v1/users/somebody/im`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { msg: '没有可用的消息服务器，请稍后再试', status: 503 },
    ]);
  });
});

test("passes TSDD's bytes where there is one node", async () => {
  const [uid = ''] = UIDS;
  const [through, direct] = [
    await h.call('GET', `/v1/users/${uid}/im`),
    await h.direct('GET', `/v1/users/${uid}/im`),
  ];
  expect(through.text).toBe(direct.text);
});
