/** What TSDD, the network and the stores can do to a guard: closed on a recall, open on the rest, and never down. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Guard } from './guard.ts';
import { GuardHarness } from './testing/harness.ts';

const SECRET = 'secret words';
const PAGE = '/v1/message/channel/sync';
const ID = '2124791608111960064';
let h: GuardHarness;
const closings: (() => unknown)[] = [];

beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  await h.close();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A guard in front of a server that answers as told. The message ID is recalled. */
async function inFrontOf(answer: Answer, fail: 'open' | 'closed' = 'open'): Promise<Guard> {
  const server: Server = createServer((request, response) => answer(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  h.tsdd.state.upsertExtra(
    { messageId: ID, messageSeq: 1, channelId: 'b', channelType: 1, fromUid: 'a' },
    { revoke: 1, revoker: 'a' },
    h.clock,
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guard = await h.another({ tsdd: [url], fail });
  closings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  closings.push(() => guard.close());
  return guard;
}

const ask = (guard: Guard, path = PAGE, init: RequestInit = {}): Promise<Response> =>
  fetch(guard.url + path, {
    method: 'POST',
    headers: { token: 't', 'content-type': 'application/json' },
    body: '{}',
    ...init,
  });

const row = (id: string, content = 'kept', more = ''): string =>
  `{"message_id":${id},"message_idstr":"${id}","client_msg_no":"c${id}","from_uid":"a","channel_id":"b","channel_type":1,"payload":{"type":1,"content":"${content}"${more}}}`;
const quoting = (id: string): string =>
  row(id, 'hm', `,"reply":{"message_id":"${ID}","from_uid":"a","payload":{"type":1,"content":"${SECRET}"}}`);
const page = (rows: readonly string[]): string => `{"messages":[${rows.join(',')}]}`;
const WITH_QUOTE = page([row('7'), quoting('8')]);

test('a page is masked however TSDD packs or cuts it, and what is no page comes as it is', async () => {
  const packed = new Map<string, [Buffer, Record<string, string>]>([
    ['/gzip', [gzipSync(WITH_QUOTE), { 'content-encoding': 'gzip' }]],
    ['/br', [brotliCompressSync(WITH_QUOTE), { 'content-encoding': 'br' }]],
    ['/broken', [gzipSync(WITH_QUOTE).subarray(0, 60), { 'content-encoding': 'gzip' }]],
    ['/unknown', [Buffer.from(WITH_QUOTE), { 'content-encoding': 'zstd' }]],
  ]);
  const guard = await inFrontOf((response, { headers }) => {
    const kind = String(headers['x-kind']);
    const [body, more] = packed.get(kind) ?? [Buffer.from(WITH_QUOTE), {}];
    if (kind !== '/trailers') {
      response.writeHead(200, { 'content-type': 'application/json', ...more }).end(body);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-sum' });
    for (let at = 0; at < body.length; at += 7) response.write(body.subarray(at, at + 7));
    response.addTrailers({ 'x-sum': 'abc' });
    response.end();
  });
  const read = async (kind: string): Promise<[number, string]> => {
    const headers = { token: 't', 'content-type': 'application/json', 'x-kind': kind };
    const answer = await ask(guard, PAGE, { headers });
    return [answer.status, await answer.text()];
  };
  for (const kind of ['/gzip', '/br', '/trailers']) {
    const [status, text] = await read(kind);
    expect([kind, status, text.includes(SECRET), text.includes('kept')]).toEqual([kind, 200, false, true]);
  }
  // What cannot be read is passed on to nobody.
  for (const kind of ['/broken', '/unknown']) {
    const [status, text] = await read(kind);
    expect([kind, status >= 500, text.includes(SECRET)]).toEqual([kind, true, false]);
  }
});

test('malformed JSON, HEAD, 304 with its ETag, and 502 are passed on', async () => {
  const guard = await inFrontOf((response, { method, headers, url }) => {
    if (method === 'HEAD') response.writeHead(200, { 'content-length': '1234', etag: '"h"' }).end();
    else if (headers['if-none-match'] === '"e"') response.writeHead(304, { etag: '"e"' }).end();
    else if (url === '/v1/bad') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad');
    else response.writeHead(200, { etag: '"e"' }).end('{"messages":[{');
  });
  expect(await (await ask(guard)).text()).toBe('{"messages":[{');
  const head = await ask(guard, '/v1/file/preview/x', { method: 'HEAD', body: null });
  expect([head.status, head.headers.get('content-length'), head.headers.get('etag')]).toEqual([
    200,
    '1234',
    '"h"',
  ]);
  for (const [path, method] of [
    ['/v1/users/u/avatar', 'GET'],
    [PAGE, 'POST'],
  ] as const) {
    const headers = { token: 't', 'if-none-match': '"e"' };
    const kept = await ask(guard, path, { method, headers, body: method === 'GET' ? null : '{}' });
    expect([kept.status, kept.headers.get('etag'), await kept.text()]).toEqual([304, '"e"', '']);
  }
  const bad = await ask(guard, '/v1/bad');
  expect([bad.status, await bad.text()]).toEqual([502, '<html>bad']);
});

test('ten thousand rows of 50 MB are masked, and an answer that is larger than any page is refused', async () => {
  const long = 'x'.repeat(5_000);
  const rows = Array.from({ length: 10_000 }, (_, at) => row(String(10_000_000 + at), long));
  const text = page([...rows, quoting('8')]);
  let size = 0;
  const guard = await inFrontOf((response, { headers }) => {
    if (headers['x-kind'] !== 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1_000_000))) size += 1;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const answer = await (await ask(guard)).text();
  expect(answer.length).toBeGreaterThan(50_000_000);
  expect(answer.includes(SECRET)).toBe(false);
  const endless = await ask(guard, PAGE, { headers: { token: 't', 'x-kind': 'endless' } });
  expect(endless.status).toBeGreaterThanOrEqual(500);
  expect(size).toBeLessThan(200);
}, 60_000);

test('an answer that breaks off, or never comes, is an error for its asker alone', async () => {
  const guard = await inFrontOf((response, { headers }) => {
    if (headers['x-kind'] === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
      response.write('{"messages":[');
      setTimeout(() => response.destroy(), 20);
    } else if (headers['x-kind'] === 'reset') response.destroy();
    else response.writeHead(200).end(WITH_QUOTE);
  });
  for (const kind of ['cut', 'reset']) {
    const headers = { token: 't', 'x-kind': kind };
    const status = await ask(guard, PAGE, { headers }).then(
      (answer) => answer.status,
      () => 0,
    );
    expect(status === 0 || status >= 500).toBe(true);
    expect((await ask(guard)).status).toBe(200);
  }
  // Who asked goes away in the middle: TSDD is not taken for down.
  h.logged.length = 0;
  const gone = connect(Number(new URL(guard.url).port), '127.0.0.1');
  gone.write(`POST ${PAGE} HTTP/1.1\r\nhost: x\r\ntoken: t\r\ncontent-length: 500\r\n\r\n{"a":`);
  await new Promise((resolve) => setTimeout(resolve, 30));
  gone.destroy();
  expect((await ask(guard)).status).toBe(200);
  expect(h.logged.filter(({ event }) => event === 'tsdd_down')).toEqual([]);
});

test('an upload of 300 MB streams through, as slow as its reader, and little of it is held', async () => {
  let received = 0;
  const guard = await inFrontOf((response, incoming) => {
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    incoming.on('end', () => response.writeHead(200).end(String(received)));
  });
  const chunk = Buffer.alloc(1_000_000, 'x');
  const before = process.memoryUsage().rss;
  let most = 0;
  const text = await new Promise<string>((resolve, reject) => {
    const asking = request(
      `${guard.url}/v1/file/upload?type=chat`,
      { method: 'POST', headers: { token: 't', 'content-type': 'multipart/form-data; boundary=b' } },
      (answer) => {
        let body = '';
        answer.on('data', (part: Buffer) => {
          body += part.toString();
        });
        answer.on('end', () => resolve(body));
      },
    );
    asking.on('error', reject);
    let left = 300;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        most = Math.max(most, process.memoryUsage().rss - before);
        if (!asking.write(chunk)) {
          asking.once('drain', more);
          return;
        }
      }
      asking.end();
    };
    more();
  });
  expect(text).toBe('300000000');
  expect(most).toBeLessThan(200_000_000);
}, 60_000);

test('the store that goes away in the middle: no recall without it, pages as --fail says, and all is well after', async () => {
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const closed = await h.another({ fail: 'closed' });
  closings.push(() => closed.close());
  const sent = h.say(alice, bob.uid, SECRET);
  h.say(bob, alice.uid, 'hm');
  const query = new URLSearchParams({ message_id: sent.messageId, channel_id: bob.uid, channel_type: '1' });
  const body = { channel_id: alice.uid, channel_type: 1, limit: 10 };
  const read = (guard: Guard): Promise<Response> =>
    ask(guard, PAGE, {
      headers: { token: bob.token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  h.store.down = true;
  expect(await h.call('POST', `/v1/message/revoke?${query}`, alice.token)).toMatchObject({ status: 400 });
  expect(h.tsdd.state.extras.size).toBe(0);
  expect((await read(h.guard)).status).toBe(200);
  expect((await read(closed)).status).toBe(503);
  h.store.down = false;
  expect(await h.call('POST', `/v1/message/revoke?${query}`, alice.token)).toMatchObject({ status: 200 });
  await vi.waitFor(async () => {
    h.clock += 1_000;
    for (const guard of [h.guard, closed]) expect(await (await read(guard)).text()).not.toContain(SECRET);
  });
});
