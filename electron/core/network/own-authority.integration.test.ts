/**
 * Servers whose certificates are an organisation's own: real workers, the embedded servers behind TLS, directly and
 * through a proxy. With the file of the authority everything works: sign-in, messages over `wss` and through CONNECT,
 * pictures, recall. Without it, or under another name, nothing is sent to anybody.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ChannelRef, ConnectionState } from '../../../shared/domain.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { login } from '../api/sign-in.ts';
import { AUTHORITY, OTHER_HOST, SIGNED } from '../connection/testing/certificates.ts';
import { type Bundle, bundleWorker } from '../testing/bundle-worker.ts';
import { EmbeddedServers, WorkerClient } from '../testing/worker-client.ts';
import { AskedWays } from './asked-ways.ts';
import { TestProxy } from './testing/test-proxy.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const PNG_HEAD = Buffer.from('89504e470d0a1a0a0000000d494844520000000200000001', 'hex');
/** What the business server says of the IM server; set by each test. */
let im: { tcp_addr: string; ws_addr: string; wss_addr: string };
/** Requests that came out of the TLS in front of the business server. */
let asked: string[] = [];

let dir: string;
let caFile: string;
let bundle: Bundle;
let servers: EmbeddedServers;
let tcp: string;
/** In front of API and WebSocket: with a certificate for localhost, and one for other.example. */
let local: { api: string; ws: string };
let other: { api: string; ws: string };
const before = getCACertificates('default');
const running = new Set<WorkerClient>();
const closers: (() => void)[] = [];
let runs = 0;

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function apiBehind(certificate: typeof SIGNED): Promise<string> {
  const server = createHttps(certificate, (incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url}`);
    if (/^\/v1\/users\/[^/]+\/im/.test(url)) {
      answer.setHeader('content-type', 'application/json').end(JSON.stringify(im));
      return;
    }
    const onward = request(new URL(url, servers.api), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  return listening(server);
}

function tlsBefore(address: string, certificate: typeof SIGNED): Promise<string> {
  const server = createTls(certificate, (outer) => {
    const inner = connect(Number(address.split(':')[1]), '127.0.0.1');
    for (const socket of [outer, inner]) {
      socket.on('error', () => undefined);
      socket.on('close', () => (socket === outer ? inner : outer).destroy());
    }
    outer.pipe(inner).pipe(outer);
  });
  return listening(server);
}

beforeAll(async () => {
  dir = tempFolder('wk-authority-');
  caFile = join(dir, 'corp.pem');
  writeFileSync(caFile, AUTHORITY);
  [bundle, servers] = await Promise.all([
    bundleWorker(),
    EmbeddedServers.start(
      join(dir, 'server'),
      '--port',
      '0',
      '--seed',
      'demo',
      '--public-host',
      'other.example',
      '--public-host',
      'localhost',
    ),
  ]);
  const device = { id: 'look', name: 'test', model: 'test' };
  const me = await login({ server: servers.api, username: 'suhang01', password: 'wukong123', device });
  const said = await fetch(`${servers.api}/v1/users/${me.uid}/im`, { headers: { token: me.token } });
  const own = (await said.json()) as typeof im;
  tcp = own.tcp_addr.replace(/^tcp:\/\//, '');
  const ws = new URL(own.ws_addr).host;
  local = { api: await apiBehind(SIGNED), ws: await tlsBefore(ws, SIGNED) };
  other = { api: await apiBehind(OTHER_HOST), ws: await tlsBefore(ws, OTHER_HOST) };
});
afterEach(async () => {
  for (const client of running) await client.stop();
  running.clear();
  setDefaultCACertificates(before);
  asked = [];
});
afterAll(async () => {
  for (const close of closers) close();
  await servers?.stop();
  bundle?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const portOf = (address: string): string => address.split(':')[1] ?? '';

/** Each way to the servers: where they are, and who says so. */
async function way(
  which: 'directly' | 'through a proxy',
): Promise<{ server: string; ways: string; passed: string[]; wanted: string[] }> {
  if (which === 'directly') {
    im = { tcp_addr: '', ws_addr: '', wss_addr: `wss://localhost:${portOf(local.ws)}` };
    return { server: `https://localhost:${portOf(local.api)}`, ways: 'DIRECT', passed: [], wanted: [] };
  }
  const proxy = await TestProxy.start({
    hosts: {
      'other.example:443': other.api,
      'wrong.example:443': other.api,
      'other.example:5210': other.ws,
      'im.example:5100': tcp,
    },
  });
  onTestFinished(() => proxy.die().catch(() => undefined));
  im = { tcp_addr: '', ws_addr: '', wss_addr: 'wss://other.example:5210' };
  const wanted = ['CONNECT other.example:443', 'CONNECT other.example:5210'];
  return { server: 'https://other.example', ways: `PROXY ${proxy.address}`, passed: proxy.passed, wanted };
}

/** The network of the main thread. */
function mainNetwork(ways: string, file: string | null): AskedWays {
  const asking: AskedWays = new AskedWays(
    file,
    (id) => queueMicrotask(() => asking.answered(id, { ways })),
    () => undefined,
  );
  onTestFinished(() => asking.network.refresh());
  return asking;
}

async function signIn(at: { server: string; ways: string }, file: string | null, username = 'xuyinuo1') {
  const { network } = mainNetwork(at.ways, file);
  const device = { id: username, name: 'test', model: 'test' };
  return login({ server: at.server, username, password: 'wukong123', device }, { fetch: network.fetch });
}

