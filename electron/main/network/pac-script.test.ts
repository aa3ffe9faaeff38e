import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createContext, Script } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { AUTHORITY, SIGNED } from '../../core/connection/testing/certificates.ts';
import { FAILED_SCRIPT, loadPacScript } from './pac-script.ts';
import { type ProxySession, Ways } from './ways.ts';
import { defaultNetworkConfig } from '../../../shared/network.ts';

function file(text: string): string {
  const folder = tempFolder('wukong-pac-');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'proxy.pac');
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

const nobody = async (): Promise<void> => undefined;

/** What the script that Chromium gets answers. */
async function answerOf(script: string): Promise<unknown> {
  const url = await loadPacScript(file(script), nobody);
  const [, base64 = ''] = url.split('base64,');
  const context = createContext({});
  new Script(Buffer.from(base64, 'base64').toString('utf8')).runInContext(context);
  return new Script(`FindProxyForURL('https://a.test/', 'a.test')`).runInContext(context);
}

it('is handed on as it is', async () => {
  expect(await answerOf(`function FindProxyForURL(url, host) { return 'PROXY ' + host + ':1'; }`)).toBe(
    'PROXY a.test:1',
  );
  expect(await answerOf(`var FindProxyForURL = function () { return "DIRECT" } // end`)).toBe('DIRECT');
  expect(await answerOf(`const FindProxyForURL = () => '代理 PROXY x:1';`)).toBe('代理 PROXY x:1');
});

it.each([
  `function FindProxyForURL() { throw new Error('no') }`,
  `function FindProxyForURL() { return undefinedFunction() }`,
  `function FindProxyForURL() { }`,
  `function FindProxyForURL() { return null }`,
])('that fails while it runs is no direct way: %s', async (script) => {
  expect(await answerOf(script)).toBe(`PROXY ${FAILED_SCRIPT}:1`);
});

it.each([
  ['', 'it has no FindProxyForURL'],
  ['<html>Not found</html>', 'it has no FindProxyForURL'],
  ['function FindProxyForURL( {', 'Unexpected'],
])('"%s" is none', async (text, detail) => {
  await expect(loadPacScript(file(text), nobody)).rejects.toMatchObject({
    fault: { problem: 'pac', detail: expect.stringContaining(detail) as string },
  });
});

it('that is not there names its address and why', async () => {
  const server = createServer((_incoming, answer) => answer.writeHead(404).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/proxy.pac`;
  await expect(loadPacScript(url, nobody)).rejects.toMatchObject({
    fault: { problem: 'pac', address: url, detail: 'status 404' },
  });
  const closed = (server.address() as AddressInfo).port;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await expect(loadPacScript(`http://127.0.0.1:${closed}/x`, nobody)).rejects.toMatchObject({
    fault: { detail: 'ECONNREFUSED' },
  });
  await expect(loadPacScript('file:///nowhere/x.pac', nobody)).rejects.toMatchObject({
    fault: { detail: 'ENOENT' },
  });
  for (const [path, detail] of [
    ['/dev/zero', 'it is no file'],
    ['/tmp/', 'it is no file'],
  ])
    await expect(loadPacScript(`file://${path}`, nobody)).rejects.toMatchObject({ fault: { detail } });
  await expect(loadPacScript(file(' '.repeat(1024 * 1024 + 1)), nobody)).rejects.toMatchObject({
    fault: { detail: 'it is too long' },
  });
  await expect(loadPacScript('javascript:x', nobody)).rejects.toMatchObject({
    fault: { problem: 'setting' },
  });
});

/** A script at `/here`; every other address leads to what stands behind its question mark. */
function answers(incoming: IncomingMessage, answer: ServerResponse): void {
  const to = decodeURIComponent(incoming.url?.slice(2) ?? '');
  if (incoming.url === '/here') answer.end("function FindProxyForURL() { return 'DIRECT' }");
  else answer.writeHead(302, { location: to }).end();
}

