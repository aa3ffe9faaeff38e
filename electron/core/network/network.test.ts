import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proxyFaultOf } from '../../../shared/proxy-error.ts';
import { requestJson } from '../api/http.ts';
import { AUTHORITY, SIGNED } from '../connection/testing/certificates.ts';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Network } from './network.ts';
import { parseRoutes } from './route.ts';
import type { Credentials } from './proxy-sign-in.ts';
import { TestProxy, type TestProxyOptions } from './testing/test-proxy.ts';

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answerTo = async (incoming: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return JSON.stringify({
    asked: `${incoming.method ?? ''} ${incoming.url ?? ''}`,
    host: incoming.headers.host,
    token: incoming.headers['token'] ?? null,
    proxyAuthorization: incoming.headers['proxy-authorization'] ?? null,
    body: Buffer.concat(parts).toString('utf8'),
  });
};

const serve = (incoming: IncomingMessage, response: ServerResponse): void =>
  void answerTo(incoming).then((text) => response.end(text));

/** Says what it was asked, and what came. */
async function echo(secure = false): Promise<string> {
  return listening(secure ? createHttps(SIGNED, serve) : createHttp(serve));
}

async function proxyWith(options: TestProxyOptions = {}): Promise<TestProxy> {
  const proxy = await TestProxy.start(options);
  onTestFinished(() => proxy.die().catch(() => undefined));
  return proxy;
}

interface Asked {
  proxy: string;
  refused: Credentials | null;
}

function networkOver(
  ways: string | (() => string),
  answers: (Credentials | null)[] = [],
  now: () => number = Date.now,
): { network: Network; asked: Asked[]; resolved: string[] } {
  const asked: Asked[] = [];
  const resolved: string[] = [];
  const network = new Network({
    resolve: async (url) => {
      resolved.push(url);
      return parseRoutes(typeof ways === 'string' ? ways : ways());
    },
    credentials: async (proxy, refused) => {
      asked.push({ proxy, refused });
      return answers.shift() ?? null;
    },
    trust: async () => undefined,
    now,
  });
  onTestFinished(() => network.refresh());
  return { network, asked, resolved };
}

async function json(network: Network, url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const answer = await network.fetch(url, init);
  return (await answer.json()) as Record<string, unknown>;
}

/** The fault of what `work` rejects with. */
async function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no error',
    (error: unknown) => proxyFaultOf(error) ?? error,
  );
}

describe('authorities', () => {
  it('are read for what is encrypted, not for the wire protocol, which is dialled as https', async () => {
    const read: string[] = [];
    const network = new Network({
      resolve: async () => parseRoutes('DIRECT'),
      credentials: async () => null,
      trust: async () => void read.push(dialled),
    });
    const address = await echo();
    const target = { host: '127.0.0.1', port: Number(address.split(':')[1]) };
    let dialled = '';
    for (const scheme of ['https', 'ws', 'wss']) {
      dialled = scheme;
      (await network.dial(`${scheme}://${address}/`, target, new AbortController().signal)).pipe.destroy();
    }
    expect(read).toEqual(['wss']);
  });
});

const eva = { user: 'eva', password: 'pä:ss' };

