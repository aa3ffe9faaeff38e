/** Whose connection is ended when other nodes come to lead slots, on three scripted nodes. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Metrics } from '../metrics.ts';
import { ImNodes } from './im-nodes.ts';
import { LeadingNodes } from './leading-nodes.ts';
import { MovedPeople } from './moved-people.ts';

const SLOTS = 64;
const SETTLED_MS = 15_000;
const PEOPLE = 30;

interface Node {
  id: number;
  url: string;
  /** Uids of connections here, by number. */
  connections: Map<number, string>;
  isBroken: boolean;
  /** Rows that it knows of connections at other nodes. */
  others: Record<string, unknown>[];
  server: Server;
}

let leaders: number[];
let slots: (() => unknown) | null;
let nodes: Node[];
let clock: number;
let logged: string[];
let people: MovedPeople;

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
}

async function startNode(id: number): Promise<Node> {
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://node');
    if (node.isBroken) return null;
    if (pathname === '/cluster/node') return { id };
    if (pathname === '/cluster/allslot')
      return slots ? slots() : { data: leaders.map((leader, slot) => ({ id: slot, leader_id: leader })) };
    if (pathname === '/connz') {
      const own = [...node.connections].map(([number, uid]) => ({ id: number, uid, node_id: id }));
      const offset = Number(searchParams.get('offset'));
      return {
        connections: [...node.others, ...own].slice(offset, offset + Number(searchParams.get('limit'))),
      };
    }
    if (pathname !== '/conn/remove') return null;
    const { uid, conn_id: number, node_id: at } = await bodyOf(request);
    if (at === id && node.connections.get(Number(number)) === uid) node.connections.delete(Number(number));
    return { status: 200 };
  };
  const server = createServer((request, response) => {
    void answer(request).then((said) => response.writeHead(said ? 200 : 500).end(JSON.stringify(said)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const node: Node = { id, url, connections: new Map(), isBroken: false, others: [], server };
  return node;
}

beforeEach(async () => {
  leaders = Array.from({ length: SLOTS }, (_, slot) => (slot % 3) + 1);
  slots = null;
  clock = 0;
  logged = [];
  nodes = [await startNode(1), await startNode(2), await startNode(3)];
  const imApi = nodes.map(({ url }) => url);
  const options = { imApi, imApiToken: undefined, imWss: undefined };
  const note = (event: string): void => void logged.push(event);
  people = new MovedPeople({
    nodes: new LeadingNodes(new ImNodes(imApi, undefined), options, () => clock),
    log: { info: note, warn: note },
    metrics: new Metrics(),
    now: () => clock,
    pauseMs: 0,
  });
  for (let n = 0; n < PEOPLE; n += 1) {
    const uid = `person-${n}`;
    nodes[leaderOf(uid) - 1]?.connections.set(n + 1, uid);
  }
});
afterEach(() => {
  people.close();
  for (const { server } of nodes) {
    server.close();
    server.closeAllConnections();
  }
});

const leaderOf = (uid: string): number => leaders[crc32(uid) % SLOTS] ?? 0;
const connected = (): string[] => nodes.flatMap(({ connections }) => [...connections.values()]).toSorted();
/** Who is not where their leader is. */
const elsewhere = (): string[] =>
  nodes
    .flatMap(({ id, connections }) => [...connections.values()].filter((uid) => leaderOf(uid) !== id))
    .toSorted();
/** Looks until leaders have rested; answers how many were ended. */
async function rest(): Promise<number> {
  const first = await people.look();
  clock += SETTLED_MS;
  return first + (await people.look());
}
/** The second node comes to lead what the third led. */
const move = (): void => {
  leaders = leaders.map((leader) => (leader === 3 ? 2 : leader));
};

test('ends those whose slot another node leads now, and nobody else', async () => {
  expect(await rest()).toBe(0);
  move();
  const [all, left] = [connected(), elsewhere()];
  expect(left.length).toBeGreaterThan(3);
  expect(await people.look()).toBe(0);
  expect(connected()).toEqual(all);
  clock += SETTLED_MS;
  expect(await people.look()).toBe(left.length);
  expect(connected()).toEqual(all.filter((uid) => !left.includes(uid)));
  expect(await rest()).toBe(0);
});

test('leaves alone who is elsewhere without a change, and rows of connections at other nodes', async () => {
  nodes[0]?.connections.set(77, 'person-0');
  nodes[1]?.connections.set(78, 'person-0');
  expect(await rest()).toBe(0);
  expect(await rest()).toBe(0);
  const before = connected();
  // The new leader knows of them, as of its own.
  const [, second] = nodes;
  if (second)
    second.others = [...(nodes[2]?.connections ?? [])].map(([id, uid]) => ({ id, uid, node_id: 3 }));
  move();
  await rest();
  expect(connected().length).toBeLessThan(before.length);
  expect(connected()).toContain('person-0');
});

test('waits until leaders change no more', async () => {
  await people.look();
  move();
  await people.look();
  clock += SETTLED_MS - 1;
  leaders = leaders.map((leader, slot) => (slot === 0 ? 3 : leader));
  expect(await people.look()).toBe(0);
  clock += SETTLED_MS - 1;
  expect(await people.look()).toBe(0);
  clock += 1;
  expect(await people.look()).toBeGreaterThan(0);
  expect(elsewhere()).toEqual([]);
});

test('reads more connections than stand on a page', async () => {
  const [, , third] = nodes;
  if (third)
    third.others = Array.from({ length: 4_100 }, (_, n) => ({ id: n, uid: `many-${n}`, node_id: 1 }));
  await people.look();
  move();
  expect(elsewhere().length).toBeGreaterThan(3);
  await rest();
  expect(elsewhere()).toEqual([]);
});

test.each([
  ['nobody tells of leaders', () => null],
  ['a slot has no leader', () => ({ data: [{ id: 0, leader_id: 0 }] })],
  ['the answer is odd', () => 'x'],
])('ends nobody while %s', async (_, said) => {
  await people.look();
  slots = said;
  const before = connected();
  expect([await rest(), await rest()]).toEqual([0, 0]);
  expect(connected()).toEqual(before);
});

test('goes on at the other nodes when one fails', async () => {
  await people.look();
  leaders = leaders.map((leader) => (leader % 3) + 1);
  const [first] = nodes;
  await people.look();
  if (first) first.isBroken = true;
  clock += SETTLED_MS;
  expect(await people.look()).toBeGreaterThan(0);
  expect(logged).toContain('moved_people_failed');
  expect(nodes.slice(1).flatMap(({ connections }) => [...connections.values()])).toEqual([]);
});
