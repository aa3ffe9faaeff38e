/**
 * deploy/proxy.conf.template in the nginx of this computer, in front of two guards, a scripted TSDD and nodes that are
 * there, gone, or hang. Without nginx it is skipped by name.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Guard } from '../guard/guard.ts';
import { GuardHarness } from '../guard/testing/harness.ts';
import { type Proxy, proxyMissing, startProxy } from './proxy.ts';

const MB = 1024 * 1024;
const missing = proxyMissing === null ? '' : ` (skipped: ${proxyMissing})`;
const closings: (() => unknown)[] = [];

async function listening(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Takes connections and says nothing, as a process that was stopped. */
async function hanging(): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    closings.push(() => socket.destroy());
  });
  return await listening(server);
}

const httpServer = (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  closings.push(() => server.closeAllConnections());
  return listening(server);
};

/** A node that is there, and says its name. */
async function named(name: string): Promise<{ address: string; end: () => void }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', () => socket.send(name)));
  const end = (): void => {
    server.close();
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
  };
  closings.push(end);
  return { address: await listening(server), end };
}

const hostOf = (url: string): string => url.slice('http://'.length);

/** Which node it is; null: none said so. */
async function nodeAt(proxy: Proxy, path: string): Promise<string | null> {
  const socket = new WebSocket(proxy.https.replace('https', 'wss') + path, {
    ca: proxy.ca,
    handshakeTimeout: 1_000,
  });
  closings.push(() => socket.terminate());
  return await new Promise<string | null>((resolve) => {
    socket.once('open', () => socket.send('hello'));
    socket.once('message', (data: Buffer) => resolve(data.toString()));
    socket.once('error', () => resolve(null));
  });
}

/** How many tries it took. */
async function connected(proxy: Proxy): Promise<number> {
  let count = 1;
  while ((await nodeAt(proxy, '/im')) === null) count += 1;
  return count;
}

interface Said {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

describe.skipIf(proxyMissing !== null)(`the proxy in front of guards and nodes${missing}`, () => {
  let dir: string;
  let h: GuardHarness;
  let guards: [Guard, Guard];
  let proxy: Proxy;
  let im2: Awaited<ReturnType<typeof named>>;
  let im3: Awaited<ReturnType<typeof named>>;
  /** What came to the nodes' HTTP APIs, by node. */
  const asked: string[][] = [[], [], []];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wk-proxy-'));
    h = await new GuardHarness().start();
    const front = { trustProxy: ['127.0.0.1'] };
    guards = [await h.another(front), await h.another(front)];
    const api = (n: number): Promise<string> =>
      httpServer((request, response) => {
        asked[n]?.push(request.url ?? '');
        request.resume().on('end', () => response.end(`{"node":${n}}`));
      });
    const store = await httpServer((request, response) => response.end(`stored ${request.url}`));
    [im2, im3] = [await named('im2'), await named('im3')];
    proxy = await startProxy(dir, {
      'guard1:8091': hostOf(guards[0].url),
      'guard2:8091': hostOf(guards[1].url),
      'im1:5200': await hanging(),
      'im2:5200': im2.address,
      'im3:5200': im3.address,
      'im1:5001': await api(0),
      'im2:5001': await hanging(),
      'im3:5001': await api(2),
      'minio:9000': store,
    });
  }, 60_000);
  afterAll(async () => {
    await proxy?.close();
    for (const close of closings.toReversed()) await close();
    for (const guard of guards ?? []) await guard.close();
    await h?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** `body`: bytes, sent in pieces. */
  function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: Buffer | string = '',
  ): Promise<Said> {
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(proxy.https + path, { method, headers, ca: proxy.ca }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      // A refusal may come, and the connection end, before all was sent.
      sent.on('error', reject);
      sent.end(body);
    });
  }

  test('it is reached by TLS only, and nothing else is', async () => {
    const plain = await fetch(`${proxy.http}/v1/x?y=1`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([301, 'https://localhost/v1/x?y=1']);
    const config = await ask('GET', '/v1/common/appconfig');
    expect([config.status, config.text]).toEqual([200, expect.stringContaining('revoke_second')]);
    expect(config.headers['strict-transport-security']).toContain('max-age=');
    expect((await ask('GET', '/')).status).toBe(404);
    expect((await ask('POST', '/v1/manager/login')).status).toBe(403);
    expect((await ask('POST', '/v1/%6Danager/login')).status).toBe(403);
  });

  test('TSDD hears whose address it is, whatever is said of it', async () => {
    const alice = h.tsdd.person('alice');
    await ask('GET', '/v1/user/current', { token: alice.token, 'x-forwarded-for': '6.6.6.6' });
    const seen = h.tsdd.requests.findLast(({ url }) => url.startsWith('/v1/user/current'));
    expect(seen?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'https',
    });
    const sent = h.say(alice, h.tsdd.person('bob').uid, 'x');
    const query = `message_id=${sent.messageId}&channel_id=${h.tsdd.person('carol').uid}&channel_type=1`;
    expect((await ask('POST', `/v1/message/revoke?${query}`, { token: alice.token })).status).toBe(400);
  });

