import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodePacket, PacketReader } from '../../shared/wire/codec.ts';
import type { RecvPacket, SendackPacket } from '../../shared/wire/packets.ts';
import { ImFixture } from './testing/fixture.ts';
import { TestClient } from './testing/test-client.ts';

let fixture: ImFixture;
afterEach(() => fixture.stop());

/** Signs in and never reads. */
async function deaf(uid: string): Promise<Socket> {
  await fixture.post('/user/token', { uid, token: 't', device_flag: 2 });
  const [host, port] = fixture.server.tcp.split(':');
  const socket = connect(Number(port), host);
  const shape = new TestClient(
    () => undefined,
    () => undefined,
  );
  const key = Buffer.alloc(32, 9).toString('base64');
  socket.write(shape.connectFrame({ uid, token: 't' }, key));
  socket.pause();
  socket.on('error', () => undefined);
  await expect.poll(async () => (await fixture.post('/user/onlinestatus', [uid])).body).toHaveLength(1);
  return socket;
}

const PING = Buffer.from([0x70]);

describe.each(['tcp', 'ws'] as const)('over %s', (transport) => {
  it.each([2, 3, 4, 5])(
    'signs in with version %i and carries a message, its flags, expire, receipt and topic',
    async (version) => {
      fixture = await ImFixture.start();
      const alice = await fixture.client('alice', { transport, version });
      const bob = await fixture.client('bob', { transport, version });
      const ack = await alice.send('bob', 1, '{"type":1,"content":"你好"}', {
        setting: 0x88,
        topic: 'news',
        expire: version >= 3 ? 3600 : 0,
        clientMsgNo: 'no-1',
      });
      expect(ack).toMatchObject({ reasonCode: 1, messageSeq: 1 });
      expect(ack.messageId).toBeGreaterThan(2n ** 53n);
      const recv = await bob.recv();
      expect(recv).toMatchObject({
        flags: { noPersist: false, redDot: true, syncOnce: false, dup: false },
        setting: 0x88,
        topic: 'news',
        expire: version >= 3 ? 3600 : 0,
        fromUid: 'alice',
        channelId: 'alice',
        channelType: 1,
        clientMsgNo: 'no-1',
        messageId: ack.messageId,
        messageSeq: 1,
        text: '{"type":1,"content":"你好"}',
      });
      expect(Math.abs(recv.timestamp - Date.now() / 1000)).toBeLessThan(5);
      await alice.settle();
      expect(alice.received).toEqual([]);
    },
  );

  it('answers CONNECT with version, node and time difference as the version wants', async () => {
    fixture = await ImFixture.start({ tokenAuth: false, nodeId: 7 });
    for (const version of [1, 2, 3, 4, 5, 6, 9]) {
      const client = await fixture.open(transport);
      const connack = await client.signIn({ uid: 'u', token: '', version });
      const shown = Math.min(version, 5);
      expect(connack).toMatchObject({
        reasonCode: 1,
        serverVersion: version > 3 ? shown : null,
        nodeId: version >= 4 ? 7n : null,
      });
      expect(connack.salt).toMatch(/^[A-Za-z0-9]{16}$/);
      expect(Math.abs(Number(connack.timeDiff))).toBeLessThan(5000);
    }
  });

  it('understands CONNECT, PING and SENDs in one piece, and everything byte by byte', async () => {
    fixture = await ImFixture.start();
    const bob = await fixture.client('bob', { transport });
    const together = await fixture.open(transport);
    await fixture.post('/user/token', { uid: 'alice', token: 't', device_flag: 2 });
    await together.signIn({ uid: 'alice', token: 't' }, Buffer.concat([PING, PING]));
    await together.next('pong');
    await together.next('pong');
    const frames = [1, 2, 3].map((n) => encodePacket(together.sendPacket('bob', 1, `m${n}`), 5));
    together.raw(Buffer.concat(frames));
    expect([(await bob.recv()).text, (await bob.recv()).text, (await bob.recv()).text]).toEqual([
      'm1',
      'm2',
      'm3',
    ]);
    const slow = Buffer.concat([encodePacket(together.sendPacket('bob', 1, 'slow'), 5), PING]);
    for (const byte of slow) together.raw(Uint8Array.of(byte));
    expect((await bob.recv()).text).toBe('slow');
    await together.next('pong');
  });

  it('keeps 1,000 pipelined SENDs in order: seqs without gaps, SENDACKs and RECVs in the order sent', async () => {
    fixture = await ImFixture.start();
    await fixture.group('g', ['alice', 'bob', 'carol']);
    const alice = await fixture.client('alice', { transport });
    const bob = await fixture.client('bob', { transport });
    const carol = await fixture.client('carol', { transport });
    bob.autoAck = true;
    const texts = Array.from({ length: 1000 }, (_, i) => `m${i}`);
    for (const text of texts) alice.packet(alice.sendPacket('g', 2, text));
    for (let i = 0; i < 50; i++) carol.packet(carol.sendPacket('g', 2, `carol ${i}`));
    await bob.until(() => bob.received.length >= 1050, '1,050 RECVs');
    await alice.until(
      () => alice.received.filter((p) => p.type === 'sendack').length >= 1000,
      '1,000 SENDACKs',
    );
    const recvs = bob.received.map((p) => bob.open(p as RecvPacket));
    expect(recvs.map((r) => r.messageSeq)).toEqual(Array.from({ length: 1050 }, (_, i) => i + 1));
    expect(recvs.filter((r) => r.fromUid === 'alice').map((r) => r.text)).toEqual(texts);
    const acks = alice.received.filter((p): p is SendackPacket => p.type === 'sendack');
    expect(acks.map((a) => a.clientSeq)).toEqual(texts.map((_, i) => i + 1));
    const bySeq = new Map(recvs.map((r) => [r.messageSeq, r]));
    for (const [i, a] of acks.entries()) {
      expect(bySeq.get(a.messageSeq)).toMatchObject({ messageId: a.messageId, text: `m${i}` });
    }
  });
});