function worker(
  at: { server: string; ways: string },
  me: Awaited<ReturnType<typeof signIn>>,
  file: string | null,
): WorkerClient {
  runs += 1;
  const client = new WorkerClient(bundle.file, at.server, me, join(dir, `p${runs}`), me.username, {
    ways: at.ways,
    caFile: file,
  });
  running.add(client);
  return client;
}

async function opened(at: { server: string; ways: string }, username: string): Promise<WorkerClient> {
  const client = worker(at, await signIn(at, caFile, username), caFile);
  await client.inSync();
  return client;
}

/** Signed in where no certificate is asked for: what a worker does by itself is looked at. */
const plainly = (username = 'xuyinuo1') => signIn({ server: servers.api, ways: 'DIRECT' }, null, username);

const states = (client: WorkerClient): ConnectionState[] =>
  client.deltas().flatMap((delta) => (delta.kind === 'connection' ? [delta.connection] : []));

const refusedFor = (client: WorkerClient): Promise<ConnectionState> =>
  client.until('the certificate to be refused', () =>
    states(client).find((state) => 'detail' in state && state.detail === 'certificate'),
  );

const person = (client: WorkerClient): ChannelRef => ({ channelId: client.me.uid, channelType: 1 });

async function sendsPicture(from: WorkerClient, to: WorkerClient): Promise<void> {
  const content = Buffer.concat([PNG_HEAD, randomBytes(200_000)]);
  const channel = person(to);
  const { id } = await from.value('attachments.begin', {
    channel,
    name: 'a.png',
    size: content.length,
    mime: 'image/png',
  });
  await from.value('attachments.append', { id, offset: 0, bytes: new Uint8Array(content) });
  const [view] = await from.value('messages.sendAttachments', {
    channel,
    items: [{ attachmentId: id, kind: 'image', width: 4, height: 3 }],
    text: '',
    mention: { all: false, uids: [] },
    replyToMessageId: null,
  });
  const key = view?.key ?? '';
  await to.until('the picture', () => to.view((v) => v.key === key && v.messageId !== null));
  const { url } = await to.value('media.load', { channel: person(from), key });
  const token = url.replace('app://wukong/media/', '');
  const file = to.said.find((message) => message.kind === 'mediaToken' && message.token === token);
  expect(readFileSync((file as { path: string }).path).equals(content)).toBe(true);
}

describe.each(['directly', 'through a proxy'] as const)(
  'servers with certificates of an own authority, %s',
  (which) => {
    it('are used in everything once its file is named', async () => {
      const at = await way(which);
      const [xu, lin] = [await opened(at, 'xuyinuo1'), await opened(at, 'linzhixia')];
      expect(states(xu).at(-1)).toMatchObject({ state: 'online' });
      const { key } = await xu.sent(person(lin), `over TLS, ${which}`);
      await lin.messageWith(`over TLS, ${which}`);
      await sendsPicture(xu, lin);
      await xu.value('messages.recall', { channel: person(lin), key });
      const { messageId } = (await lin.until('it', () => lin.view((v) => v.key === key))) ?? {};
      await lin.recalled(messageId ?? '');
      expect(new Set(at.passed)).toEqual(new Set(at.wanted));
    });

    it('get nothing without it, and the reason is named', async () => {
      const at = await way(which);
      await expect(signIn(at, null)).rejects.toMatchObject({
        badCertificate: true,
        message: expect.stringMatching(
          /^the certificate of \S+ is not accepted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/,
        ) as string,
      });
      const xu = worker(at, await plainly(), null);
      expect(await refusedFor(xu)).toMatchObject({ detail: 'certificate' });
      expect(asked).toEqual([]);
    });

    it('get nothing under another name', async () => {
      const at = await way(which);
      const elsewhere =
        which === 'directly'
          ? { ...at, server: `https://localhost:${portOf(other.api)}` }
          : { ...at, server: 'https://wrong.example' };
      await expect(signIn(elsewhere, caFile)).rejects.toMatchObject({
        badCertificate: true,
        message: expect.stringContaining('is not accepted (ERR_TLS_CERT_ALTNAME_INVALID)') as string,
      });
      const xu = worker(elsewhere, await plainly(), caFile);
      expect(await refusedFor(xu)).toMatchObject({ detail: 'certificate' });
      expect(asked).toEqual([]);
    });

    it('are asked no more once the file is taken away, though they were a moment ago, and again with it', async () => {
      const at = await way(which);
      const xu = await opened(at, 'xuyinuo1');
      const asking = mainNetwork(at.ways, caFile);
      const ask = () =>
        asking.network.fetch(`${at.server}/v1/common/appconfig`, {}).then(({ status }) => status);
      expect(await ask()).toBe(200);
      asking.changed(null);
      xu.send({ kind: 'waysChanged', caFile: null });
      await refusedFor(xu);
      await expect(ask()).rejects.toThrow('fetch failed');
      const count = xu.said.length;
      asking.changed(caFile);
      xu.send({ kind: 'waysChanged', caFile });
      await xu.until('to be online again', () =>
        xu.said
          .slice(count)
          .some(
            (message) =>
              message.kind === 'deltas' &&
              message.deltas.some(
                (delta) => delta.kind === 'connection' && delta.connection.state === 'online',
              ),
          ),
      );
      expect(await ask()).toBe(200);
    });
  },
);

it('a server on https that names no `wss` is not reached over TCP without encryption, and that is named', async () => {
  const at = await way('through a proxy');
  im = { tcp_addr: 'im.example:5100', ws_addr: '', wss_addr: '' };
  const xu = worker(at, await signIn(at, caFile), caFile);
  await xu.until('the reason', () =>
    states(xu).some((state) => 'detail' in state && state.detail === 'secureMissing'),
  );
  expect(new Set(at.passed)).toEqual(new Set(['CONNECT other.example:443']));
});
