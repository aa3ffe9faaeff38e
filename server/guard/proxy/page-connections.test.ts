/** Sockets to TSDD that are kept: whose answer is whose, whatever becomes of them. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { OddAnswer } from './answer-reader.ts';
import { PageConnections } from './page-connections.ts';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closings.splice(0).toReversed()) await close();
});

const saying = (text: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\n${more}content-length: ${text.length}\r\n\r\n${text}`;

/** A server that is told of each request with its connection, and of connections that ended. */
async function world(most = 8) {
  const sockets: Socket[] = [];
  const asked: { text: string; socket: Socket }[] = [];
  let heard = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      asked.push({ text: chunk.toString(), socket });
      heard.resolve();
      heard = Promise.withResolvers();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pages = new PageConnections({ most, mostBytes: 1_000 });
  closings.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  closings.push(() => pages.close());
  const ask = (text: string) => pages.ask(origin, Buffer.from(text));
  /** The n-th request, once it is there. */
  const nth = async (n: number): Promise<Socket> => {
    while (asked.length < n) await heard.promise;
    const { socket } = asked[n - 1] ?? {};
    if (socket === undefined) throw new Error('no request');
    return socket;
  };
  const answered = async (text: string, n: number, bytes: string): Promise<string> => {
    const { answer } = ask(text);
    (await nth(n)).write(bytes);
    return (await answer).body.toString();
  };
  return { ask, nth, answered, asked, sockets, pages, origin };
}

test('a connection is asked again; one that is to end, or has ended, is not', async () => {
  const { answered, nth, sockets, asked } = await world();
  expect(await answered('one', 1, saying('1'))).toBe('1');
  expect(await answered('two', 2, saying('2'))).toBe('2');
  expect(sockets).toHaveLength(1);
  expect(await answered('three', 3, saying('3', 'connection: close\r\n'))).toBe('3');
  expect(await answered('four', 4, saying('4'))).toBe('4');
  expect(sockets).toHaveLength(2);
  const kept = await nth(4);
  kept.end();
  await once(kept, 'close');
  expect(await answered('five', 5, saying('5'))).toBe('5');
  expect([sockets.length, asked.map(({ text }) => text)]).toEqual([
    3,
    ['one', 'two', 'three', 'four', 'five'],
  ]);
});

test('a request that met the end of an idle connection is sent once more, and not a second time', async () => {
  const { answered, ask, nth, sockets } = await world();
  await answered('one', 1, saying('1'));
  const { answer } = ask('two');
  (await nth(2)).destroy();
  (await nth(3)).write(saying('2'));
  expect((await answer).body.toString()).toBe('2');
  const again = ask('three');
  (await nth(4)).destroy();
  (await nth(5)).destroy();
  await expect(again.answer).rejects.toThrow('it ended early');
  // One that was never asked before had seen it, or is no server.
  const first = ask('four');
  (await nth(6)).destroy();
  await expect(first.answer).rejects.toThrow('it ended early');
  expect(sockets).toHaveLength(4);
});

test('bytes that nobody asked for are nobody’s answer', async () => {
  const { answered, ask, nth, sockets } = await world();
  const behind = ask('one');
  (await nth(1)).write(saying('1') + saying('not asked for'));
  await expect(behind.answer).rejects.toBeInstanceOf(OddAnswer);
  expect(await answered('two', 2, saying('2'))).toBe('2');
  const later = await nth(2);
  later.write(saying('not asked for'));
  await once(later, 'close');
  expect(await answered('three', 3, saying('3'))).toBe('3');
  expect(sockets).toHaveLength(3);
});

test('an answer that breaks off is none, and what nobody waits for is not read on', async () => {
  const { answered, ask, nth, sockets } = await world();
  await answered('one', 1, saying('1'));
  const cut = ask('two');
  (await nth(2)).end(saying('22').slice(0, -1));
  await expect(cut.answer).rejects.toThrow('it ended early');
  const left = ask('three');
  const socket = await nth(3);
  left.abort();
  await expect(left.answer).rejects.toThrow('nobody waits');
  await once(socket, 'close');
  expect(await answered('four', 4, saying('4'))).toBe('4');
  expect(sockets).toHaveLength(3);
});

test('more than so many wait for their turn, without those that gave up', async () => {
  const { ask, nth, asked, sockets } = await world(2);
  const [one, two, gone, three] = ['one', 'two', 'gone', 'three'].map(ask);
  gone?.abort();
  await expect(gone?.answer).rejects.toThrow('nobody waits');
  await nth(2);
  expect(asked.map(({ text }) => text).toSorted()).toEqual(['one', 'two']);
  (await nth(1)).write(saying('x'));
  (await nth(3)).write(saying('y'));
  (await nth(2)).destroy();
  const results = await Promise.allSettled([one?.answer, two?.answer, three?.answer]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(sockets).toHaveLength(2);
});

test('nobody at an address, and a server that says nothing for a minute, are errors', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const { ask, nth, pages, sockets } = await world();
  await expect(pages.ask('http://127.0.0.1:9', Buffer.from('x')).answer).rejects.toThrow('ECONNREFUSED');
  const silent = ask('one');
  await nth(1);
  vi.advanceTimersByTime(59_000);
  (await nth(1)).write('HTTP/1.1 200 OK\r\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  vi.advanceTimersByTime(30_000);
  const early = await Promise.race([silent.answer.then(() => 'answer'), Promise.resolve('waits')]);
  expect(early).toBe('waits');
  vi.advanceTimersByTime(40_000);
  await expect(silent.answer).rejects.toThrow('no answer in time');
  expect(sockets).toHaveLength(1);
});