  test('50 MB go through, more than TSDD should be given do not, and files are read one by one', async () => {
    const alice = h.tsdd.person('uploader');
    const boundary = 'x'.repeat(20);
    const form = (bytes: number): Buffer =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`),
        Buffer.alloc(bytes, 7),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
    const headers = { token: alice.token, 'content-type': `multipart/form-data; boundary=${boundary}` };
    const path = '/v1/file/upload?type=chat&path=/1/f';
    expect((await ask('POST', path, headers, form(50 * MB))).status).toBe(200);
    const tooLarge = await ask('POST', path, {
      ...headers,
      'content-length': String(101 * MB),
      expect: '100-continue',
    }).catch(() => null);
    expect(tooLarge?.status ?? 413).toBe(413);
    expect((await ask('GET', '/files/chat/1/f')).text).toBe('stored /chat/1/f');
    expect((await ask('GET', '/files/chat/1/f?list-type=2')).text).toBe('stored /chat/1/f');
    expect((await ask('GET', '/files/chat/')).status).toBe(404);
    expect((await ask('PUT', '/files/chat/1/f')).status).toBe(403);
  });

  test('sign-ins are limited for each address, and nothing else', async () => {
    const tries = await Promise.all(Array.from({ length: 30 }, () => ask('POST', '/v1/user/login')));
    expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    const others = await Promise.all(Array.from({ length: 30 }, () => ask('GET', '/v1/common/appconfig')));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
  });

  test('a node that hangs costs whoever comes to it a second try, and never gets all of them', async () => {
    const tries: number[] = [];
    // As after a node has stopped: everybody who was there comes anew, one after the other.
    for (let n = 0; n < 9; n += 1) tries.push(await connected(proxy));
    expect(Math.max(...tries)).toBe(2);
    expect(tries.filter((count) => count === 1).length).toBeGreaterThanOrEqual(4);
  }, 60_000);

  test('what TSDD reads of a node that hangs another answers; what it sends there is sent once', async () => {
    const body = { method: 'POST', body: '{}' };
    const reads = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        fetch(`${proxy.balancer}${n % 2 === 0 ? '/messages' : '/channel/messagesync'}`, body),
      ),
    );
    expect(reads.map(({ status }) => status)).toEqual(reads.map(() => 200));
    const sends = await Promise.all(
      Array.from({ length: 6 }, () => fetch(`${proxy.balancer}/message/send`, body)),
    );
    const taken = sends.filter(({ status }) => status === 200).length;
    expect(asked.flat().filter((path) => path === '/message/send')).toHaveLength(taken);
    expect(sends.filter(({ status }) => status !== 200).map(({ status }) => status)).toEqual(
      Array.from({ length: 6 - taken }, () => 504),
    );
    expect(taken).toBeGreaterThanOrEqual(4);
  }, 60_000);

  test('somebody comes to the node they were told of, and to another at once when it is gone', async () => {
    expect([await nodeAt(proxy, '/im/2'), await nodeAt(proxy, '/im/3')]).toEqual(['im2', 'im3']);
    expect(await nodeAt(proxy, '/im/4')).toBeNull();
    im3.end();
    // In turn, and the first of the others hangs.
    const tries = [await nodeAt(proxy, '/im/3'), await nodeAt(proxy, '/im/3'), await nodeAt(proxy, '/im/3')];
    expect(tries.filter((each) => each !== null)).toContain('im2');
    expect(new Set(tries)).toEqual(new Set(['im2', null]));
  });

  test('a guard that is gone is noticed by no call', async () => {
    await guards[0].close();
    const alice = h.tsdd.person('late');
    const calls = await Promise.all(
      Array.from({ length: 12 }, () =>
        ask(
          'POST',
          '/v1/message/channel/sync',
          { token: alice.token, 'content-type': 'application/json' },
          '{}',
        ),
      ),
    );
    expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
  });
});
