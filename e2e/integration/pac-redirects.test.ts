/**
 * A script chooses the way anew at each address that a redirect leads to: what one proxy is there for, another never
 * hears of, and what the script says nothing good about is asked by nobody.
 */
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { FileHops } from '../../electron/core/api/file-hops.ts';
import { Network } from '../../electron/core/network/network.ts';
import { parseRoutes } from '../../electron/core/network/route.ts';
import { TestProxy, type TestProxyOptions } from '../../electron/core/network/testing/test-proxy.ts';
import { Ways } from '../../electron/main/network/ways.ts';
import { defaultNetworkConfig } from '../../shared/network.ts';
import { proxyFaultOf } from '../../shared/proxy-error.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { ProxyResolver } from '../standin/proxy-resolver.ts';

const SERVER = 'http://chat.corp.test';
const FILE = 'file/preview/a';

interface Heard {
  host: string;
  token: string | null;
  signIn: string | null;
}

/** One server behind all names: it redirects as `to` says, and writes down whom it was asked as. */
async function servers(to: Readonly<Record<string, string>>): Promise<{ address: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((incoming: IncomingMessage, answer: ServerResponse) => {
    const host = incoming.headers.host ?? '';
    const { token = null, 'proxy-authorization': signIn = null } = incoming.headers;
    heard.push({ host, token: token === null ? null : String(token), signIn });
    const next = to[host];
    if (next === undefined) answer.end('bytes');
    else answer.writeHead(302, { location: next }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

async function proxy(address: string, options: TestProxyOptions = {}): Promise<TestProxy> {
  const names = ['chat', 'store', 'third', 'straight', 'broken', 'dead'];
  const hosts = Object.fromEntries(
    names.flatMap((name) => [80, 443].map((port) => [`${name}.corp.test:${port}`, address])),
  );
  const started = await TestProxy.start({ hosts, ...options });
  onTestFinished(() => started.die().catch(() => undefined));
  return started;
}

/** The files of a server, on the ways that `script` chooses. */
function filesOver(
  script: string,
  known: Readonly<Record<string, { user: string; password: string }>> = {},
): { load: () => Promise<string>; asked: string[] } {
  const folder = tempFolder('wukong-pac-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'proxy.pac');
  writeFileSync(path, script);
  const resolver = new ProxyResolver();
  const asked: string[] = [];
  const ways = new Ways({
    session: {
      setProxy: (config) => resolver.setProxy(config),
      async resolveProxy(url) {
        asked.push(url);
        return resolver.resolve(url);
      },
      forceReloadProxyConfig: async () => undefined,
    },
    config: { ...defaultNetworkConfig, mode: 'manual', kind: 'pac', pacUrl: pathToFileURL(path).href },
    environment: {},
    trust: async () => undefined,
  });
  const network = new Network({
    resolve: async (url) => parseRoutes(await ways.to(url)),
    credentials: async (at, refused) => (refused === null ? (known[at] ?? null) : null),
    trust: async () => undefined,
  });
  onTestFinished(() => network.refresh());
  const hops = new FileHops({ server: SERVER, token: 'the token', log: () => undefined, ways: network });
  const load = async (): Promise<string> => {
    const answer = await hops.follow(FILE, {}, AbortSignal.timeout(20_000));
    return answer.text();
  };
  return { load, asked };
}

it('each address is asked on the way of its own, with the sign-in of its own proxy, and the token stays behind', async () => {
  const { address, heard } = await servers({
    'chat.corp.test': 'http://store.corp.test/b?signed=1',
    'store.corp.test': 'http://third.corp.test/c',
  });
  const eva = { user: 'eva', password: 'one' };
  const max = { user: 'max', password: 'two' };
  const first = await proxy(address, { signIn: eva });
  const second = await proxy(address, { kind: 'socks5', signIn: max });
  const third = await proxy(address);
  const { load, asked } = filesOver(
    `function FindProxyForURL(url, host) {
      if (host === 'chat.corp.test') return 'PROXY ${first.address}';
      if (dnsDomainIs(host, 'store.corp.test')) return 'SOCKS5 ${second.address}; DIRECT';
      return shExpMatch(host, 'third.*') ? 'PROXY ${third.address}' : 'DIRECT';
    }`,
    { [first.address]: eva, [second.address]: max },
  );
  expect(await load()).toBe('bytes');
  expect(first.passed).toEqual(['GET http://chat.corp.test/v1/file/preview/a']);
  expect(second.passed).toEqual(['SOCKS store.corp.test:80']);
  expect(third.passed).toEqual(['GET http://third.corp.test/c']);
  expect([...new Set([...first.offered, ...second.offered, ...third.offered])]).toEqual([
    '',
    'eva:one',
    'max:two',
  ]);
  expect(third.offered).toEqual(['']);
  expect(heard).toEqual([
    { host: 'chat.corp.test', token: 'the token', signIn: null },
    { host: 'store.corp.test', token: null, signIn: null },
    { host: 'third.corp.test', token: null, signIn: null },
  ]);
  // The script learns where, and nothing of what.
  expect(asked).toEqual(['http://chat.corp.test/', 'http://store.corp.test/', 'http://third.corp.test/']);
});

it('what the script calls direct goes through no proxy, though the address before it did', async () => {
  const { address, heard } = await servers({ 'chat.corp.test': 'http://straight.corp.test/b' });
  const only = await proxy(address);
  const { load } = filesOver(
    `function FindProxyForURL(url, host) { return host === 'chat.corp.test' ? 'PROXY ${only.address}' : 'DIRECT'; }`,
  );
  // Outside of the proxy nobody has that name.
  await expect(load()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/^E/) as string } });
  expect(only.passed).toEqual(['GET http://chat.corp.test/v1/file/preview/a']);
  expect(heard.map(({ host }) => host)).toEqual(['chat.corp.test']);
});

it('a rule that fails at the second address is named, and nobody is asked for it', async () => {
  const { address, heard } = await servers({ 'chat.corp.test': 'http://broken.corp.test/b' });
  const only = await proxy(address);
  const { load } = filesOver(
    `function FindProxyForURL(url, host) {
      if (host === 'broken.corp.test') return noSuchFunction(host);
      return 'PROXY ${only.address}';
    }`,
  );
  const fault = await load().then(String, (error: unknown) => proxyFaultOf(error));
  expect(fault).toMatchObject({ problem: 'pac', detail: 'it fails while it runs' });
  expect(only.passed).toHaveLength(1);
  expect(heard).toHaveLength(1);
});

it('a proxy that is dead at the second address is named, and the one of the first does not stand in for it', async () => {
  const { address, heard } = await servers({ 'chat.corp.test': 'http://dead.corp.test/b' });
  const only = await proxy(address);
  const gone = await proxy(address);
  await gone.die();
  const { load } = filesOver(
    `function FindProxyForURL(url, host) {
      return 'PROXY ' + (host === 'dead.corp.test' ? '${gone.address}' : '${only.address}');
    }`,
  );
  const fault = await load().then(String, (error: unknown) => proxyFaultOf(error));
  expect(fault).toMatchObject({ problem: 'unreachable', address: gone.address });
  expect(only.passed).toHaveLength(1);
  expect(heard).toHaveLength(1);
});