describe('a server behind an HTTP proxy', () => {
  it('is asked by its whole address on http, and the proxy resolves its name', async () => {
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() } });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    const init = { method: 'POST', body: '{"a":1}', headers: { token: 't' } };
    expect(await json(network, 'http://chat.corp.test/v1/x?y=1', init)).toEqual({
      asked: 'POST /v1/x?y=1',
      host: 'chat.corp.test',
      token: 't',
      proxyAuthorization: null,
      body: '{"a":1}',
    });
    expect(proxy.passed).toEqual(['POST http://chat.corp.test/v1/x']);
  });

  it("is reached through a tunnel on https, whose certificate is still the server's", async () => {
    const proxy = await proxyWith({ hosts: { 'localhost.test:443': await echo(true) } });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    await expect(network.fetch('https://localhost.test/', {})).rejects.toMatchObject({
      cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
    const before = getCACertificates('default');
    setDefaultCACertificates([AUTHORITY]);
    onTestFinished(() => setDefaultCACertificates(before));
    // Signed for localhost: another name is another server.
    await expect(network.fetch('https://localhost.test/', {})).rejects.toMatchObject({
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(proxy.passed).toEqual(['CONNECT localhost.test:443', 'CONNECT localhost.test:443']);
  });

  it('takes a stream, and gives one', async () => {
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() } });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of ['one ', 'two ', 'three']) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-length': '13' } };
    expect(await json(network, 'http://chat.corp.test/up', init as RequestInit)).toMatchObject({
      body: 'one two three',
    });
  });

  it('keeps connections for the next request', async () => {
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() }, signIn: eva });
    const { network, asked } = networkOver(`PROXY ${proxy.address}`, [eva]);
    for (let count = 0; count < 4; count += 1) await json(network, 'http://chat.corp.test/');
    expect(asked).toEqual([{ proxy: proxy.address, refused: null }]);
    // Once without, then with what is known.
    expect(proxy.offered).toEqual(['', ...Array<string>(4).fill('eva:pä:ss')]);
  });

  it.each(['DIRECT', 'nonsense', ''])('is asked directly where the way is "%s"', async (ways) => {
    const server = await echo();
    const { network } = networkOver(ways);
    expect(await json(network, `http://${server}/`)).toMatchObject({ asked: 'GET /' });
  });

  it('on this computer is never asked through one', async () => {
    const proxy = await proxyWith();
    const server = await echo();
    const { network, resolved } = networkOver(`PROXY ${proxy.address}`);
    const port = server.split(':')[1];
    for (const host of ['127.0.0.1', 'localhost', 'x.localhost', '[::ffff:127.0.0.1]'])
      await network.fetch(`http://${host}:${port}/`, {}).catch(() => undefined);
    expect({ resolved, passed: proxy.passed }).toEqual({ resolved: [], passed: [] });
  });

  it('tells the resolver neither path nor query', async () => {
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:8090': await echo() } });
    const { network, resolved } = networkOver(`PROXY ${proxy.address}`);
    await json(network, 'http://chat.corp.test:8090/v1/users/eva?secret=1');
    await json(network, 'http://chat.corp.test:8090/v1/other');
    expect(resolved).toEqual(['http://chat.corp.test:8090/']);
  });

  it('whose redirect is not followed', async () => {
    const away = createHttp((_incoming, answer) =>
      answer.writeHead(302, { location: 'http://evil.test/' }).end(),
    );
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await listening(away) } });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    const error = { redirect: 'error' as const };
    await expect(network.fetch('http://chat.corp.test/', error)).rejects.toThrow('fetch failed');
    const manual = await network.fetch('http://chat.corp.test/', { redirect: 'manual' });
    expect(manual.status).toBe(302);
    expect(proxy.passed).toHaveLength(2);
  });

  it('ends with the reason of the signal, also while the answer comes', async () => {
    const slow = createHttp((_incoming, answer) => void answer.write('{"half":'));
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await listening(slow) } });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    const gone = new AbortController();
    const answer = await network.fetch('http://chat.corp.test/', { signal: gone.signal });
    gone.abort(new DOMException('timed out', 'TimeoutError'));
    await expect(answer.text()).rejects.toThrow('timed out');
  });
});

