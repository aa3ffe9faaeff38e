import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { openTransport, parseTcpAddress } from './transport.ts';
import { backoffMs } from './tuning.ts';

describe('parseTcpAddress', () => {
  it.each([
    ['127.0.0.1:5100', '127.0.0.1', 5100],
    ['im.example.com:65535', 'im.example.com', 65535],
    ['tcp://im.example.com:5100', 'im.example.com', 5100],
    ['[::1]:5100', '::1', 5100],
  ])('%s', (address, host, port) => {
    expect(parseTcpAddress(address)).toEqual({ host, port });
  });

  it.each(['', 'host', 'host:', ':5100', 'host:0', 'host:65536', 'a:b:1', 'ws://host:1/path'])(
    'refuses "%s"',
    (address) => {
      expect(() => parseTcpAddress(address)).toThrow('not a TCP address');
    },
  );
});

describe('a TCP transport', () => {
  it('hands a packet to the network before the write returns, and batched ones together after the turn', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const { port } = server.address() as AddressInfo;
    const handlers = { open, data: () => undefined, drained: () => undefined, close: () => undefined };
    const transport = openTransport({ kind: 'tcp', address: `127.0.0.1:${port}` }, handlers, 5_000);
    const [peer] = await accepted;
    await opened;
    let received = '';
    peer.on('data', (chunk) => (received += chunk.toString('latin1')));

    transport.write(Buffer.from('a'), true);
    transport.write(Buffer.from('b'), true);
    expect(transport.unsentBytes()).toBe(2);
    transport.write(Buffer.from('c'));
    expect(transport.unsentBytes()).toBe(0);
    transport.write(Buffer.from('d'), true);
    expect(transport.unsentBytes()).toBe(1);
    await vi.waitFor(() => expect(received).toBe('abcd'));

    transport.destroy();
    peer.destroy();
    server.close();
  });
});

describe('backoffMs', () => {
  it('doubles from 1 s to 30 s, with half of it jitter', () => {
    const limits = { backoffFirstMs: 1_000, backoffMaxMs: 30_000 };
    const series = (random: () => number): number[] =>
      Array.from({ length: 7 }, (_, i) => backoffMs(i, { ...limits, random }));
    expect(series(() => 0)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(series(() => 0.999_999)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backoffMs(1_000_000, { ...limits, random: () => 0 })).toBe(15_000);
  });
});
