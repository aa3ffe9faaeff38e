import { describe, expect, it } from 'vitest';
import { parseTcpAddress, transportOrder } from './transport.ts';
import { backoffMs } from './tuning.ts';

const all = { wss: 'wss://s', tcp: 's:1', ws: 'ws://s' };
const kinds = (...args: Parameters<typeof transportOrder>): string[] =>
  transportOrder(...args).map((t) => t.kind);

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

describe('transportOrder', () => {
  it('prefers encryption, then TCP', () => {
    expect(kinds(all, null, undefined)).toEqual(['wss', 'tcp', 'ws']);
    expect(kinds({ ...all, wss: null }, null, undefined)).toEqual(['tcp', 'ws']);
    expect(kinds({ wss: '', tcp: null, ws: 'ws://s' }, null, undefined)).toEqual(['ws']);
  });

  it('puts what worked first', () => {
    expect(kinds(all, 'ws', undefined)).toEqual(['ws', 'wss', 'tcp']);
    expect(kinds({ ...all, wss: null }, null, 'ws')).toEqual(['ws', 'tcp']);
    expect(kinds(all, null, 'unheard of')).toEqual(['wss', 'tcp', 'ws']);
  });

  it('does not let an earlier session keep the account off encryption', () => {
    expect(kinds(all, null, 'tcp')).toEqual(['wss', 'tcp', 'ws']);
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