describe.each(['http', 'socks5'] as const)('sign-in to a proxy (%s)', (kind) => {
  const way = (proxy: TestProxy): string => `${kind === 'http' ? 'PROXY' : 'SOCKS5'} ${proxy.address}`;
  const setUp = async (answers: (Credentials | null)[]) => {
    const proxy = await proxyWith({ kind, hosts: { 'chat.corp.test:80': await echo() }, signIn: eva });
    return { proxy, ...networkOver(way(proxy), answers) };
  };

  it('is asked for once, and works', async () => {
    const { network, proxy, asked } = await setUp([eva]);
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
    expect(asked).toEqual([{ proxy: proxy.address, refused: null }]);
  });

  it('that nobody gave is named', async () => {
    const { network, proxy } = await setUp([]);
    expect(await faultOf(network.fetch('http://chat.corp.test/', {}))).toEqual({
      address: proxy.address,
      problem: 'signIn',
      detail: '',
    });
  });

  it('with a wrong password is named, and the password is not sent again', async () => {
    const wrong = { user: 'eva', password: 'wrong' };
    const { network, proxy, asked } = await setUp([wrong, wrong, null, wrong, null]);
    const problems: unknown[] = [];
    for (let count = 0; count < 3; count += 1)
      problems.push(await faultOf(network.fetch('http://chat.corp.test/', {})));
    expect(problems[0]).toMatchObject({ problem: 'wrongPassword' });
    expect(problems.map((fault) => (fault as { address: string }).address)).toEqual(
      Array<string>(3).fill(proxy.address),
    );
    expect(asked[1]).toEqual({ proxy: proxy.address, refused: wrong });
    expect(proxy.offered.filter((offered) => offered === 'eva:wrong')).toHaveLength(1);
    expect(proxy.passed).toEqual([]);
  });

  it('works after a wrong one, when the user gives another', async () => {
    const { network } = await setUp([{ user: 'eva', password: 'wrong' }, eva]);
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
  });

  it('is tried again when the user says so', async () => {
    const wrong = { user: 'eva', password: 'now right' };
    const { network, proxy } = await setUp([wrong, null, wrong]);
    expect(await faultOf(network.fetch('http://chat.corp.test/', {}))).toMatchObject({
      problem: 'wrongPassword',
    });
    proxy.signIn = wrong;
    network.refresh();
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
  });
});

it.each([
  [['NTLM'], 'ntlm'],
  [['Negotiate', 'NTLM'], 'negotiate, ntlm'],
  [['Digest realm="a, b", nonce="c", qop="auth"'], 'digest'],
  [[], 'none is named'],
])('a proxy that takes only %j names it, and is told nothing', async (challenges, detail) => {
  const proxy = await proxyWith({ signIn: eva, challenges });
  const { network, asked } = networkOver(`PROXY ${proxy.address}`, [eva]);
  for (const url of ['http://chat.corp.test/', 'https://chat.corp.test/'])
    expect(await faultOf(network.fetch(url, {}))).toEqual({
      address: proxy.address,
      problem: 'scheme',
      detail,
    });
  expect(asked).toEqual([]);
});

it('Basic is found among others, in one header or in several', async () => {
  for (const challenges of [['Negotiate', 'Basic realm="x"'], ['NTLM, Basic realm="a, b"'], ['BASIC']]) {
    const proxy = await proxyWith({ signIn: eva, challenges, hosts: { 'chat.corp.test:80': await echo() } });
    const { network } = networkOver(`PROXY ${proxy.address}`, [eva]);
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
  }
});

const faults = async (ways: string, url: string): Promise<unknown> =>
  faultOf(networkOver(ways).network.fetch(url, {}));

