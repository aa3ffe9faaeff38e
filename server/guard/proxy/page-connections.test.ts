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

/** What was written to a socket of this computer has been read: by turns of the loop, however long they take. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('nobody at an address, and a server that says nothing for half a minute, are errors', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const { ask, nth, pages, sockets } = await world();
  await expect(pages.ask('http://127.0.0.1:9', Buffer.from('x')).answer).rejects.toThrow('ECONNREFUSED');
  const silent = ask('one');
  await nth(1);
  vi.advanceTimersByTime(29_000);
  (await nth(1)).write('HTTP/1.1 200 OK\r\n');
  await arrived();
  vi.advanceTimersByTime(15_000);
  const early = await Promise.race([silent.answer.then(() => 'answer'), Promise.resolve('waits')]);
  expect(early).toBe('waits');
  vi.advanceTimersByTime(20_000);
  await expect(silent.answer).rejects.toThrow('no answer in time');
  expect(sockets).toHaveLength(1);
});

test('those that wait for their turn meet ends of connections, and are all answered', async () => {
  const pages = new PageConnections({ most: 4, mostBytes: 1_000 });
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      asked += 1;
      const answer = saying(chunk.toString());
      // Each second answer is the last of its connection, which nobody says.
      if (asked % 2 === 0) socket.end(answer);
      else socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => new Promise((resolve) => server.close(resolve)));
  closings.push(() => pages.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const texts = Array.from({ length: 300 }, (_, at) => `question ${at}`);
  const answers = await Promise.all(texts.map((text) => pages.ask(origin, Buffer.from(text)).answer));
  expect(answers.map(({ body }) => body.toString())).toEqual(texts);
});

test('a kept connection whose time is said to be up is the next one’s no answer', async () => {
  const { answered, ask, nth, sockets } = await world();
  await answered('one', 1, saying('1'));
  const late = saying('late').replace('200 OK', '408 Request Timeout');
  const { answer } = ask('two');
  (await nth(2)).write(late);
  (await nth(3)).write(saying('2'));
  expect((await answer).body.toString()).toBe('2');
  // To one that is fresh it is an answer.
  const fresh = ask('three');
  (await nth(4)).destroy();
  (await nth(5)).write(late);
  expect((await fresh.answer).status).toBe(408);
  expect(sockets).toHaveLength(3);
});

test('a node whose answers are odd one after the other is not asked here for a minute', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const { answered, ask, nth, asked } = await world();
  const odd = async (n: number): Promise<void> => {
    const { answer } = ask(`odd ${n}`);
    (await nth(n)).write('HTTP/1.0 200 OK\r\n\r\n');
    await expect(answer).rejects.toBeInstanceOf(OddAnswer);
  };
  await odd(1);
  await odd(2);
  expect(await answered('three', 3, saying('3'))).toBe('3');
  for (const n of [4, 5, 6]) await odd(n);
  const left = ask('seven');
  await expect(left.answer).rejects.toBeInstanceOf(OddAnswer);
  left.abort();
  vi.advanceTimersByTime(60_001);
  expect(await answered('eight', 7, saying('8'))).toBe('8');
  expect(asked).toHaveLength(7);
});

test('who waits for a connection, or for its turn, does not wait for ever', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const { ask, nth } = await world(1);
  const [one, two] = [ask('one'), ask('two')];
  await nth(1);
  vi.advanceTimersByTime(25_000);
  (await nth(1)).write('HTTP/1.1 200 OK\r\n');
  await arrived();
  vi.advanceTimersByTime(10_000);
  await expect(two.answer).rejects.toThrow('no answer in time');
  (await nth(1)).write('content-length: 1\r\n\r\n1');
  expect((await one.answer).body.toString()).toBe('1');
  // A server that takes no connection of TLS.
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const pages = new PageConnections({ most: 1, mostBytes: 1_000 });
  closings.push(() => new Promise((resolve) => silent.close(resolve)));
  closings.push(() => pages.close());
  const { port } = silent.address() as AddressInfo;
  const { answer } = pages.ask(`https://127.0.0.1:${port}`, Buffer.from('x'));
  const outcome = answer.then(() => 'an answer', String);
  await once(silent, 'connection');
  vi.advanceTimersByTime(15_001);
  expect(await outcome).toBe('Error: no answer in time');
});