it('is loaded from where it was moved to, and never with less encryption, from a file or in a circle', async () => {
  const plain = createServer(answers).listen(0, '127.0.0.1');
  const secure = createSecureServer(SIGNED, answers).listen(0, '127.0.0.1');
  await Promise.all([once(plain, 'listening'), once(secure, 'listening')]);
  const before = getCACertificates('default');
  setDefaultCACertificates([AUTHORITY]);
  onTestFinished(() => {
    setDefaultCACertificates(before);
    for (const server of [plain, secure]) {
      server.closeAllConnections();
      server.close();
    }
  });
  const at = (server: typeof plain | typeof secure): string =>
    `http${server === secure ? 's' : ''}://localhost:${(server.address() as AddressInfo).port}/`;
  const via = (from: typeof plain | typeof secure, to: string): string =>
    `${at(from)}?${encodeURIComponent(to)}`;
  for (const url of [via(plain, '/here'), via(plain, `${at(secure)}here`), via(secure, via(secure, '/here'))])
    expect([url, await loadPacScript(url, nobody)]).toEqual([url, expect.stringContaining('base64,')]);
  for (const [url, detail] of [
    [via(secure, `${at(plain)}here`), 'it leads to an http address'],
    [via(plain, 'file:///etc/passwd'), 'it leads to an file address'],
    [via(plain, '?'), 'it leads around in a circle'],
    [via(plain, 'http://'), 'ERR_INVALID_URL'],
  ] as const)
    await expect(loadPacScript(url, nobody)).rejects.toMatchObject({ fault: { problem: 'pac', detail } });
});

it('is loaded over TLS with the authorities of the organisation', async () => {
  const server = createSecureServer(SIGNED, (_incoming, answer) =>
    answer.end("function FindProxyForURL() { return 'DIRECT' }"),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const before = getCACertificates('default');
  onTestFinished(() => {
    setDefaultCACertificates(before);
    server.closeAllConnections();
    server.close();
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}/proxy.pac`;
  await expect(loadPacScript(url, nobody)).rejects.toMatchObject({
    fault: { problem: 'pac', detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  });
  expect(await loadPacScript(url, async () => setDefaultCACertificates([AUTHORITY]))).toContain('base64,');
});

it('is told apart from what the system says, and the environment only adds to the system', async () => {
  const asked: string[] = [];
  let says = 'DIRECT';
  const session: ProxySession = {
    setProxy: async ({ mode }) => void asked.push(mode),
    resolveProxy: async () => says,
    forceReloadProxyConfig: async () => undefined,
  };
  const environment = { https_proxy: 'http://eva:secret@env:1' };
  const to = (config: object): Promise<string> =>
    new Ways({
      session,
      environment,
      trust: nobody,
      config: { ...defaultNetworkConfig, ...config },
    }).to('https://a.test/');
  expect(await to({ mode: 'none' })).toBe('DIRECT');
  expect(await to({ mode: 'system' })).toBe('PROXY env:1');
  says = 'PROXY system:2; DIRECT';
  expect(await to({ mode: 'system' })).toBe('PROXY system:2; DIRECT');
  expect(await to({ mode: 'manual', kind: 'http', host: 'own', port: 3 })).toBe('PROXY own:3');
  expect(await to({ mode: 'manual', kind: 'socks5', host: '::1', port: 4 })).toBe('SOCKS5 [::1]:4');
  await expect(to({ mode: 'manual', kind: 'http', host: '', port: 3 })).rejects.toMatchObject({
    fault: { problem: 'setting' },
  });
  says = `PROXY ${FAILED_SCRIPT}:1`;
  const script = { mode: 'manual', kind: 'pac', pacUrl: file('function FindProxyForURL() {}') };
  await expect(to(script)).rejects.toMatchObject({ fault: { problem: 'pac', address: script.pacUrl } });
  expect(asked).toEqual(['system', 'system', 'pac_script']);
});
