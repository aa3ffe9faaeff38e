/**
 * deploy/proxy.conf.template in front of two guards of which one hangs or is made anew. A guard that hangs takes
 * connections and says nothing; clients give up after 10 s, so that a proxy which waits for longer never learns of it.
 * Without nginx it is skipped by name.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Proxy, proxyMissing, startProxy } from './proxy.ts';
import { freePort } from '../../shared/testing/free-port.ts';

const CLIENTS_WAIT_MS = 10_000;
const missing = proxyMissing === null ? '' : ` (skipped: ${proxyMissing})`;
const READ = '/v1/message/channel/sync';
const WRITE = '/v1/friend/apply';

/** As much of a guard as a proxy sees. */
class Guard {
  hangs = false;
  /** Paths that came, also while it hangs. */
  readonly asked: string[] = [];
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  async open(): Promise<this> {
    const server = createServer((incoming, answer) => {
      this.asked.push(incoming.url ?? '');
      if (!this.hangs) incoming.resume().on('end', () => answer.end('{}'));
    });
    server.on('connection', (socket) => this.#sockets.add(socket));
    this.#port ||= await freePort();
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#server = server;
    return this;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => (this.#server ? this.#server.close(done) : done(null)));
    this.#server = null;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }
}

describe.skipIf(proxyMissing !== null)(`the proxy and its guards${missing}`, () => {
  let dir: string;
  let one: Guard;
  let other: Guard;
  let proxy: Proxy;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wk-proxy-guards-'));
    [one, other] = [await new Guard().open(), await new Guard().open()];
    const nobody = '127.0.0.1:9';
    proxy = await startProxy(dir, {
      'guard1:8091': one.address,
      'guard2:8091': other.address,
      ...Object.fromEntries(
        ['im1', 'im2', 'im3'].flatMap((im) => [`${im}:5200`, `${im}:5001`].map((a) => [a, nobody])),
      ),
      'minio:9000': nobody,
    });
  });
  afterEach(async () => {
    await proxy.close();
    await one.close();
    await other.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Null: the client gave up. */
  function call(method: string, path: string, patienceMs = CLIENTS_WAIT_MS): Promise<number | null> {
    return new Promise((resolve) => {
      const sent = request(proxy.https + path, { method, ca: proxy.ca, agent: false }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      });
      sent.setTimeout(patienceMs, () => sent.destroy());
      sent.on('error', () => resolve(null));
      sent.end(method === 'POST' ? '{}' : undefined);
    });
  }

  /** Null: the client gave up. */
  function read(path: string): Promise<string | null> {
    return new Promise((resolve) => {
      const sent = request(proxy.https + path, { ca: proxy.ca, agent: false }, (answer) => {
        text(answer).then(resolve, () => resolve(null));
      });
      sent.setTimeout(CLIENTS_WAIT_MS, () => sent.destroy());
      sent.on('error', () => resolve(null));
      sent.end();
    });
  }

  test('what only reads is answered by the other in time, and after two such calls nobody is sent there', async () => {
    one.hangs = true;
    const said: (number | null)[] = [];
    for (let n = 0; n < 10; n += 1)
      said.push(n % 2 === 0 ? await call('POST', READ) : await call('GET', '/v1/users/somebody'));
    expect(said).toEqual(said.map(() => 200));
    expect(one.asked).toHaveLength(2);
    expect(other.asked).toHaveLength(10);
  }, 60_000);

  test('a guard says which node somebody belongs to; any of them is told while none answers', async () => {
    const path = '/v1/users/somebody/im';
    one.hangs = true;
    expect([await read(path), await read(path)]).toEqual(['{}', '{}']);
    other.hangs = true;
    const anyNode = JSON.stringify({
      tcp_addr: '',
      ws_addr: '',
      wss_addr: `${proxy.https.replace('https', 'wss')}/im`,
    });
    expect(await read(path)).toBe(anyNode);
    await one.close();
    await other.close();
    expect(await read(path)).toBe(anyNode);
  }, 60_000);

  test('what writes is sent to one of them once, and reads find the other while it waits', async () => {
    one.hangs = true;
    const writes = await Promise.all(Array.from({ length: 4 }, () => call('POST', WRITE, 1_000)));
    expect(writes.filter((status) => status === null)).toHaveLength(one.asked.length);
    expect(one.asked.length).toBeGreaterThan(0);
    expect(one.asked.length + other.asked.length).toBe(4);
    // Those who gave up are still counted against the guard that says nothing.
    const before = one.asked.length;
    for (let n = 0; n < 6; n += 1) expect(await call('GET', '/v1/users/somebody')).toBe(200);
    expect(one.asked).toHaveLength(before);
  }, 60_000);

  test('a GET that signs in or joins is no read', async () => {
    for (const path of ['user/grant_login?auth_code=x', 'groups/g/scanjoin?auth_code=x']) {
      one.hangs = other.hangs = true;
      // Longer than what reads is waited for.
      expect(await call('GET', `/v1/${path}`, 7_000)).toBe(null);
    }
    expect(one.asked.length + other.asked.length).toBe(2);
  }, 60_000);

  test('what asks for the health of the guards is who meets the one that hangs', async () => {
    one.hangs = true;
    for (let n = 0; n < 4; n += 1)
      expect((await fetch(`${proxy.balancer}/guards`)).status).toBeOneOf([200, 504]);
    const before = one.asked.length;
    expect(one.asked).toEqual(['/v1/guard/health', '/v1/guard/health']);
    for (let n = 0; n < 6; n += 1) expect(await call('POST', READ)).toBe(200);
    expect(one.asked).toHaveLength(before);
  }, 60_000);

  test('guards that are made anew one after the other are both asked at once', async () => {
    await one.close();
    for (let n = 0; n < 4; n += 1) expect(await call('POST', WRITE)).toBe(200);
    await one.open();
    await other.close();
    for (let n = 0; n < 4; n += 1) expect(await call('POST', WRITE)).toBe(200);
    await one.close();
    expect(await call('POST', WRITE)).toBe(502);
    await other.open();
    for (let n = 0; n < 4; n += 1) expect(await call('POST', WRITE)).toBe(200);
  }, 60_000);
});
