/** What the guard has no business with passes byte for byte, both ways, while TSDD answers and while it does not. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GuardHarness } from './testing/harness.ts';

let h: GuardHarness;
beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(() => h.close());

/** A server that answers as told, in place of TSDD. */
async function upstream(
  answer: (
    request: IncomingMessage,
    body: Buffer,
  ) => { status: number; headers: Record<string, string | string[]>; body: string },
) {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers, body } = answer(request, Buffer.concat(chunks));
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test("status, headers and body are TSDD's own, also of refusals, panics and unknown routes", async () => {
  const alice = h.tsdd.person('alice');
  const cases: [string, string, string, unknown?][] = [
    ['GET', '/v1/nowhere', alice.token],
    ['GET', `/v1/users/${alice.uid}`, ''],
    ['GET', `/v1/users/${alice.uid}`, alice.token],
    ['POST', '/v1/user/login', '', { username: 'nobody', password: 'x' }],
    ['POST', '/v1/user/login', '', '{"username":'],
    ['GET', '/v1/health?x=%E4%BD%A0&y=a+b', ''],
    ['OPTIONS', '/v1/user/login', ''],
  ];
  for (const [method, path, token, body] of cases) {
    const [direct, through] = [
      await h.direct(method, path, token, body),
      await h.call(method, path, token, body),
    ];
    expect([through.status, through.text]).toEqual([direct.status, direct.text]);
    const headers = (answer: typeof direct): [string, string][] =>
      [...answer.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name));
    expect(headers(through)).toEqual(headers(direct));
  }
  expect(h.tsdd.requests.at(-1)?.headers['x-forwarded-for']).toBe('127.0.0.1');
});

test('an upload of many bytes and its download come through whole, streamed', async () => {
  const alice = h.tsdd.person('alice');
  const bytes = randomBytes(8 * 1024 * 1024);
  const sum = createHash('sha256').update(bytes).digest('hex');
  const answer = await fetch(`${h.guard.url}/v1/file/upload?type=chat&path=/1/u/a.bin`, {
    method: 'POST',
    headers: { token: alice.token, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  expect(await answer.json()).toEqual({ path: 'file/preview/chat/1/u/a.bin' });
  const back = Buffer.from(
    await (await fetch(`${h.guard.url}/v1/file/preview/chat/1/u/a.bin`)).arrayBuffer(),
  );
  expect(createHash('sha256').update(back).digest('hex')).toBe(sum);
});

test('an upload that asks first whether to go on goes through, and TSDD is not taken for down', async () => {
  const alice = h.tsdd.person('alice');
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asking = request(`${h.guard.url}/v1/file/upload?type=chat&path=/1/u/b.bin`, {
      method: 'POST',
      headers: { token: alice.token, 'content-type': 'application/octet-stream', expect: '100-continue' },
    });
    asking.once('continue', () => asking.end('bytes'));
    asking.once('response', (answer) => resolve(answer.resume().statusCode));
    asking.once('error', reject);
    asking.flushHeaders();
  });
  expect(status).toBe(200);
  expect(h.logged.map(({ event }) => event)).not.toContain('tsdd_down');
});

test('a refusal before the end of an upload reaches who sends it', async () => {
  // As Go does: it answers, reads no further and closes.
  const tsdd = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (head) => {
      if (head.toString().includes('appconfig')) {
        socket.end('HTTP/1.1 200 OK\r\n\r\n{}');
        return;
      }
      socket.pause();
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      setTimeout(() => socket.destroy(), 100);
    });
  });
  await new Promise<void>((resolve) => tsdd.listen(0, '127.0.0.1', resolve));
  const guard = await h.another({ tsdd: [`http://127.0.0.1:${(tsdd.address() as AddressInfo).port}`] });
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asking = request(`${guard.url}/v1/file/upload`, { method: 'POST', headers: { token: 'x' } });
  asking.once('response', (answer) => resolve(answer.resume().statusCode));
  asking.once('error', reject);
  const chunk = randomBytes(1024 * 1024);
  for (let mib = 0; mib < 32; mib += 1) asking.write(chunk);
  expect(await promise).toBe(401);
  asking.end();
  await guard.close();
  tsdd.close();
});

