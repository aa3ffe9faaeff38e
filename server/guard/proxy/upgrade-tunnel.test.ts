/** WebSockets to a TSDD that is named by an address: in brackets, and behind TLS without a name to ask for. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { AUTHORITY, GOOD } from '../../doctor/testing/certificates.ts';
import { GuardHarness } from '../testing/harness.ts';

let h: GuardHarness;
const closings: (() => unknown)[] = [];
const trusted = getCACertificates('default');
beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  await h.close();
  setDefaultCACertificates(trusted);
});

/** What comes back over a WebSocket to such a server, and a page from it, both through a guard. */
async function through(
  host: string,
  tls?: typeof GOOD,
): Promise<{ echo: string; page: string; names: unknown[] }> {
  const names: unknown[] = [];
  const serve = tls === undefined ? createServer() : createTls(tls);
  serve.on('request', (request, response) => {
    names.push((request.socket as TLSSocket).servername);
    response.end('{"messages":[]}');
  });
  const sockets = new WebSocketServer({ server: serve });
  sockets.on('connection', (socket, request) => {
    names.push((request.socket as TLSSocket).servername);
    socket.on('message', (data) => socket.send(data));
  });
  serve.listen(0, host.replace(/^\[(.*)\]$/, '$1'));
  await once(serve, 'listening');
  const { port } = serve.address() as AddressInfo;
  const guard = await h.another({ tsdd: [`http${tls === undefined ? '' : 's'}://${host}:${port}`] });
  closings.push(
    () => serve.close(),
    () => guard.close(),
    () => sockets.close(),
  );
  const asked = await fetch(`${guard.url}/v1/message/channel/sync`, {
    method: 'POST',
    headers: { token: 't' },
    body: '{}',
  });
  const socket = new WebSocket(`${guard.url.replace('http', 'ws')}/v1/ws`);
  socket.on('open', () => socket.send('hello'));
  const [data] = (await once(socket, 'message')) as [Buffer];
  socket.terminate();
  return { echo: data.toString(), page: await asked.text(), names };
}

test('an address of IPv6 stands in brackets in a URL only', async () => {
  expect(await through('[::1]')).toMatchObject({ echo: 'hello', page: '{"messages":[]}' });
});

test('a server behind TLS is not asked for by its address, which is no name', async () => {
  setDefaultCACertificates([...trusted, AUTHORITY]);
  const warned: string[] = [];
  const note = ({ code }: Error & { code?: string }): void => void warned.push(code ?? '');
  process.on('warning', note);
  closings.push(() => process.off('warning', note));
  const { echo, names } = await through('127.0.0.1', GOOD);
  expect([echo, names.filter((name) => name !== false)]).toEqual(['hello', []]);
  // A warning comes with the next tick.
  await new Promise((resolve) => setImmediate(resolve));
  expect(warned).toEqual([]);
  const named = await through('localhost', GOOD);
  expect([named.echo, new Set(named.names)]).toEqual(['hello', new Set(['localhost'])]);
});
