/**
 * How a transport ends, on real sockets: what a dropped connection had written must not arrive afterwards. The
 * server asked for its history by then may get the same message again (docs/outbox.md).
 */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { AUTHORITY, SIGNED } from './testing/certificates.ts';
import { until } from './testing/harness.ts';
import {
  type Dial,
  openTransport,
  type Transport,
  type TransportAddress,
  type TransportKind,
} from './transport.ts';

const CHUNK = Buffer.alloc(16 * 1024);
const trusted = getCACertificates('default');
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  setDefaultCACertificates(trusted);
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Accepts one connection and reads nothing of it before `setReading(true)`. */
interface Reader {
  address: TransportAddress;
  bytes: number;
  closed: boolean;
  setReading(on: boolean): void;
}

async function startReader(kind: TransportKind): Promise<Reader> {
  const reader: Reader = {
    address: { kind, address: '' },
    bytes: 0,
    closed: false,
    setReading: () => undefined,
  };
  const take = (socket: {
    pause(): void;
    resume(): void;
    on(event: 'data' | 'message' | 'close' | 'error', listener: (data: Buffer) => void): unknown;
  }): void => {
    socket.pause();
    socket.on(kind === 'tcp' ? 'data' : 'message', (data) => (reader.bytes += data.length));
    socket.on('error', () => undefined);
    socket.on('close', () => (reader.closed = true));
    reader.setReading = (on) => (on ? socket.resume() : socket.pause());
  };
  let server: Server;
  if (kind === 'tcp') server = createServer({ pauseOnConnect: true }, take);
  else {
    const http = kind === 'ws' ? createHttp() : createHttps(SIGNED);
    new WebSocketServer({ server: http }).on('connection', take);
    server = http;
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  reader.address.address = kind === 'tcp' ? `localhost:${port}` : `${kind}://localhost:${port}`;
  return reader;
}

async function opened(reader: Reader, dial?: Dial): Promise<Transport> {
  setDefaultCACertificates([...trusted, AUTHORITY]);
  let open = false;
  const transport = openTransport(
    reader.address,
    {
      open: () => (open = true),
      data: () => undefined,
      drained: () => undefined,
      close: () => expect.fail('the transport reports its own end'),
    },
    5_000,
    dial,
  );
  await until('open', () => open);
  return transport;
}

/** Writes until this side's operating system takes no more; returns how much it and the network have taken. */
async function fill(transport: Transport): Promise<number> {
  let written = 0;
  let still = 0;
  // What is unsent only grows: nothing moves any more.
  for (let before = 0; still < 20; before = transport.unsentBytes()) {
    transport.write(CHUNK);
    written += CHUNK.length;
    await new Promise((resolve) => setImmediate(resolve));
    still = transport.unsentBytes() > before ? still + 1 : 0;
  }
  return written - transport.unsentBytes();
}

describe.each(['tcp', 'ws', 'wss'] as const)('%s', (kind) => {
  it('destroyed: what this computer still held does not arrive', async () => {
    const reader = await startReader(kind);
    const transport = await opened(reader);
    const taken = await fill(transport);
    transport.destroy();
    reader.setReading(true);
    await until('the server sees the end', () => reader.closed);
    expect(reader.bytes).toBeLessThan(taken - 4 * CHUNK.length);
  });

  it('ended: all that was written arrives', async () => {
    const reader = await startReader(kind);
    const transport = await opened(reader);
    for (let i = 0; i < 10; i += 1) transport.write(CHUNK);
    transport.end();
    reader.setReading(true);
    await until('the server sees the end', () => reader.closed);
    expect(reader.bytes).toBe(10 * CHUNK.length);
  });

  it('ended, but the server does not read: after a second as if destroyed', async () => {
    const reader = await startReader(kind);
    const transport = await opened(reader);
    const taken = await fill(transport);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    transport.end();
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    reader.setReading(true);
    await until('the server sees the end', () => reader.closed);
    expect(reader.bytes).toBeLessThan(taken - 4 * CHUNK.length);
  });

  it('destroyed while it connects: the server gets nothing', async () => {
    const reader = await startReader(kind);
    setDefaultCACertificates([...trusted, AUTHORITY]);
    const called = vi.fn<() => void>();
    const handlers = { open: called, data: called, drained: called, close: called };
    openTransport(reader.address, handlers, 5_000).destroy();
    const second = await opened(reader);
    second.end();
    reader.setReading(true);
    await until('the second one has ended', () => reader.closed);
    expect(called).not.toHaveBeenCalled();
  });

  it('reaches a host at its second address, whichever the first is', async () => {
    const reader = await startReader(kind);
    // As a `localhost` that is `::1` as well, where nobody listens.
    const addresses = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    const transport = await opened(reader, (_url, target) => {
      const socket = connect({
        ...target,
        autoSelectFamily: true,
        lookup: (_host, _options, answer) => answer(null, addresses),
      });
      socket.on('error', () => undefined);
      return Promise.resolve({ socket, pipe: socket });
    });
    transport.write(CHUNK);
    transport.end();
    reader.setReading(true);
    await until('the server sees the end', () => reader.closed);
    expect(reader.bytes).toBe(CHUNK.length);
  });
});