test('redirects, cookies and packed bodies are not touched; multipart keeps its boundary', async () => {
  const seen: { type: string | undefined; body: Buffer }[] = [];
  const { url, server } = await upstream((request, body) => {
    seen.push({ type: request.headers['content-type'], body });
    return {
      status: 302,
      headers: { location: '/v1/other', 'set-cookie': ['a=1', 'b=2'], 'x-tsdd': 'ä'.normalize() },
      body: 'moved',
    };
  });
  const guard = await h.another({ tsdd: [url] });
  const multipart = '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n';
  const answer = await fetch(`${guard.url}/v1/users/u/avatar`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: multipart,
  });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('/v1/other');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await answer.text()).toBe('moved');
  expect(seen[0]).toEqual({ type: 'multipart/form-data; boundary=b', body: Buffer.from(multipart) });
  await guard.close();
  server.close();
});

test('a WebSocket goes through in both directions, with its subprotocol', async () => {
  const { url, server } = await upstream(() => ({ status: 404, headers: {}, body: '' }));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  const guard = await h.another({ tsdd: [url] });
  const socket = new WebSocket(`${guard.url.replace('http', 'ws')}/v1/ws`, ['wk']);
  const sent = randomBytes(200_000);
  const echoed = await new Promise<Buffer>((resolve, reject) => {
    socket.on('open', () => socket.send(sent));
    socket.on('message', (data) => resolve(data as Buffer));
    socket.on('error', reject);
  });
  expect(echoed.equals(sent)).toBe(true);
  expect(socket.protocol).toBe('wk');
  socket.terminate();
  sockets.close();
  await guard.close();
  server.close();
});

/** What comes back for these bytes on a connection of their own, until so many answers ended or it was closed. */
async function spoken(origin: string, bytes: string, answers = 1): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  let got = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
  socket.on('close', () => (closed = true));
  socket.write(bytes);
  const ended = /\r\n\r\n(?:\{.*\}|404 page not found)(?=HTTP|$|\r\n0\r\n)/g;
  await vi.waitFor(() => expect(closed || (got.match(ended) ?? []).length >= answers).toBe(true));
  socket.destroy();
  return got;
}

test.each([
  ['websocket', 'POST', ''],
  ['h2c', 'POST', ''],
  ['websocket', 'GET', 'in front of it'],
])('words of an upgrade (%s, %s) lead past nothing that is looked at', async (upgrade, method, before) => {
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const sent = h.say(alice, bob.uid, 'recalled words');
  expect((await h.recall(alice, sent, bob.uid)).status).toBe(200);
  const body = JSON.stringify({ channel_id: alice.uid, channel_type: 1, start_message_seq: 0, limit: 10 });
  const asked = `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  const head = (more: string): string =>
    `POST /v1/message/channel/sync HTTP/1.1\r\nHost: h\r\ntoken: ${bob.token}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;
  const first = `${method} /v1/nowhere HTTP/1.1\r\nHost: h\r\n${asked}\r\n`;
  const got =
    before === '' ? await spoken(h.guard.url, head(asked)) : await spoken(h.guard.url, first + head(''), 2);
  expect(got).not.toContain('recalled words');
  expect(got).toContain(before === '' ? sent.messageId : '404 page not found');
});

