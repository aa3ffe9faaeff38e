/* oxlint-disable unicorn/prefer-add-event-listener -- the SDK assigns on* properties */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyPair } from '../../../shared/wire/crypto.ts';
import { encodePacket } from '../../../shared/wire/codec.ts';
import { PacketType } from '../../../shared/wire/packets.ts';
import { Link, type LinkEnd } from './link.ts';
import { until } from './testing/harness.ts';
import { ScriptedServer } from './testing/scripted-server.ts';
import { DEFAULT_TUNING } from './tuning.ts';

const CONNECT = encodePacket(
  {
    type: 'connect',
    version: 5,
    deviceFlag: 2,
    deviceId: 'd',
    uid: 'u',
    token: 't',
    clientTimestamp: 0n,
    clientKey: createKeyPair().publicKeyBase64,
  },
  5,
);
const RECVACK = encodePacket(
  {
    type: 'recvack',
    flags: { noPersist: false, redDot: false, syncOnce: false, dup: false },
    messageId: 1n,
    messageSeq: 1,
  },
  5,
);

let server: ScriptedServer;
let link: Link;
let logs: string[];
let ends: LinkEnd[];
let frames: number[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  logs = [];
  ends = [];
  frames = [];
  link = new Link(
    {
      run: (action) => action(),
      ended: (end) => ends.push(end),
      pong: () => undefined,
      event: () => undefined,
      sendack: () => undefined,
      log: (_, message) => logs.push(message),
    },
    DEFAULT_TUNING,
  );
  link.onmessage = ({ data }) => {
    const type = (data[0] as number) >> 4;
    frames.push(type);
    if (type === PacketType.connack) link.ready();
  };
  link.onopen = () => link.send(CONNECT);
});
afterEach(async () => {
  link.close();
  await server.stop();
});

describe('link', () => {
  it('writes nothing but CONNECT before CONNACK', async () => {
    server.script.connect = () => undefined;
    link.onopen = () => {
      link.send(RECVACK);
      link.send(CONNECT);
      link.send(CONNECT);
      link.send(RECVACK);
    };
    link.open({ kind: 'tcp', address: server.tcp });
    await until('CONNECT', () => server.peers.length === 1 && server.peer.packets.length === 1);
    const [packet] = server.peer.of('connect');
    if (!packet) throw new Error('first packet is not CONNECT');
    server.peer.connack(packet);
    await until('CONNACK', () => frames.length === 1);
    link.send(RECVACK);
    await until('RECVACK', () => server.peer.packets.length > 1);
    expect(server.peer.packets.map((p) => p.type)).toEqual(['connect', 'recvack']);
    expect(logs).toHaveLength(3);
  });

  it('shows the SDK nothing before CONNACK, and only one CONNACK', async () => {
    server.script.connect = (peer, packet) => {
      peer.write(Buffer.from('410000', 'hex').subarray(0, 1), Buffer.from('00', 'hex'));
      peer.connack(packet);
      peer.connack(packet);
    };
    link.open({ kind: 'tcp', address: server.tcp });
    await until('second CONNACK', () => logs.includes('second CONNACK dropped'));
    expect(frames).toEqual([PacketType.connack]);
    expect(logs[0]).toBe('packet type 4 before CONNACK dropped');
  });

  it('reports the end once, with the time waited for CONNACK', async () => {
    server.script.connect = (peer) => peer.close();
    link.open({ kind: 'ws', address: server.ws });
    await until('end', () => ends.length === 1);
    expect(ends[0]).toMatchObject({ byServer: true, certificateError: false });
    expect(ends[0]?.waitedForConnackMs).toBeGreaterThanOrEqual(0);
  });

  it('does not report an end after close', async () => {
    link.open({ kind: 'tcp', address: server.tcp });
    await until('CONNACK', () => frames.length === 1);
    link.close();
    await until('closed', () => server.peer.closed);
    expect(ends).toEqual([]);
  });

  it('outlives a packet the SDK cannot digest', async () => {
    const { onmessage } = link;
    link.onmessage = (event) => {
      onmessage?.(event);
      if ((event.data[0] as number) >> 4 === PacketType.recv) throw new TypeError('cannot digest');
    };
    link.open({ kind: 'tcp', address: server.tcp });
    await until('CONNACK', () => frames.length === 1);
    server.peer.write(server.peer.recv(), server.peer.recv());
    await until('both', () => frames.length === 3);
    expect(ends).toEqual([]);
  });
});

const count = (type: number): number => frames.filter((each) => each === type).length;
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe.each(['tcp', 'ws'] as const)('bounded reading over %s', (kind) => {
  const ready = async (): Promise<void> => {
    link.open({ kind, address: server[kind] });
    await until('CONNACK', () => count(PacketType.connack) === 1);
  };
  it('stops while it is held, and nothing is lost', async () => {
    await ready();
    link.hold(true);
    const { peer } = server;
    const payload = { type: 1, content: 'x'.repeat(1_000) };
    for (let i = 0; i < 400; i += 1) peer.write(peer.recv({ payload }));
    for (let i = 0; i < 200; i += 1) await turn();
    expect(count(PacketType.recv)).toBeLessThan(100);
    link.hold(false);
    await until('all', () => count(PacketType.recv) === 400);
    expect(ends).toEqual([]);
  });

  it('stops while the server takes no answers', async () => {
    await ready();
    const { peer } = server;
    peer.setReading(false);
    // The network takes some megabytes before it takes no more.
    const answers = Buffer.concat(Array.from({ length: 5_000 }, () => RECVACK));
    for (let i = 0; i < 250; i += 1) link.send(answers);
    const before = count(PacketType.recv);
    for (let i = 0; i < 100; i += 1) peer.write(peer.recv());
    for (let i = 0; i < 200; i += 1) await turn();
    expect(count(PacketType.recv)).toBe(before);
    peer.setReading(true);
    await until('all', () => count(PacketType.recv) === 100);
    expect(ends).toEqual([]);
  });
});