it('puts one packet into each WebSocket message, also in a burst', async () => {
  fixture = await ImFixture.start();
  const bob = await fixture.client('bob', { transport: 'ws' });
  const alice = await fixture.client('alice', { transport: 'ws' });
  alice.raw(
    Buffer.concat(Array.from({ length: 100 }, (_, i) => encodePacket(alice.sendPacket('bob', 1, `${i}`), 5))),
  );
  await bob.until(() => bob.received.length >= 100, '100 RECVs');
  await alice.until(() => alice.received.length >= 100, '100 SENDACKs');
  for (const { chunks } of [alice, bob]) {
    expect(chunks.map((chunk) => new PacketReader().push(chunk).length)).toEqual(chunks.map(() => 1));
  }
});

describe('refused connections', () => {
  it.each([
    ['a wrong token', { uid: 'alice', token: 'wrong' }, 2],
    ['an empty token', { uid: 'alice', token: '' }, 2],
    ["another flag's token", { uid: 'alice', token: 't', deviceFlag: 1 }, 2],
    ['an unknown uid', { uid: 'nobody', token: 't' }, 2],
    ['an empty uid', { uid: '', token: 't' }, 2],
    ['a uid with a separator', { uid: 'a@b', token: 't' }, 2],
    ['a client key of wrong length', { uid: 'alice', token: 't', clientKey: 'AAAA' }, 21],
    [
      'a client key that is no point',
      { uid: 'alice', token: 't', clientKey: Buffer.alloc(32).toString('base64') },
      21,
    ],
    ['a banned user', { uid: 'banned', token: 't' }, 19],
  ])('%s gets a CONNACK with its reason, then the end', async (_, fields, reason) => {
    fixture = await ImFixture.start();
    await fixture.post('/user/token', { uid: 'alice', token: 't', device_flag: 2 });
    await fixture.post('/user/token', { uid: 'banned', token: 't', device_flag: 2 });
    await fixture.post('/channel/info', { channel_id: 'banned', channel_type: 1, ban: 1 });
    for (const transport of ['tcp', 'ws'] as const) {
      const client = await fixture.open(transport);
      expect(await client.signIn(fields)).toMatchObject({ reasonCode: reason, serverKey: '', salt: '' });
      await client.closed();
    }
    expect(fixture.log.filter((line) => line.includes('CONNECT refused'))).toHaveLength(2);
  });
});

const good = async (): Promise<TestClient> => fixture.client('witness');

