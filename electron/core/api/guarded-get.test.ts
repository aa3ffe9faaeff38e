/** Names and addresses that are looked at when the connection is made, against a server on this computer. */
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { GuardedGet, type Resolve } from './guarded-get.ts';

let server: Server;
let port = 0;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
    else if (request.url === '/304') response.writeHead(304).end();
    else response.end('bytes');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = 0;
});

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const get = async (guard: GuardedGet, host: string, path = '/'): Promise<string> => {
  const url = new URL(`http://${host}:${port}${path}`);
  return (await guard.get(url, {}, new AbortController().signal)).text();
};
const world = (resolve?: Resolve): GuardedGet => new GuardedGet((kind) => kind === 'public', resolve);
const REFUSED = { reason: 'refused', message: 'the address of the file is inside the local network' };

it('connects to what was looked at, and asks for the name once', async () => {
  let lookups = 0;
  const guard = new GuardedGet(
    (kind) => kind === 'loopback',
    async () => {
      lookups += 1;
      // The second answer is another one: whoever checks first and connects then is fooled.
      return lookups === 1 ? [v4('127.0.0.1')] : [v4('10.0.0.1')];
    },
  );
  expect(await get(guard, 'files.example.com')).toBe('bytes');
  expect([lookups, asked]).toEqual([1, 1]);
});

it.each([
  ['this computer', ['127.0.0.1']],
  ['this computer, as IPv6', ['::ffff:127.0.0.1']],
  ['the local network', ['192.168.1.1']],
  ['several of them', ['10.0.0.1', '169.254.169.254', '100.64.0.1']],
])('a public name that leads to %s is refused', async (_, addresses) => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  await expect(
    get(
      world(async () => found),
      'evil.example.com',
    ),
  ).rejects.toMatchObject(REFUSED);
  expect(asked).toBe(0);
});

it('of a name with good and bad addresses only the good ones are connected to', async () => {
  const tried: string[] = [];
  const guard = new GuardedGet(
    (kind) => kind === 'loopback',
    async () => [v4('10.0.0.1'), v4('127.0.0.1')],
  );
  server.once('connection', (socket) => tried.push(socket.localAddress ?? ''));
  expect(await get(guard, 'files.example.com')).toBe('bytes');
  expect(tried).toEqual(['127.0.0.1']);
});

it.each([
  'localhost',
  'localhost.',
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '[::ffff:127.0.0.1]',
  'x',
  'a.local',
])('%s is refused without a look-up', async (host) => {
  const guard = world(() => Promise.reject(new Error('looked up')));
  await expect(get(guard, host)).rejects.toMatchObject(REFUSED);
  expect(asked).toBe(0);
});

it('reads what a server compressed unasked, and an answer without a body', async () => {
  const guard = new GuardedGet(() => true);
  expect(await get(guard, '127.0.0.1', '/gzip')).toBe('unpacked');
  expect(await get(guard, '127.0.0.1', '/304')).toBe('');
});

it('names neither host nor address when nobody answers', async () => {
  const guard = new GuardedGet(() => true);
  const closed = new URL('http://127.0.0.1:1/');
  const error = await guard.get(closed, {}, new AbortController().signal).catch((e: unknown) => e);
  expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } });
});

it('ends with the reason of its signal', async () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(
    new GuardedGet(() => true).get(new URL(`http://127.0.0.1:${port}`), {}, stop.signal),
  ).rejects.toThrow('stopped');
});
