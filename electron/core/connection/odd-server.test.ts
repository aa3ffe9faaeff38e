/**
 * A server that is broken or hostile in ways no real one was seen to be. Whatever it does, the connection ends or goes
 * on: it never hangs, never throws into nowhere, and what is right afterwards is taken.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePacket } from '../../../shared/wire/codec.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import type { Connection } from './connection-api.ts';
import { type Harness, harness as makeHarness, until, virtualTime } from './testing/harness.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

let server: ScriptedServer;
const open: Connection[] = [];

function harness(...args: Parameters<typeof makeHarness>): Harness {
  const made = makeHarness(...args);
  open.push(made.connection);
  made.connection.start();
  return made;
}

beforeEach(async () => {
  virtualTime();
  server = await ScriptedServer.start();
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  await server.stop();
  vi.useRealTimers();
});

/** A message from the newest connection arrives and is acknowledged. */
async function expectWorks(h: Harness): Promise<void> {
  const { peer } = server;
  const before = h.messages.length;
  peer.write(peer.recv());
  await until('message and ack', () => h.messages.length > before && peer.of('recvack').length > 0);
}

describe('CONNACK', () => {
  it.each([2n ** 63n - 1n, -(2n ** 63n), 10n ** 16n, -(10n ** 14n)])(
    'with a clock that cannot be (%s ms away): the offset is 0, and a word in the log',
    async (timeDiff) => {
      server.script.connect = (peer, packet) => peer.connack(packet, { timeDiff });
      const h = harness(server);
      await h.online();
      expect(h.offsets).toEqual([0]);
      expect(h.logs.join()).toContain('a time that cannot be');
    },
  );

  it('with a clock decades away, as on a computer without a battery: taken', async () => {
    const timeDiff = 50n * 365n * 86_400_000n;
    server.script.connect = (peer, packet) => peer.connack(packet, { timeDiff });
    const h = harness(server);
    await h.online();
    expect(h.offsets).toEqual([Number(timeDiff)]);
  });

  const fields = {
    type: 'connack',
    serverVersion: 5,
    timeDiff: 0n,
    reasonCode: ReasonCode.success,
    serverKey: Buffer.alloc(32, 9).toString('base64'),
    salt: '0123456789abcdef',
    nodeId: 1n,
  } as const;
  it.each([
    ['without a key (a server with encryption switched off)', { serverKey: '', salt: '' }],
    ['with a key of 31 bytes', { serverKey: Buffer.alloc(31, 9).toString('base64') }],
    ['with a key that is none', { serverKey: '\u0000not base64' }],
    ['with a salt of 3 characters', { salt: 'abc' }],
    ['with a reason nobody knows', { reasonCode: 255 }],
  ])('%s: not online; tried again later', async (_, change) => {
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 1) peer.connack(packet);
      else peer.write(encodePacket({ ...fields, ...change }, 5));
    };
    const h = harness(server);
    await h.online();
    expect(h.states.map((s) => s.state)).toEqual(['connecting', 'offline', 'connecting', 'online']);
    await expectWorks(h);
  });

  it.each([0, 255])('of protocol version %i', async (serverVersion) => {
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 1) peer.connack(packet);
      else peer.connack(packet, { serverVersion });
    };
    const h = harness(server);
    await h.online();
    await expectWorks(h);
    expect(h.connection.state).toEqual({ state: 'online' });
  });

  it('one byte at a time is still one; half of one and then nothing is none', async () => {
    server.script.connect = (peer, packet) => {
      const write = peer.write.bind(peer);
      peer.write = (...parts) => {
        const bytes = Buffer.concat(parts);
        const length = server.peers.length === 1 ? bytes.length / 2 : bytes.length;
        for (let at = 0; at < length; at += 1) write(bytes.subarray(at, at + 1));
      };
      peer.connack(packet);
      peer.write = write;
    };
    const h = harness({ ws: server.ws }, {}, { connackTimeoutMs: 200 });
    await h.online();
    expect(server.peers).toHaveLength(2);
    expect(h.logs.join()).toContain('no CONNACK in time');
    await expectWorks(h);
  });
});

