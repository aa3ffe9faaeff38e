/** Pages over connections that a server, a balancer or a client ends, cuts and mixes as they like, also over TLS. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AUTHORITY, GOOD, SELF_SIGNED } from '../doctor/testing/certificates.ts';
import type { Guard } from './guard.ts';
import { GuardHarness } from './testing/harness.ts';

const SECRET = 'secret words';
const PAGE = '/v1/message/channel/sync';
const ID = '2124791608111960064';
const row = (content: string): string =>
  `{"message_id":${ID},"message_idstr":"${ID}","client_msg_no":"c","from_uid":"a","channel_id":"b","channel_type":1,"payload":{"type":1,"content":"${content}"}}`;
const WITH_SECRET = `{"messages":[${row(SECRET)}],"kept":1}`;

let h: GuardHarness;
const closings: (() => unknown)[] = [];
const trusted = getCACertificates('default');
beforeEach(async () => {
  h = await new GuardHarness().start();
  h.tsdd.state.upsertExtra(
    { messageId: ID, messageSeq: 1, channelId: 'b', channelType: 1, fromUid: 'a' },
    { revoke: 1, revoker: 'a' },
    h.clock,
  );
});
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  await h.close();
  setDefaultCACertificates(trusted);
});

interface Asked {
  socket: Socket;
  /** How many came over this connection, with this one. */
  nth: number;
  token: string;
  head: string;
}

/** A server of bytes in place of TSDD, and a guard in front of it. */
async function inFrontOf(answer: (asked: Asked) => void, tls?: { cert: string; key: string }) {
  const sockets = new Set<Socket>();
  const seen: Socket[] = [];
  const asked: Asked[] = [];
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    seen.push(socket);
    let text = '';
    let nth = 0;
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (end < 0 || text.length < end + 4 + length) return;
        const head = text.slice(0, end);
        text = text.slice(end + 4 + length);
        // The guard's own look whether it is there.
        if (head.startsWith('GET ')) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else {
          nth += 1;
          const one = { socket, nth, head, token: /\r\ntoken: (.*)/i.exec(head)?.[1] ?? '' };
          asked.push(one);
          answer(one);
        }
      }
    });
  };
  const server: Server = tls ? createTls(tls, serve) : createTcp(serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http${tls ? 's' : ''}://127.0.0.1:${port}`;
  const guard = await h.another({ tsdd: [url] });
  closings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  closings.push(() => guard.close());
  return { guard, asked, sockets, seen };
}

const bytes = (body: string | Buffer, more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);

async function read(guard: Guard, token = 't'): Promise<[status: number, text: string]> {
  const headers = { token, 'content-type': 'application/json' };
  const answer = await fetch(guard.url + PAGE, { method: 'POST', headers, body: '{}' });
  return [answer.status, await answer.text()];
}

const isMasked = ([status, text]: [number, string]): boolean =>
  status === 200 && !text.includes(SECRET) && text.includes('"revoke":1') && text.endsWith('"kept":1}');

test('pages from a TSDD behind TLS are masked over kept connections, and over no certificate that is not trusted', async () => {
  setDefaultCACertificates([...trusted, AUTHORITY]);
  const { guard, asked, sockets } = await inFrontOf(({ socket, nth }) => {
    socket.write(bytes(WITH_SECRET));
    // The third on each connection meets its end.
    if (nth === 2) setTimeout(() => socket.end(), 5);
  }, GOOD);
  for (let times = 0; times < 6; times += 1) {
    expect(isMasked(await read(guard))).toBe(true);
    const kept = asked.at(-1);
    await vi.waitFor(() => expect(kept?.nth === 2 && sockets.has(kept.socket)).toBe(false));
  }
  expect(asked.map(({ nth }) => nth)).toEqual([1, 2, 1, 2, 1, 2]);
  expect(asked[0]?.head).toMatch(/\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  const other = await inFrontOf(({ socket }) => socket.write(bytes(WITH_SECRET)), SELF_SIGNED);
  expect(await read(other.guard)).toMatchObject([502, expect.not.stringContaining(SECRET)]);
  expect(other.asked).toEqual([]);
});

test('what a proxy writes for HTTP/1.0, without a length, after hints, or packed is masked all the same', async () => {
  const packed = gzipSync(WITH_SECRET);
  const kinds: Record<string, (socket: Socket) => void> = {
    packed: (socket) => socket.write(bytes(packed, 'content-encoding: GZIP\r\n')),
    'packed in chunks': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: x-gzip\r\ntransfer-encoding: chunked\r\n\r\n');
      for (let at = 0; at < packed.length; at += 50) {
        const piece = packed.subarray(at, at + 50);
        socket.write(`${piece.length.toString(16)}\r\n`);
        socket.write(piece);
        socket.write('\r\n');
      }
      socket.write('0\r\n\r\n');
    },
    'behind a byte order mark': (socket) => socket.write(bytes(`\u{feff}${WITH_SECRET}`)),
    old: (socket) => socket.end(`HTTP/1.0 200 OK\r\nserver: nginx\r\n\r\n${WITH_SECRET}`),
    'old and kept': (socket) =>
      socket.write(bytes(WITH_SECRET, 'connection: keep-alive\r\n').toString().replace('/1.1', '/1.0')),
    'until its end': (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nserver: nginx\r\nconnection: close\r\n\r\n${WITH_SECRET}`),
    continued: (socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      socket.write(bytes(WITH_SECRET));
    },
    hinted: (socket) =>
      socket.write(Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'), bytes(WITH_SECRET)])),
  };
  const { guard, asked } = await inFrontOf(({ socket, token }) => kinds[token]?.(socket));
  for (const kind of Object.keys(kinds))
    expect([kind, isMasked(await read(guard, kind))]).toEqual([kind, true]);
  for (const { head } of asked) expect(head).toMatch(/\r\nAccept-Encoding: identity(?:\r\n|$)/i);
});

test('a server that always writes so is not asked twice for each page', async () => {
  const { guard, asked } = await inFrontOf(({ socket }) =>
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${WITH_SECRET}`),
  );
  for (let times = 0; times < 10; times += 1) expect(isMasked(await read(guard))).toBe(true);
  expect(asked).toHaveLength(13);
});