describe('hostile input ends the connection with a logged reason and disturbs nobody', () => {
  const badFrames: [string, number[], string][] = [
    ['an unknown type', [0xf0, 0x01, 0x00], 'unknown packet type 15'],
    ['type 0', [0x00, 0x00], 'unknown packet type 0'],
    ['a length over 1 MiB', [0x30, 0x81, 0x80, 0x40], 'announces 1048577 bytes'],
    ['a five-byte length', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], 'more than 4 bytes'],
    ['a truncated body', [0x30, 0x03, 0x00, 0x00, 0x00], 'body ends inside clientSeq'],
    ["the server's own packet type", [0x40, 0x11, ...Array.from({ length: 17 }, () => 0)], 'SENDACK'],
  ];

  it.each(badFrames)('%s, before and after CONNECT, over both transports', async (_, bytes, reason) => {
    fixture = await ImFixture.start();
    const witness = await good();
    for (const transport of ['tcp', 'ws'] as const) {
      const before = await fixture.open(transport);
      before.raw(Uint8Array.from(bytes));
      await before.closed();
      expect(fixture.log.at(-1)).toMatch(/closed: first packet has type/);
      const after = await fixture.client('alice', { transport });
      after.raw(Uint8Array.from(bytes));
      await after.closed();
    }
    expect(fixture.log.filter((line) => line.includes(reason)).length).toBeGreaterThanOrEqual(2);
    expect(fixture.log.filter((line) => line.includes('closed:'))).toHaveLength(4);
    await witness.settle();
  });

  it('garbage, PING before CONNECT, a second CONNECT and text over WebSocket', async () => {
    fixture = await ImFixture.start();
    const witness = await good();
    const garbage = await fixture.open('tcp');
    garbage.raw(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    const early = await fixture.open('tcp');
    early.raw(PING);
    const twice = await fixture.client('alice');
    twice.raw(twice.connectFrame({ uid: 'alice', token: 'token-alice' }, 'x'));
    const text = await fixture.open('ws');
    text.raw('{"method":"connect"}' as unknown as Uint8Array);
    await Promise.all([garbage.closed(), early.closed(), twice.closed(), text.closed()]);
    await witness.settle();
    expect(fixture.log.filter((line) => line.includes('closed:'))).toHaveLength(4);
  });

  it('a silent connection is closed in time, over TCP, over WebSocket and before the upgrade', async () => {
    fixture = await ImFixture.start({ timings: { connectTimeoutMs: 300 } });
    const witness = await good();
    const silent = [
      await fixture.open('tcp'),
      await fixture.open('ws'),
      await TestClient.open(fixture.server.ws.replace('ws://', '')),
    ];
    await Promise.all(silent.map((client) => client.closed()));
    await witness.settle();
    expect(fixture.log.filter((line) => /no (CONNECT|upgrade) in time/.test(line))).toHaveLength(3);
  });

  it('an idle connection is closed, one that pings stays', async () => {
    fixture = await ImFixture.start({ timings: { idleTimeoutMs: 1000 } });
    const idle = await fixture.client('idle');
    const alive = await fixture.client('alive');
    const timer = setInterval(() => alive.raw(PING), 40);
    await idle.closed();
    clearInterval(timer);
    expect(alive.isClosed).toBe(false);
    expect(fixture.log.join('\n')).toContain('(idle): closed: idle');
  });

  it('a connection that vanishes in the middle of a frame', async () => {
    fixture = await ImFixture.start();
    const witness = await good();
    const client = await fixture.client('alice');
    client.raw(encodePacket(client.sendPacket('bob', 1, 'half'), 5).subarray(0, 20));
    client.close();
    await expect.poll(async () => (await fixture.post('/user/onlinestatus', ['alice'])).body).toEqual([]);
    await witness.settle();
  });

  it('a reader that takes nothing is cut off, the sender goes on', async () => {
    fixture = await ImFixture.start({ limits: { maxBufferedBytes: 300_000 } });
    const socket = await deaf('bob');
    const alice = await fixture.client('alice');
    const big = 'x'.repeat(200_000);
    for (let i = 0; i < 60 && !fixture.log.some((line) => line.includes('reads too slowly')); i++) {
      expect(await alice.send('bob', 1, big)).toMatchObject({ reasonCode: 1 });
    }
    expect(fixture.log.join('\n')).toContain('reads too slowly');
    socket.destroy();
  });

  it('many slow readers together are cut off, those that read are not', async () => {
    const limits = { maxBufferedBytes: 100_000_000, maxBufferedInAll: 1_000_000 };
    fixture = await ImFixture.start({ limits });
    const slow = ['slow-1', 'slow-2', 'slow-3'];
    const sockets = await Promise.all(slow.map(deaf));
    const alice = await fixture.client('alice');
    const carol = await fixture.client('carol');
    carol.autoAck = true;
    await fixture.group('all', ['alice', 'carol', ...slow]);
    const big = 'x'.repeat(200_000);
    const cut = (): string[] => fixture.log.filter((line) => line.includes('and so do others'));
    for (let i = 0; i < 150 && cut().length === 0; i++) await alice.send('all', 2, big);
    expect(cut().join()).toMatch(/slow-[123]/);
    expect(cut().join()).not.toContain('carol');
    expect(carol.isClosed).toBe(false);
    await carol.settle();
    for (const socket of sockets) socket.destroy();
  });

  it('a sender above the packet limit is slowed down, not cut off, and nothing is lost', async () => {
    fixture = await ImFixture.start({ limits: { packetsPerSecond: 200, maxPendingSends: 20 } });
    const alice = await fixture.client('alice');
    const startedAt = performance.now();
    for (let i = 0; i < 300; i++) alice.packet(alice.sendPacket('bob', 1, `m${i}`));
    // Pieces small enough that reading can stop in between.
    for (let i = 0; i < 10; i++) {
      await alice.settle();
    }
    await alice.until(() => alice.received.length >= 300, '300 SENDACKs');
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });

  it('no more connections than allowed', async () => {
    fixture = await ImFixture.start({ limits: { maxConnections: 1 } });
    const witness = await good();
    const second = await fixture.open('tcp');
    await second.closed();
    await witness.settle();
    expect(fixture.log.join('\n')).toContain('refused, 1 connections are open');
  });
});