describe('a proxy that does not help', () => {
  it('is named: nobody there, refused, server not reached, no proxy at all, another kind', async () => {
    const proxy = await proxyWith();
    const nobody = await proxyWith();
    await nobody.die();
    proxy.refused.add('im.corp.test:443');
    const web = await listening(createHttp((_incoming, answer) => answer.writeHead(404).end()));
    const mute = await listening(createTcp((socket) => socket.end('220 mail server\r\n')));
    expect(await faults(`PROXY ${nobody.address}`, 'https://x.test/')).toEqual({
      address: nobody.address,
      problem: 'unreachable',
      detail: 'ECONNREFUSED',
    });
    expect(await faults(`PROXY ${proxy.address}`, 'https://im.corp.test/')).toEqual({
      address: proxy.address,
      problem: 'refused',
      detail: 'im.corp.test:443: status 403',
    });
    proxy.hosts.set('gone.test:443', nobody.address);
    expect(await faults(`PROXY ${proxy.address}`, 'https://gone.test/')).toMatchObject({ problem: 'target' });
    expect(await faults(`PROXY ${web}`, 'https://x.test/')).toMatchObject({
      problem: expect.stringMatching(/refused|notProxy/) as string,
    });
    expect(await faults(`PROXY ${mute}`, 'https://x.test/')).toMatchObject({
      address: mute,
      problem: 'notProxy',
    });
    expect(await faults(`SOCKS5 ${proxy.address}`, 'https://x.test/')).toMatchObject({ problem: 'notProxy' });
    expect(await faults(`SOCKS4 ${proxy.address}`, 'https://x.test/')).toMatchObject({
      problem: 'unsupported',
    });
  });

  it('is no reason to go around it, but the next of a list is taken, and first for a while', async () => {
    const good = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() } });
    const bad = await proxyWith();
    await bad.die();
    const { network } = networkOver(`PROXY ${bad.address}; PROXY ${good.address}; DIRECT`);
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
    const alone = networkOver(`PROXY ${bad.address}`);
    const server = await echo();
    expect(
      await faultOf(alone.network.fetch(`http://[::ffff:198.18.0.1]:${server.split(':')[1]}/`, {})),
    ).toMatchObject({
      problem: 'unreachable',
    });
  });

  it('is asked about anew when the clock was set back meanwhile', async () => {
    const proxy = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() } });
    let nowMs = 1_700_000_000_000;
    const { network, resolved } = networkOver(`PROXY ${proxy.address}`, [], () => nowMs);
    await json(network, 'http://chat.corp.test/');
    await json(network, 'http://chat.corp.test/');
    expect(resolved).toHaveLength(1);
    // Else it would be kept for a day.
    nowMs -= 86_400_000;
    await json(network, 'http://chat.corp.test/');
    expect(resolved).toHaveLength(2);
  });

  it('is looked up anew after it failed', async () => {
    const first = await proxyWith();
    const second = await proxyWith({ hosts: { 'chat.corp.test:80': await echo() } });
    await first.die();
    let ways = `PROXY ${first.address}`;
    const { network, resolved } = networkOver(() => ways);
    expect(await faultOf(network.fetch('http://chat.corp.test/', {}))).toMatchObject({
      problem: 'unreachable',
    });
    ways = `PROXY ${second.address}`;
    expect(await json(network, 'http://chat.corp.test/')).toMatchObject({ asked: 'GET /' });
    expect(resolved).toHaveLength(2);
  });

  it('is what a call of the API says stood in the way', async () => {
    const proxy = await proxyWith({ signIn: eva });
    const { network } = networkOver(`PROXY ${proxy.address}`);
    const asked = requestJson(
      { server: 'http://chat.corp.test', token: 'secret-token', fetch: network.fetch },
      { method: 'GET', path: '/x' },
    );
    await expect(asked).rejects.toMatchObject({
      code: 'network',
      failureCode: 'proxy',
      proxy: { address: proxy.address, problem: 'signIn', detail: '' },
    });
    await expect(asked).rejects.not.toThrow('secret-token');
  });
});

describe('a connection of our own protocol', () => {
  it.each([
    ['http', 'PROXY'],
    ['socks5', 'SOCKS5'],
  ] as const)('goes through a tunnel (%s), and carries bytes both ways', async (kind, word) => {
    const server = await listening(createTcp((socket) => socket.pipe(socket)));
    const proxy = await proxyWith({ kind, hosts: { 'im.corp.test:5100': server }, signIn: eva });
    const { network } = networkOver(`${word} ${proxy.address}`, [eva]);
    const { socket } = await network.dial(
      'https://im.corp.test:5100/',
      { host: 'im.corp.test', port: 5100 },
      new AbortController().signal,
    );
    onTestFinished(() => void socket.destroy());
    socket.write('hello');
    expect(String(await once(socket, 'data'))).toBe('hello');
    expect(proxy.passed).toHaveLength(1);
  });

  it('is given up when the signal says so', async () => {
    const mute = await listening(createTcp(() => undefined));
    const { network } = networkOver(`PROXY ${mute}`);
    const gone = new AbortController();
    const dialed = network.dial('https://a.test:1/', { host: 'a.test', port: 1 }, gone.signal);
    setTimeout(() => gone.abort(new Error('given up')), 20);
    await expect(dialed).rejects.toThrow('given up');
  });
});