test('what is read by Node’s client meets the end of a kept connection, too', async () => {
  const { guard, asked } = await inFrontOf(({ socket, nth }) => {
    if (nth === 2) socket.destroy();
    else
      socket.write(
        bytes(WITH_SECRET)
          .toString()
          .replace('/1.1', '/1.0')
          .replace('content', 'connection: keep-alive\r\ncontent'),
      );
  });
  for (let times = 0; times < 6; times += 1) expect(isMasked(await read(guard))).toBe(true);
  expect(asked.some(({ nth }) => nth === 2)).toBe(true);
  expect(h.logged.filter(({ event }) => event === 'tsdd_down')).toEqual([]);
});

test('500 reads at once of a server that ends connections as it likes: each has its own answer', async () => {
  const random = (() => {
    let state = 7;
    return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  })();
  const { guard } = await inFrontOf(({ socket, token }) => {
    const answer = bytes(`answer of ${token}.`);
    const chance = random();
    // At once, with the answer or behind it, said or not.
    if (chance < 0.2) socket.end(bytes(`answer of ${token}.`, 'connection: close\r\n'));
    else if (chance < 0.4) socket.end(answer);
    else if (chance < 0.6) socket.write(answer, () => setTimeout(() => socket.destroy(), 1));
    else setTimeout(() => socket.write(answer), random() * 4);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  closings.push(() => agent.destroy());
  const one = (token: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { token, 'content-length': 2 };
      const asking = request(guard.url + PAGE, { method: 'POST', agent, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
      });
      asking.on('error', reject);
      asking.end('{}');
    });
  for (let round = 0; round < 2; round += 1) {
    const tokens = Array.from({ length: 500 }, (_, at) => `u${round}-${at}`);
    expect(await Promise.all(tokens.map(one))).toEqual(tokens.map((token) => `200 answer of ${token}.`));
  }
}, 60_000);

test('who leaves in the middle leaves nothing to the next: no answer is ever given to another', async () => {
  const { guard } = await inFrontOf(({ socket, token, nth }) => {
    const answer = bytes(`answer of ${token}.`);
    const half = answer.length - 5 - (nth % 3);
    socket.write(answer.subarray(0, half));
    setTimeout(() => socket.write(answer.subarray(half)), 2 + (nth % 4));
  });
  const leaving = async (token: string, ms: number): Promise<void> => {
    const socket = connect(Number(new URL(guard.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST ${PAGE} HTTP/1.1\r\nhost: x\r\ntoken: ${token}\r\ncontent-length: 2\r\n\r\n{}`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    socket.destroy();
  };
  for (let round = 0; round < 10; round += 1) {
    const gone = Array.from({ length: 10 }, (_, at) => leaving(`gone${at}`, at % 5));
    const stay = Array.from({ length: 10 }, (_, at) => `stays${round}-${at}`);
    const answers = await Promise.all(stay.map((token) => read(guard, token)));
    expect(answers).toEqual(stay.map((token) => [200, `answer of ${token}.`]));
    await Promise.all(gone);
  }
  expect(h.logged.filter(({ event }) => event === 'tsdd_down')).toEqual([]);
}, 60_000);

const call = (path: string, token: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ntoken: ${token}\r\ncontent-length: 2\r\n\r\n{}`;

test('calls that a client sends behind each other are answered in their order, pages and others', async () => {
  const { guard } = await inFrontOf(({ socket, token }) =>
    setTimeout(() => socket.write(bytes(`answer of ${token}.`)), token === 'slow' ? 60 : 1),
  );
  const socket = connect(Number(new URL(guard.url).port), '127.0.0.1');
  closings.push(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.write(call(PAGE, 'slow') + call('/v1/user/other', 'b') + call(PAGE, 'c') + call(PAGE, 'd'));
  await vi.waitFor(() => expect(text).toContain('answer of d.'));
  expect(text.match(/answer of \w+/g)).toEqual(['slow', 'b', 'c', 'd'].map((each) => `answer of ${each}`));
});

test('a client that reads slowly has its page whole, although TSDD was killed after it', async () => {
  const body = `{"messages":[${row(SECRET)}],"rest":"${'x'.repeat(1_000_000)}","kept":1}`;
  const { guard, asked } = await inFrontOf(({ socket }) => socket.write(bytes(body)));
  const size = await new Promise<number>((resolve, reject) => {
    const headers = { token: 't', 'content-length': 2 };
    const asking = request(guard.url + PAGE, { method: 'POST', headers }, (answer) => {
      asked[0]?.socket.destroy();
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (chunks.length > 10) return;
        answer.pause();
        setTimeout(() => answer.resume(), 5);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (isMasked([200, text])) resolve(text.length);
        else reject(new Error('not masked'));
      });
    });
    asking.on('error', reject);
    asking.end('{}');
  });
  expect(size).toBeGreaterThan(1_000_000);
  // Killed in the middle of an answer, that answer is none.
  const cut = await inFrontOf(({ socket }) =>
    socket.write(bytes(body).subarray(0, 600_000), () => socket.destroy()),
  );
  expect(await read(cut.guard)).toMatchObject([502, expect.not.stringContaining(SECRET)]);
});

test('who breaks off an upload, or writes it wrong, makes TSDD down for nobody', async () => {
  const { guard, seen } = await inFrontOf(() => undefined);
  const head =
    'POST /v1/file/upload?type=chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\n';
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`;
  const json = head
    .replace('POST /v1/file/upload?type=chat', 'DELETE /v1/message')
    .replace('octet-stream', 'json');
  for (const [first, then] of [
    [`${head}content-length: 500000\r\n\r\n${'x'.repeat(1_000)}`, null],
    [chunked, null],
    [chunked, 'zz\r\n'],
    [`${json}content-length: 50\r\n\r\n{}`, null],
  ] as const) {
    const before = seen.length;
    const socket = connect(Number(new URL(guard.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(first);
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(before));
    if (then === null) socket.destroy();
    else socket.write(then);
    await closed;
    // It is over for the guard, too.
    await vi.waitFor(() => expect(seen.every(({ destroyed }) => destroyed)).toBe(true));
  }
  const told = h.logged.filter(({ event }) => event.startsWith('tsdd_'));
  expect([told, guard.parts.notReady()]).toEqual([[], null]);
});

test('answers without a body, and questions about a page instead of for it, are passed on as they are', async () => {
  const { guard } = await inFrontOf(({ socket, head }) => {
    if (head.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n');
    else if (head.startsWith('OPTIONS')) socket.write('HTTP/1.1 204 No Content\r\nallow: POST\r\n\r\n');
    else if (head.includes('/v1/message/sync')) socket.write('HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n');
    else socket.write('HTTP/1.1 304 Not Modified\r\netag: "e"\r\n\r\n');
  });
  const call = async (method: string, path: string): Promise<unknown[]> => {
    const body = method === 'POST' ? '{}' : null;
    const answer = await fetch(guard.url + path, { method, headers: { token: 't' }, body });
    const { headers } = answer;
    return [answer.status, headers.get('content-length'), headers.get('allow') ?? headers.get('x-a')];
  };
  for (let times = 0; times < 2; times += 1) {
    expect(await call('HEAD', PAGE)).toEqual([200, '1234', null]);
    expect(await call('OPTIONS', PAGE)).toEqual([204, null, 'POST']);
    expect(await call('POST', '/v1/message/sync')).toEqual([204, null, 'b']);
    expect(await call('POST', PAGE)).toEqual([304, null, null]);
  }
});

test('heads that are longer than servers take are refused, by whichever side they come from', async () => {
  const { guard, asked } = await inFrontOf(({ socket }) =>
    socket.write(bytes(WITH_SECRET, `x-long: ${'y'.repeat(17_000)}\r\n`)),
  );
  // Whether its words arrive before the end of the connection is the network's.
  const refused = await read(guard, 'z'.repeat(17_000)).catch(() => [431, '']);
  expect(refused[0]).toBe(431);
  expect(asked).toEqual([]);
  expect(await read(guard)).toMatchObject([502, expect.not.stringContaining(SECRET)]);
  const fair = await inFrontOf(({ socket }) =>
    socket.write(bytes(WITH_SECRET, `x-long: ${'y'.repeat(15_000)}\r\n`)),
  );
  expect(isMasked(await read(fair.guard, 'z'.repeat(12_000)))).toBe(true);
});
