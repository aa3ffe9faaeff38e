/** Pages that are answered from memory in one write: to the client they are as those that Node writes. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuardHarness } from '../testing/harness.ts';

let h: GuardHarness;
const closings: (() => unknown)[] = [];
beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  await h.close();
});

const ID = '2124791608111960064';
const ROW = `{"header":{"no_persist":0,"red_dot":1,"sync_once":0},"setting":0,"message_id":${ID},"message_idstr":"${ID}","message_seq":1,"client_msg_no":"c","from_uid":"a","channel_id":"g","channel_type":2,"timestamp":1,"payload":{"content":"secret words","type":1},"signal_payload":"","is_deleted":0,"readed":0,"extra_version":0}`;
const PAGE = `{"start_message_seq":0,"messages":[${ROW}]}`;
const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-A: \xe4\r\nDate: Mon, 30 Nov 2026 00:00:00 GMT\r\n';
const RECALLED = {
  messageId: ID,
  channelId: 'g',
  channelType: 2,
  fromUid: 'a',
  clientMsgNo: 'c',
  revoker: 'a',
};

/** A TSDD of bytes, a guard in front of it, and a client of the guard. */
async function world(answer: (socket: Socket, nth: number) => void) {
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket, (asked += 1)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guard = await h.another({ tsdd: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] });
  const client = connect(Number(new URL(guard.url).port), '127.0.0.1');
  let text = '';
  client.on('error', () => undefined);
  client.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  closings.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
    () => guard.close(),
    () => client.destroy(),
  );
  const ask = (more = '', version = '1.1'): void =>
    void client.write(
      `POST /v1/message/channel/sync HTTP/${version}\r\nhost: x\r\ntoken: t\r\n${more}content-length: 2\r\n\r\n{}`,
    );
  /** What comes until so many bytes are there that end so. */
  const heard = async (end: string): Promise<string> => {
    await vi.waitFor(() => expect(text.endsWith(end)).toBe(true), { timeout: 20_000 });
    const all = text;
    text = '';
    return all;
  };
  return { guard, client, ask, heard, length: () => text.length };
}

test('the first page, whose rows the store is asked about, and the second are the same to the letter', async () => {
  const { ask, heard, client } = await world((socket) =>
    socket.write(`${HEAD}Content-Length: ${PAGE.length}\r\n\r\n${PAGE}`, 'latin1'),
  );
  ask();
  const first = await heard(PAGE);
  const before = h.store.questions;
  ask();
  const second = await heard(PAGE);
  expect(h.store.questions).toBe(before);
  expect(second.toLowerCase()).toBe(first.toLowerCase());
  expect(second).toContain('\r\nX-A: \xe4\r\n');
  // Not from memory in one write: the client wants the connection to end, or knows no HTTP/1.1.
  const closed = once(client, 'close');
  ask('connection: close\r\n');
  expect(await heard(PAGE)).toMatch(/\r\nconnection: close\r\n/i);
  await closed;
});

test('two pages that were asked for at once come one behind the other, also from memory', async () => {
  const { ask, heard } = await world((socket, nth) =>
    setTimeout(
      () => {
        socket.write(
          `${HEAD}Content-Length: ${PAGE.length + nth}\r\n\r\n${PAGE}${' '.repeat(nth)}`,
          'latin1',
        );
      },
      // The answer to the first of each two comes behind that to the second.
      nth % 2 === 0 ? 30 : 1,
    ),
  );
  ask();
  await heard(`${PAGE} `);
  for (let round = 0; round < 3; round += 1) {
    ask();
    ask();
    const text = await heard(`${PAGE}${' '.repeat(3 + 2 * round)}`);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  }
});

test('pages that a client does not read yet stay as they are, whatever comes after them', async () => {
  const long = (nth: number): string => PAGE.replace('words', String(1_000 + nth).repeat(25_000));
  const { ask, heard, client, length } = await world((socket, nth) => {
    const text = nth === 1 ? PAGE : long(nth);
    socket.write(`${HEAD}Content-Length: ${text.length}\r\n\r\n${text}`, 'latin1');
  });
  // From here on its row is in memory.
  ask();
  await heard(PAGE);
  client.pause();
  const pages = 120;
  for (let count = 0; count < pages; count += 1) ask();
  // Until the sockets between are full.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  client.resume();
  await vi.waitFor(() => expect(length()).toBeGreaterThan(pages * 100_000), { timeout: 20_000 });
  const bodies = (await heard('}]}')).split(/HTTP\/1\.1 200[^{]*?\r\n\r\n/).slice(1);
  // TSDD is asked over several connections, so that it numbers some of them otherwise.
  const sent = Array.from({ length: pages }, (_, at) => long(at + 2));
  expect(bodies.toSorted().map((body, at) => body === sent[at])).toEqual(sent.map(() => true));
});

test.each([
  ['its rows were looked at before', 1],
  ['the same page was sent a moment ago', 4],
])('a recall that comes before TSDD’s last word is in the page, although %s', async (_, times) => {
  const tsdd: Socket[] = [];
  const { guard, ask, heard } = await world((socket) => {
    tsdd.push(socket);
    socket.write(
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${PAGE.length.toString(16)}\r\n${PAGE}\r\n`,
      'latin1',
    );
    if (tsdd.length <= times) socket.write('0\r\n\r\n');
  });
  for (let count = 0; count < times; count += 1) {
    ask();
    await heard(PAGE);
  }
  const isSame = (): boolean =>
    guard.parts.samePages.looked('/v1/message/channel/sync', Buffer.from(PAGE)) !== null;
  expect(isSame()).toBe(times > 1);
  ask();
  await vi.waitFor(() => expect(tsdd).toHaveLength(times + 1));
  // So that the page is there, which nobody sees.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  guard.parts.states.recalled([RECALLED]);
  expect(isSame()).toBe(false);
  tsdd[times]?.write('0\r\n\r\n');
  const text = await heard('}]}');
  expect([text.includes('secret'), text.includes('"revoke":1')]).toEqual([false, true]);
});