describe('packets', () => {
  it.each([0, 1, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15])(
    'of type %i with nothing in them are stepped over',
    async (type) => {
      const h = harness(server);
      await h.online();
      for (let i = 0; i < 50; i += 1) server.peer.write(Uint8Array.of(type << 4, 0));
      await expectWorks(h);
      expect(server.peers).toHaveLength(1);
    },
  );

  it('a DISCONNECT that cannot be read ends the connection, not the tries', async () => {
    const h = harness(server);
    await h.online();
    server.peer.write(Uint8Array.of(0x90, 0));
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    await expectWorks(h);
    expect(h.states.map((s) => s.state)).toEqual(['connecting', 'online', 'offline', 'connecting', 'online']);
  });

  it('PINGs of the server by the thousand are not answered and disturb nobody', async () => {
    const h = harness(server);
    await h.online();
    server.peer.write(Buffer.alloc(100_000, 0x70));
    await expectWorks(h);
    expect(server.peer.packets.map((packet) => packet.type)).toEqual(['connect', 'recvack']);
  });

  it('SENDACKs nobody waits for, PONGs nobody asked for', async () => {
    const h = harness(server);
    await h.online();
    const { peer } = server;
    peer.write(Buffer.alloc(1_000, 0x80));
    const outcome = h.connection.send({
      channel: { channelId: 'bob', channelType: 1 },
      clientMsgNo: 'n',
      payload: { type: 1 },
    });
    await until('SEND', () => peer.of('send').length === 1);
    const [packet] = peer.of('send');
    if (!packet) throw new Error('no SEND');
    // Acknowledged by the script already: again, and again.
    peer.sendack(packet, ReasonCode.inBlacklist);
    peer.sendack({ ...packet, clientSeq: 4_000_000_000 });
    await expect(outcome).resolves.toMatchObject({ reasonCode: 1 });
    await expectWorks(h);
  });
});

describe.each(['tcp', 'ws'] as const)('a stream that has lost its framing, over %s', (kind) => {
  it.each([
    ['a packet of 1 MiB', '52808040'],
    ['a packet too large to be kept', '52ffffff7f'],
    ['a packet of an unknown type', 'c0ffffff7f'],
  ])('%s that never comes swallows the next ones: noticed at the next PING', async (_, header) => {
    const h = harness({ [kind]: server[kind] }, {}, { pingIntervalMs: 100, pongTimeoutMs: 60 });
    await h.online();
    const first = server.peer;
    first.write(Buffer.from(header, 'hex'), first.recv());
    await until('second connection', () => server.peers.length === 2);
    // PONGs came all the time, as the content of that packet.
    expect(first.of('ping').length).toBeGreaterThan(0);
    expect(h.logs.join()).toContain('bytes without a whole packet since the last PING');
    await h.online();
    await expectWorks(h);
  });
});

it('a large packet on a slow line is no such stream', async () => {
  const h = harness(server, {}, { pingIntervalMs: 30, pongTimeoutMs: 25 });
  await h.online();
  const { peer } = server;
  const bytes = peer.recv({ payload: { type: 1, content: 'x'.repeat(600_000) } });
  // The line is full: the PONG waits behind it.
  server.script.ping = () => undefined;
  const piece = 20_000;
  let at = 0;
  const more = (): void => {
    peer.write(bytes.subarray(at, at + piece));
    at += piece;
    if (at < bytes.length) setTimeout(more, 20);
    else server.script.ping = (to) => to.write(Uint8Array.of(0x80));
  };
  more();
  await until('message', () => h.messages.length === 1);
  expect(server.peers).toHaveLength(1);
});

it('text over WebSocket is not read, and is no sign of life', async () => {
  const h = harness({ ws: server.ws }, {}, { pingIntervalMs: 60, pongTimeoutMs: 40 });
  await h.online();
  server.script.ping = (peer) => peer.writeText('{"jsonrpc":"2.0","method":"recv","params":{}}');
  await until('second connection', () => server.peers.length === 2);
  expect(h.messages).toEqual([]);
});

describe('connections that end as soon as they are made', () => {
  it('wait longer each time, although each was online', async () => {
    server.script.connect = (peer, packet) => {
      peer.connack(packet);
      peer.close();
    };
    const waits: number[] = [];
    const h = harness(
      server,
      {
        onState: (state) => {
          if (state.state === 'offline') waits.push(state.nextTryAtMs - Date.now());
        },
      },
      { backoffFirstMs: 8, backoffMaxMs: 64, random: () => 0.999_999 },
    );
    await until('five ends', () => waits.length >= 5);
    expect(h.offsets.length).toBeGreaterThanOrEqual(4);
    expect(waits.slice(0, 5)).toEqual([8, 16, 32, 64, 64]);
  });
});
