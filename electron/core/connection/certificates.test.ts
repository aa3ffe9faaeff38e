/**
 * A certificate that is not accepted, over `wss` and `https`: the reason is reported, nothing is sent, and nothing goes
 * out in plain text instead. The first case of each shows that the same server is used when its certificate is good.
 */
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeServer } from '../api/sign-in.ts';
import { requestJson } from '../api/http.ts';
import { AUTHORITY, EXPIRED, OTHER_HOST, SELF_SIGNED, SIGNED } from './testing/certificates.ts';
import { type Harness, harness as makeHarness, until } from './testing/harness.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const REFUSED = [
  ['signed by itself', SELF_SIGNED, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  ['expired', EXPIRED, 'CERT_HAS_EXPIRED', 'certificate has expired'],
  [
    'of another host',
    OTHER_HOST,
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames",
  ],
] as const;

const closers: (() => Promise<unknown>)[] = [];
const trusted = getCACertificates('default');

beforeEach(() => setDefaultCACertificates([...trusted, AUTHORITY]));
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  setDefaultCACertificates(trusted);
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** TLS in front of a plain port. `bytes` is what clients have sent through it. */
async function tlsBefore(
  port: number,
  certificate: typeof SIGNED,
): Promise<{ port: number; seen: { bytes: number } }> {
  const seen = { bytes: 0 };
  const server = createTls(certificate, (outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.on('data', (chunk: Buffer) => (seen.bytes += chunk.length));
    for (const socket of [outer, inner]) socket.on('error', () => undefined);
    outer.pipe(inner).pipe(outer);
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listen(server), seen };
}

describe('wss', () => {
  let plain: ScriptedServer;

  beforeEach(async () => {
    plain = await ScriptedServer.start();
    closers.push(() => plain.stop());
  });

  async function harnessBehind(
    certificate: typeof SIGNED,
    host: string,
  ): Promise<{ h: Harness; seen: { bytes: number } }> {
    const { port, seen } = await tlsBefore(Number(new URL(plain.ws).port), certificate);
    const h = makeHarness({ wss: `wss://${host}:${port}`, tcp: plain.tcp, ws: plain.ws });
    closers.push(() => h.connection.close());
    h.connection.start();
    return { h, seen };
  }

  it.each(['localhost', '127.0.0.1'])('is used with a good certificate of %s', async (host) => {
    const { h, seen } = await harnessBehind(SIGNED, host);
    await h.online();
    expect(h.connection.transport).toBe('wss');
    plain.peer.write(plain.peer.recv());
    await until('message', () => h.messages.length === 1);
    expect(seen.bytes).toBeGreaterThan(0);
  });

  it.each(
    REFUSED.flatMap(([name, certificate, , reason]) =>
      ['localhost', '127.0.0.1'].map((host) => ({ name, certificate, reason, host })),
    ),
  )(
    'refuses one that is $name ($host), and sends the token nowhere',
    async ({ certificate, reason, host }) => {
      const { h, seen } = await harnessBehind(certificate, host);
      await until('two series', () => h.http.asked >= 2);
      expect(h.logs.join()).toContain(`wss connection failed: ${reason}`);
      expect(h.states).toContainEqual({
        state: 'offline',
        nextTryAtMs: expect.any(Number) as number,
        detail: 'certificate',
      });
      h.http.verdict = 'badCertificate';
      await h.state('unreachable');
      expect(h.connection.state).toMatchObject({ state: 'unreachable', detail: 'certificate' });
      expect([seen.bytes, plain.peers]).toEqual([0, []]);
    },
  );

  it('refuses one of an authority nobody knows', async () => {
    setDefaultCACertificates(trusted);
    const { h, seen } = await harnessBehind(SIGNED, 'localhost');
    await h.state('offline');
    expect(h.connection.state).toMatchObject({ detail: 'certificate' });
    expect([seen.bytes, plain.peers]).toEqual([0, []]);
  });
});

describe('https', () => {
  let asked: number;
  let port: number;

  beforeEach(async () => {
    asked = 0;
    const http = createHttp((_, answer) => {
      asked += 1;
      answer.setHeader('connection', 'close').end('{"revoke_second":120}');
    });
    port = await listen(http);
  });

  it('is used with a good certificate', async () => {
    const tls = await tlsBefore(port, SIGNED);
    const server = `https://localhost:${tls.port}`;
    expect(await probeServer(server)).toMatchObject({ server, insecure: false });
  });

  it.each(REFUSED)('refuses one that is %s, and sends nothing', async (_, certificate, code) => {
    const { port: tlsPort, seen } = await tlsBefore(port, certificate);
    const server = `https://127.0.0.1:${tlsPort}`;
    const message = `the certificate of 127.0.0.1:${tlsPort} is not accepted (${code})`;
    await expect(probeServer(server)).rejects.toMatchObject({
      code: 'certificate',
      field: 'server',
      message,
    });
    await expect(
      requestJson({ server, token: 'secret' }, { method: 'GET', path: '/common/appconfig' }),
    ).rejects.toMatchObject({ code: 'network', badCertificate: true, message });
    expect([seen.bytes, asked]).toEqual([0, 0]);
  });
});
