/** Nodes of a cluster that has just lost one: they refuse, or know less, each for a time of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { NotSureError } from '../../business/messages/recall-target.ts';
import { ImNodes } from './im-nodes.ts';

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

const RANGE = { startSeq: 3, endSeq: 0, limit: 4, pullMode: 1 };
const row = (seq: number) => ({
  message_id: seq,
  message_idstr: String(seq),
  message_seq: seq,
  client_msg_no: `n${seq}`,
  from_uid: 'a',
  channel_id: 'b',
  channel_type: 1,
  timestamp: 1,
  payload: '',
});

/**
 * A node whose refusals, by path, are statuses. Five messages are stored, of which one that lags behind has fewer. As
 * one that is stopped it says nothing.
 */
async function node() {
  const one = {
    url: '',
    refuses: {} as Record<string, number>,
    asked: [] as string[],
    isStopped: false,
    stored: 5,
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      one.asked.push(path);
      if (one.isStopped) return;
      const status = one.refuses[path];
      if (status !== undefined) {
        response.writeHead(status).end('{"msg":"获取频道所在节点失败！","status":400}');
        return;
      }
      if (path === '/health') {
        response.end('{"status":"ok"}');
        return;
      }
      const asked = JSON.parse(text) as { message_seqs?: number[]; message_ids?: number[] };
      // The history has no such fields.
      const keys = asked.message_seqs && [...asked.message_seqs, ...(asked.message_ids ?? [])];
      const seqs = (keys ?? [1, 2, 3, 4, 5]).filter((seq) => seq <= one.stored);
      response.end(JSON.stringify({ messages: seqs.map(row) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  one.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return one;
}

const seqsOf = (rows: readonly { message_seq: number }[]): number[] =>
  rows.map(({ message_seq }) => message_seq);

test('what one node refuses another is asked, and one that is away is asked last from then on', async () => {
  const [one, two] = [await node(), await node()];
  const nodes = new ImNodes(['http://127.0.0.1:9', one.url, two.url], undefined);
  one.refuses = { '/channel/messagesync': 400, '/message/send': 400 };
  expect(seqsOf(await nodes.history('a', 'b', 1, RANGE))).toEqual([1, 2, 3, 4, 5]);
  await nodes.send({ channelId: 'b', channelType: 1, payload: {} });
  expect([one.asked, two.asked]).toEqual([
    ['/channel/messagesync', '/message/send'],
    ['/channel/messagesync', '/message/send'],
  ]);
  // A refusal is no reason to leave a node for good.
  one.refuses = {};
  await nodes.lookup('a', 'b', 1, { messageIds: ['1'] });
  expect([one.asked.at(-1), two.asked.length]).toEqual(['/messages', 2]);
});

const TIMES = { headStartMs: 100, timeoutMs: 800, leftAloneMs: 60_000 };

test('a node that says nothing costs a head start once, and is asked last from then on', async () => {
  const [one, two] = [await node(), await node()];
  // So long that the other answers within it, also on a busy computer.
  const nodes = new ImNodes([one.url, two.url], undefined, { headStartMs: 1_500, timeoutMs: 60_000 });
  one.isStopped = true;
  const first = [1, 2, 3].map(() => nodes.history('a', 'b', 1, RANGE));
  for (const rows of await Promise.all(first)) expect(seqsOf(rows)).toEqual([1, 2, 3, 4, 5]);
  expect([one.asked.length, two.asked.length]).toEqual([3, 3]);
  await nodes.lookup('a', 'b', 1, { messageIds: ['1'] });
  await nodes.send({ channelId: 'b', channelType: 1, payload: {} });
  expect([one.asked.length, two.asked.length]).toEqual([3, 5]);
});

test('for the answer of a silent node is waited once, where the others refuse', async () => {
  const [one, two, three] = [await node(), await node(), await node()];
  const nodes = new ImNodes([one.url, two.url, three.url], undefined, TIMES);
  for (const each of [two, three]) each.refuses = { '/messages': 400 };
  one.isStopped = true;
  const ask = () => nodes.lookup('a', 'b', 1, { messageIds: ['1'] });
  await expect(ask()).rejects.toMatchObject({ status: 400 });
  expect(one.asked).toHaveLength(1);
  for (let times = 0; times < 3; times += 1) await expect(ask()).rejects.toMatchObject({ status: 400 });
  expect([one.asked.length, two.asked.length, three.asked.length]).toEqual([1, 4, 4]);
  // Where nobody else can be asked it is not left alone, and what it says ends that.
  for (const each of [two, three]) each.refuses = { '/messages': 500 };
  one.isStopped = false;
  expect(seqsOf(await ask())).toEqual([1]);
  for (const each of [two, three]) each.refuses = { '/messages': 400 };
  expect(seqsOf(await ask())).toEqual([1]);
});

test('two silent nodes of three cost two head starts, and are asked again after a while', async () => {
  const [one, two, three] = [await node(), await node(), await node()];
  const nodes = new ImNodes([one.url, two.url, three.url], undefined, { ...TIMES, leftAloneMs: 300 });
  for (const each of [one, two]) each.isStopped = true;
  const startedAt = performance.now();
  await nodes.send({ channelId: 'b', channelType: 1, payload: {} });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2 * TIMES.headStartMs - 5);
  three.refuses = { '/message/send': 400 };
  await expect(nodes.send({ channelId: 'b', channelType: 1, payload: {} })).rejects.toMatchObject({
    status: 400,
  });
  for (const each of [one, two]) each.isStopped = false;
  await vi.waitFor(() => nodes.send({ channelId: 'b', channelType: 1, payload: {} }));
});

test('while nobody leads the log of a channel, what was stored is known by its number', async () => {
  const [one, two] = [await node(), await node()];
  const nodes = new ImNodes([one.url, two.url], undefined);
  for (const each of [one, two]) each.refuses = { '/channel/messagesync': 400 };
  expect(seqsOf(await nodes.history('a', 'b', 1, RANGE))).toEqual([3, 4, 5]);
  // The newest have no numbers yet, and of many it is not asked.
  for (const range of [
    { startSeq: 0, endSeq: 0, limit: 500, pullMode: 0 },
    { ...RANGE, limit: 501 },
    { ...RANGE, endSeq: 5 },
  ])
    await expect(nodes.history('a', 'b', 1, range)).rejects.toMatchObject({ status: 400 });
  for (const each of [one, two]) each.refuses['/messages'] = 400;
  await expect(nodes.history('a', 'b', 1, RANGE)).rejects.toMatchObject({ status: 400 });
});

/** So long that nodes answer within it, also on a busy computer. */
const PATIENT = { headStartMs: 1_500, timeoutMs: 5_000, leftAloneMs: 60_000 };

const has = (seq: number) => (rows: readonly { message_seq: number }[]) =>
  rows.some(({ message_seq }) => message_seq === seq);

test('a node that answers with too little is not believed: what one knows of all is known', async () => {
  const [one, two, three] = [await node(), await node(), await node()];
  const nodes = new ImNodes([one.url, two.url, three.url], undefined, PATIENT);
  [one.stored, two.stored] = [3, 4];
  const ids = (...messageIds: string[]) => nodes.lookup('a', 'b', 1, { messageIds });
  // Enough is enough: nobody else is asked.
  expect(seqsOf(await ids('2', '3'))).toEqual([2, 3]);
  expect([one, two, three].map(({ asked }) => asked.length)).toEqual([1, 0, 0]);
  expect(seqsOf(await ids('5', '2', '4'))).toEqual([2, 4, 5]);
  expect(seqsOf(await nodes.history('a', 'b', 1, RANGE, has(5)))).toEqual([1, 2, 3, 4, 5]);
  // A page that nothing is looked for in is one node's.
  expect(seqsOf(await nodes.history('a', 'b', 1, RANGE))).toEqual([1, 2, 3]);
  // It is not there when all of them say so.
  expect(seqsOf(await ids('6', '5'))).toEqual([5]);
  expect(await ids('7')).toEqual([]);
});

test('that something is not there is not known while a node says nothing, refuses, or is away', async () => {
  const [one, two] = [await node(), await node()];
  const nodes = new ImNodes([one.url, two.url], undefined, PATIENT);
  const ask = async () => {
    const startedAt = performance.now();
    const error: unknown = await nodes.lookup('a', 'b', 1, { messageIds: ['5', '6'] }).catch((each) => each);
    expect(error).toBeInstanceOf(NotSureError);
    const { rows, message } = error as NotSureError;
    return { seqs: seqsOf(rows), isNamed: message.includes(two.url), ms: performance.now() - startedAt };
  };
  two.isStopped = true;
  const first = await ask();
  expect([first.seqs, first.isNamed]).toEqual([[5], true]);
  // A head start is all that its answer is waited for.
  expect(first.ms).toBeLessThan(PATIENT.timeoutMs);
  // Once it is known to be silent, its answer is not waited for at all.
  await nodes.check();
  const asked = two.asked.length;
  expect(await ask()).toMatchObject({ seqs: [5], isNamed: true });
  expect(two.asked).toHaveLength(asked);
  two.isStopped = false;
  await nodes.check();
  expect(seqsOf(await nodes.lookup('a', 'b', 1, { messageIds: ['5', '6'] }))).toEqual([5]);
  two.refuses = { '/messages': 400 };
  expect(await ask()).toMatchObject({ seqs: [5], isNamed: true });
});

test('a node that hangs is told of before anybody needs it, and no call waits for it', async () => {
  const [one, two] = [await node(), await node()];
  const told: [string, boolean][] = [];
  const watcher = {
    ended: () => undefined,
    answers: (url: string, does: boolean) => void told.push([url, does]),
  };
  const nodes = new ImNodes(
    [one.url, two.url],
    undefined,
    { ...PATIENT, timeoutMs: 1_000, checkMs: 50 },
    watcher,
  );
  expect(nodes.silent()).toEqual([]);
  one.isStopped = true;
  nodes.watch();
  try {
    await vi.waitFor(() => expect(nodes.silent()).toMatchObject([{ node: one.url }]), { timeout: 10_000 });
    expect(told).toContainEqual([one.url, false]);
    one.asked.length = 0;
    for (const id of ['1', '2', '3']) await nodes.lookup('a', 'b', 1, { messageIds: [id] });
    expect(one.asked.filter((path) => path !== '/health')).toEqual([]);
    one.isStopped = false;
    await vi.waitFor(() => expect(nodes.silent()).toEqual([]), { timeout: 10_000 });
    expect(told.at(-1)?.[1]).toBe(true);
  } finally {
    nodes.close();
  }
});