test('a recall past its time is none with the words of an upgrade', async () => {
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const sent = h.say(alice, bob.uid, 'x');
  const guard = await h.another({ window: 10 });
  h.clock += 60_000;
  const query = new URLSearchParams({
    message_id: sent.messageId,
    client_msg_no: sent.clientMsgNo,
    channel_id: bob.uid,
    channel_type: '1',
  });
  const got = await spoken(
    guard.url,
    `POST /v1/message/revoke?${query} HTTP/1.1\r\nHost: h\r\ntoken: ${alice.token}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n',
  );
  expect(got).toMatch(/^HTTP\/1.1 400 /);
  await guard.close();
});

test('a WebSocket that TSDD does not take is its answer, and the end of the connection', async () => {
  const got = await spoken(
    h.guard.url,
    'GET /v1/nowhere HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  expect(got).toMatch(/^HTTP\/1.1 404 .*connection: close\r\n\r\n404 page not found$/s);
});

test.each([
  ['POST', '/v1/webhook?event=msg.notify'],
  ['POST', '/v2/webhook?event=user.onlinestatus'],
  ['POST', '/v1/webhook/message/notify'],
  ['POST', '/v1/datasource'],
  ['POST', '/v1//datasource'],
  ['POST', '/v1/data%73ource'],
  ['GET', '/v1/datasource'],
])('%s %s is the IM server’s and nobody else’s', async (method, path) => {
  const before = h.tsdd.requests.length;
  const answer = await h.call(method, path, '', method === 'GET' ? undefined : []);
  expect([answer.status, answer.text]).toEqual([404, '404 page not found']);
  expect(h.tsdd.requests.slice(before)).toEqual([]);
});

test('a node that does not answer is left for another, and one that is alone is said to be down', async () => {
  const alice = h.tsdd.person('alice');
  const two = await h.another({ tsdd: ['http://127.0.0.1:9', h.tsdd.url] });
  await two.parts.upstreams.check();
  for (let count = 0; count < 5; count += 1) {
    const answer = await fetch(`${two.url}/v1/users/${alice.uid}`, { headers: { token: alice.token } });
    expect(answer.status).toBe(200);
  }
  expect(await (await fetch(`${two.url}/v1/guard/health`)).json()).toMatchObject({
    status: 'up',
    window: -1,
    plugins: null,
  });
  await two.close();
  h.tsdd.faults.add('down');
  expect(await h.call('GET', '/v1/users/u', alice.token)).toMatchObject({ status: 502 });
  expect(await h.call('GET', '/v1/guard/health')).toMatchObject({ status: 503 });
});

test('metrics and readiness are on a port of their own, and nothing of what people write is logged', async () => {
  const guard = await h.another({ metrics: 0 });
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const sent = h.say(alice, bob.uid, 'secret words');
  const query = new URLSearchParams({ message_id: sent.messageId, channel_id: bob.uid, channel_type: '1' });
  await fetch(`${guard.url}/v1/message/revoke?${query}`, { method: 'POST', headers: { token: alice.token } });
  const at = `http://127.0.0.1:${guard.metricsPort}`;
  const metrics = await (await fetch(`${at}/metrics`)).text();
  expect(metrics).toContain('guard_recalls_total{outcome="done"} 1');
  expect(metrics).toContain('guard_plugins_connected -1');
  expect(metrics).toContain(`guard_upstream_up{upstream="${h.tsdd.url}"} 1`);
  expect((await fetch(`${at}/ready`)).status).toBe(200);
  expect(JSON.stringify(h.logged)).not.toMatch(/secret words|token/);
  expect(h.logged).toContainEqual({ event: 'recall', fields: expect.objectContaining({ outcome: 'done' }) });
  await guard.close();
});

test('a guard that ends lets what is under way end, and says at once what it still had to say', async () => {
  const guard = await h.another();
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const sent = h.say(alice, bob.uid, 'x');
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  h.im.meanwhile = (path) => (path === '/messages' ? held : Promise.resolve());
  const query = new URLSearchParams({ message_id: sent.messageId, channel_id: bob.uid, channel_type: '1' });
  const recall = fetch(`${guard.url}/v1/message/revoke?${query}`, {
    method: 'POST',
    headers: { token: alice.token },
  });
  await vi.waitFor(() => expect(h.im.to('/messages').length).toBeGreaterThan(0));
  const closing = guard.close();
  release();
  expect((await recall).status).toBe(200);
  await closing;
  const told = h.im.commands('messageRevoke').filter(({ param }) => 'to_uid' in param);
  expect(told).toHaveLength(3);
});
