import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePacket } from '../../../shared/wire/codec.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { type Connection, ConnectionLost, MessageTooLong, SendUnanswered } from './connection-api.ts';
import { type Harness, harness as makeHarness, until, virtualTime } from './testing/harness.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

let server: ScriptedServer;
const open: Connection[] = [];

function harness(...args: Parameters<typeof makeHarness>): Harness {
  const made = makeHarness(...args);
  open.push(made.connection);
  return made;
}

async function onlineHarness(...args: Parameters<typeof makeHarness>): Promise<Harness> {
  const h = harness(...args);
  h.connection.start();
  await h.online();
  return h;
}

const hello = {
  channel: { channelId: 'bob', channelType: 1 },
  clientMsgNo: 'my-number',
  payload: { type: 1, content: '你好' },
};

beforeEach(async () => {
  virtualTime();
  server = await ScriptedServer.start();
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  await server.stop();
  vi.useRealTimers();
});

describe('handshake', () => {
  it.each(['tcp', 'ws'] as const)(
    'signs in over %s with our device id and flag, and reports the server offset',
    async (kind) => {
      server.script.connect = (peer, packet) => peer.connack(packet, { timeDiff: -123_456n });
      const h = await onlineHarness(kind === 'tcp' ? { tcp: server.tcp } : { ws: server.ws });
      expect(server.peer.of('connect')).toEqual([
        expect.objectContaining({
          version: 5,
          deviceFlag: 2,
          deviceId: 'device-1',
          uid: 'alice',
          token: 'secret-token',
        }),
      ]);
      expect(server.peer.reads).toHaveLength(1);
      expect(h.offsets).toEqual([-123_456]);
      expect(h.transports).toEqual([kind]);
      expect(h.states.map((s) => s.state)).toEqual(['connecting', 'online']);
    },
  );

  it.each([
    { serverVersion: null, version: 3 },
    { serverVersion: 4, version: 4 },
    { serverVersion: 5, version: 5 },
  ])(
    'talks protocol $version to a server that announces $serverVersion',
    async ({ serverVersion, version }) => {
      server.script.connect = (peer, packet) => peer.connack(packet, { serverVersion });
      const h = await onlineHarness(server);
      expect(server.peer.version).toBe(version);
      server.peer.write(server.peer.recv({ expire: 3600 }));
      await until('message', () => h.messages.length === 1);
      expect(h.messages[0]).toMatchObject({ expire: 3600, payload: { content: 'message 1' } });
      await h.connection.send(hello);
      expect(server.peer.of('send').map((packet) => server.peer.open(packet))).toEqual([hello.payload]);
    },
  );

  it('uses a new random key for every connection', async () => {
    const h = await onlineHarness(server);
    server.peer.close();
    await until(
      'second connection',
      () => server.peers.length === 2 && h.connection.state.state === 'online',
    );
    const keys = server.peers.map((peer) => peer.of('connect')[0]?.clientKey);
    expect(new Set(keys).size).toBe(2);
  });

  it('fetches the addresses anew for each series of attempts', async () => {
    const h = await onlineHarness(server);
    server.peer.close();
    await until('second connection', () => server.peers.length === 2);
    expect(h.http.asked).toBe(2);
  });
});

describe('receiving', () => {
  it('takes coalesced packets apart and acknowledges each after it was handed over', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    peer.write(
      peer.recv(),
      Uint8Array.of(0x80),
      peer.recv({ flags: { noPersist: false, redDot: false, syncOnce: true, dup: false } }),
      peer.recv(),
    );
    await until('acks', () => peer.of('recvack').length === 3);
    expect(h.messages.map((m) => m.messageSeq)).toEqual([1, 2, 3]);
    expect(h.batches).toEqual([3]);
    expect(peer.of('recvack').map((ack) => ack.messageId.toString())).toEqual(
      h.messages.map((m) => m.messageId),
    );
    expect(peer.of('recvack').map((ack) => ack.flags.syncOnce)).toEqual([false, true, false]);
  });

  it('acknowledges a burst completely and in order', async () => {
    const h = await onlineHarness({ ws: server.ws }, {}, { maxBatch: 100 });
    const { peer } = server;
    const burst = Array.from({ length: 1_000 }, () => peer.recv());
    for (const bytes of burst) peer.write(bytes);
    await until('acks', () => peer.of('recvack').length === burst.length);
    expect(peer.of('recvack').map((ack) => ack.messageSeq)).toEqual(burst.map((_, i) => i + 1));
    expect(h.messages).toHaveLength(burst.length);
    expect(Math.max(...h.batches)).toBeLessThanOrEqual(100);
  });

  it('puts split packets together again', async () => {
    const h = await onlineHarness({ ws: server.ws });
    const { peer } = server;
    const bytes = Buffer.concat([peer.recv(), peer.recv(), peer.recv()]);
    for (let at = 0; at < bytes.length; at += 7) peer.write(bytes.subarray(at, at + 7));
    await until('messages', () => h.messages.length === 3);
    expect(h.messages.map((m) => m.payload)).toEqual(
      [1, 2, 3].map((n) => ({ type: 1, content: `message ${n}` })),
    );
  });

  it('steps over unknown types and oversized packets and goes on', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    const oversized = Buffer.alloc(3 * 1024 * 1024);
    oversized[0] = 0x52;
    const length = oversized.length - 5;
    for (let i = 0; i < 4; i++) oversized[1 + i] = ((length >> (7 * i)) & 0x7f) | (i < 3 ? 0x80 : 0);
    peer.write(Buffer.from('d003616263', 'hex'), oversized, peer.recv());
    await until('message', () => h.messages.length === 1);
    expect(h.logs.filter((line) => line.startsWith('warn: dropped'))).toEqual([
      'warn: dropped: unknown packet type 13 (3 bytes)',
      `warn: dropped: packet type 5 of ${length} bytes is above 1179648`,
    ]);
    expect(server.peers).toHaveLength(1);
  });

  it('hands EVENTs over as they come, and steps over one that is cut', async () => {
    const h = await onlineHarness(server);
    const data = Buffer.from('{"client_msg_no":"no","payload":{"kind":"text","delta":"TOP SECRET"}}');
    const event = encodePacket(
      { type: 'event', id: 'evt-1', eventType: 'stream.delta', timestamp: 1_795_424_770_000n, data },
      5,
    );
    const cut = Buffer.from(event.subarray(0, 12));
    cut[1] = cut.length - 2;
    server.peer.write(cut, Buffer.concat([event, server.peer.recv()]));
    await until('message', () => h.messages.length === 1);
    expect(h.events).toEqual([{ id: 'evt-1', type: 'stream.delta', data: new Uint8Array(data) }]);
    expect(h.logs.filter((line) => line.startsWith('warn: packet type 12'))).toHaveLength(1);
    expect(h.logs.join()).not.toContain('SECRET');
    expect(server.peers).toHaveLength(1);
  });

  it('reconnects when the stream has lost its framing', async () => {
    const h = await onlineHarness(server);
    server.peer.write(Buffer.from('52ffffffffff', 'hex'));
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    expect(h.logs.join()).toContain('lost its framing');
  });

  it.each([
    ['text', Buffer.from('TOP SECRET is no json')],
    ['a JSON array', Buffer.from('["TOP SECRET"]')],
    ['a JSON number', Buffer.from('42')],
    ['nothing', Buffer.alloc(0)],
    ['broken UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ])('keeps a payload that is %s as unsupported, acknowledged, never logged', async (_, plain) => {
    const h = await onlineHarness(server);
    const { peer } = server;
    peer.write(peer.recv({ plain }), peer.recv());
    await until('acks', () => peer.of('recvack').length === 2);
    expect(h.messages.map((m) => m.payload)).toEqual([null, { type: 1, content: 'message 2' }]);
    expect(h.logs.join()).not.toContain('SECRET');
  });

  // JSON.parse reads it, JSON.stringify (the store) and structured clone (IPC) end their stack on it.
  it('leaves out fields that are nested too deeply: a command stays a command', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    const deep = `${'['.repeat(9_000)}"TOP SECRET"${']'.repeat(9_000)}`;
    peer.write(peer.recv({ plain: Buffer.from(`{"type":99,"cmd":"messageRevoke","x":${deep}}`) }));
    await until('ack', () => peer.of('recvack').length === 1);
    expect(h.messages.map((m) => m.payload)).toEqual([{ type: 99, cmd: 'messageRevoke' }]);
    expect(h.logs.join()).toContain('nested more than 64 levels');
    expect(h.logs.join()).not.toContain('SECRET');
  });

  it('drops a RECV with a wrong key without acknowledging it', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    peer.write(peer.recv({ msgKey: '0'.repeat(32) }), peer.recv());
    await until('ack', () => peer.of('recvack').length === 1);
    expect(h.messages.map((m) => m.messageSeq)).toEqual([2]);
    expect(peer.of('recvack').map((ack) => ack.messageSeq)).toEqual([2]);
  });

  it('passes a payload of 760 kB, about the most a server takes', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    const content = '长'.repeat(253_000);
    peer.write(peer.recv({ payload: { type: 1, content } }), peer.recv());
    await until('acks', () => peer.of('recvack').length === 2);
    expect(h.messages[0]?.payload).toEqual({ type: 1, content });
    expect(server.peers).toHaveLength(1);
  });

  it('acknowledges nothing when the messages could not be stored, and takes the redelivery', async () => {
    let full = true;
    const stored: string[] = [];
    const h = await onlineHarness(server, {
      onMessages: (messages) => {
        if (full) throw new Error('disk full: TOP SECRET');
        stored.push(...messages.map((m) => m.messageId));
      },
    });
    const { peer } = server;
    const bytes = peer.recv();
    peer.write(bytes);
    await until('log line', () => h.logs.some((line) => line.includes('not acknowledged')));
    full = false;
    peer.write(bytes);
    await until('ack', () => peer.of('recvack').length === 1);
    expect(stored).toHaveLength(1);
    expect(h.logs.join()).not.toContain('SECRET');
  });

  it('has stored a message before its RECVACK is written', async () => {
    const order: string[] = [];
    const h = harness(server, {
      onMessages: () => order.push(`stored, ${server.peer.of('recvack').length} acks`),
    });
    h.connection.start();
    await h.online();
    server.peer.write(server.peer.recv());
    await until('ack', () => server.peer.of('recvack').length === 1);
    expect(order).toEqual(['stored, 0 acks']);
  });

  it('hands every redelivery over, without a mark', async () => {
    const h = await onlineHarness(server);
    const bytes = server.peer.recv();
    for (let i = 0; i < 5; i++) server.peer.write(bytes);
    await until('acks', () => server.peer.of('recvack').length === 5);
    expect(h.messages).toHaveLength(5);
  });

  it('writes nothing to the console', async () => {
    const lines: unknown[] = [];
    const { log } = console;
    console.log = (...args: unknown[]) => lines.push(args);
    try {
      const h = await onlineHarness(server);
      server.peer.write(server.peer.recv());
      await until('message', () => h.messages.length === 1);
      await h.connection.close();
    } finally {
      console.log = log;
    }
    expect(lines).toEqual([]);
  });
});

/** Time passes only while a test waits with `until`. */
async function settled<T>(...work: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  let ends: PromiseSettledResult<T>[] | undefined;
  void Promise.allSettled(work).then((all) => (ends = all));
  await until('all of them ended', () => ends !== undefined);
  return ends ?? [];
}

describe('sending', () => {
  it('encrypts, signs and resolves with the answer; ids beyond 2^53 are exact', async () => {
    const h = await onlineHarness(server);
    await expect(h.connection.send({ ...hello, setting: 0x80, expire: 3_600 })).resolves.toEqual({
      messageId: '9000000000000000001',
      messageSeq: 7,
      reasonCode: 1,
    });
    const [packet] = server.peer.of('send');
    expect(packet).toMatchObject({
      clientMsgNo: 'my-number',
      channelId: 'bob',
      channelType: 1,
      setting: 0x80,
      expire: 3_600,
    });
    expect(packet?.flags.redDot).toBe(true);
    expect(packet && server.peer.open(packet)).toEqual(hello.payload);
  });

  it('gives refusals to the caller', async () => {
    server.script.send = (peer, packet) => peer.sendack(packet, ReasonCode.inBlacklist);
    const h = await onlineHarness(server);
    await expect(h.connection.send(hello)).resolves.toMatchObject({ reasonCode: 4 });
  });

  it('matches answers by clientSeq, in any order', async () => {
    const waiting: (() => void)[] = [];
    server.script.send = (peer, packet) => {
      waiting.push(() => peer.sendack(packet, 1, BigInt(packet.clientMsgNo)));
      if (waiting.length === 3) for (const answer of waiting.toReversed()) answer();
    };
    const h = await onlineHarness(server);
    const outcomes = await Promise.all(
      ['11', '22', '33'].map((clientMsgNo) => h.connection.send({ ...hello, clientMsgNo })),
    );
    expect(outcomes.map((o) => o.messageId)).toEqual(['11', '22', '33']);
  });

  it('is refused while there is no connection, and leaves no ghost behind', async () => {
    const h = harness(server);
    await expect(h.connection.send(hello)).rejects.toThrow(ConnectionLost);
    h.connection.start();
    await expect(h.connection.send(hello)).rejects.toThrow(ConnectionLost);
    await h.online();
    await h.connection.send({ ...hello, clientMsgNo: 'the-only-one' });
    expect(server.peer.of('send').map((packet) => packet.clientMsgNo)).toEqual(['the-only-one']);
  });

  it('drops the connection when no SENDACK comes, and the same message can be sent again', async () => {
    server.script.send = () => undefined;
    server.script.ping = () => undefined;
    const h = await onlineHarness(server, {}, { sendackTimeoutMs: 50 });
    const ending = Promise.allSettled([h.connection.send(hello)]);
    await h.state('offline');
    expect(await ending).toEqual([
      { status: 'rejected', reason: new ConnectionLost('no SENDACK within 50 ms') },
    ]);
    server.script.send = (peer, packet) => peer.sendack(packet);
    await until('new connection', () => server.peers.length === 2 && h.connection.state.state === 'online');
    await h.connection.send(hello);
    expect(server.peers.map((peer) => peer.of('send').map((p) => p.clientMsgNo))).toEqual([
      ['my-number'],
      ['my-number'],
    ]);
  });

  it('hands back what a living connection does not answer, and stays: a cluster elects', async () => {
    server.script.send = () => undefined;
    const h = await onlineHarness(server, {}, { sendackTimeoutMs: 400 });
    const ends = await settled(h.connection.send(hello), h.connection.send(hello));
    const unanswered = { status: 'rejected', reason: new SendUnanswered('no SENDACK within 400 ms') };
    expect(ends).toEqual([unanswered, unanswered]);
    server.script.send = (peer, packet) => peer.sendack(packet);
    await expect(h.connection.send(hello)).resolves.toMatchObject({ reasonCode: ReasonCode.success });
    expect(server.peers).toHaveLength(1);
    expect(h.states.map(({ state }) => state)).toEqual(['connecting', 'online']);
  });

  it('takes no PONG for a sign that was asked for before the SEND', async () => {
    const held: (() => void)[] = [];
    server.script.send = () => undefined;
    server.script.ping = (peer) => {
      held.push(() => peer.write(Uint8Array.of(0x80)));
    };
    const h = await onlineHarness(server, {}, { sendackTimeoutMs: 100 });
    h.connection.retryNow();
    await until('the PING', () => held.length === 1);
    const sending = h.connection.send(hello);
    held[0]?.();
    expect(await settled(sending)).toEqual([
      { status: 'rejected', reason: new ConnectionLost('no SENDACK within 100 ms') },
    ]);
    expect(held).toHaveLength(2);
  });

  it('is made over another connection, at once, when a living one answers no SEND for long', async () => {
    server.script.send = (peer, packet) => {
      if (peer !== server.peers[0]) peer.sendack(packet);
    };
    const h = await onlineHarness(server, {}, { sendackTimeoutMs: 200, backoffFirstMs: 60_000 });
    let tries = 0;
    for (;;) {
      tries += 1;
      const [end] = await settled(h.connection.send(hello));
      if (end?.status === 'rejected' && end.reason instanceof ConnectionLost) break;
    }
    expect(tries).toBeGreaterThan(2);
    await until('new connection', () => server.peers.length === 2 && h.connection.state.state === 'online');
    await expect(h.connection.send(hello)).resolves.toMatchObject({ reasonCode: ReasonCode.success });
  });

  it('rejects what is under way when the server closes', async () => {
    server.script.send = (peer) => peer.close();
    const h = await onlineHarness(server);
    await expect(h.connection.send(hello)).rejects.toThrow(ConnectionLost);
  });

  it('refuses what does not fit one packet and stays connected', async () => {
    const h = await onlineHarness(server);
    const payload = { type: 1, content: 'x'.repeat(1_100_000) };
    await expect(h.connection.send({ ...hello, payload })).rejects.toThrow(MessageTooLong);
    await h.connection.send({ ...hello, payload: { type: 1, content: 'x'.repeat(700_000) } });
    expect(server.peers).toHaveLength(1);
  });
});

describe('a connection that dies', () => {
  it('is noticed by the missing answer to PING', async () => {
    server.script.ping = () => undefined;
    const h = await onlineHarness(server, {}, { pingIntervalMs: 30, pongTimeoutMs: 30 });
    await until('second connection', () => server.peers.length >= 2);
    expect(h.logs.join()).toContain('no byte within 30 ms of a PING');
  });

  it('is alive as long as any byte comes', async () => {
    server.script.ping = (peer) => peer.write(peer.recv());
    await onlineHarness(server, {}, { pingIntervalMs: 20, pongTimeoutMs: 30 });
    await until('pings', () => server.peer.of('ping').length >= 8);
    expect(server.peers).toHaveLength(1);
  });

  it('measures the round trip', async () => {
    server.script.ping = (peer) => void setTimeout(() => peer.write(Uint8Array.of(0x80)), 15);
    const h = await onlineHarness(server, {}, { pingIntervalMs: 10 });
    await until('pong', () => h.connection.lastPingMs !== null);
    expect(h.connection.lastPingMs).toBeGreaterThanOrEqual(15);
  });

  it('is checked by retryNow while online', async () => {
    const h = await onlineHarness(server);
    h.connection.retryNow();
    await until('ping', () => server.peer.of('ping').length === 1);
    expect(server.peers).toHaveLength(1);
  });

  it('is given up when CONNACK does not come, and tried again', async () => {
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 1) peer.connack(packet);
    };
    const h = harness(server, {}, { connackTimeoutMs: 50 });
    h.connection.start();
    await h.online();
    expect(h.logs.join()).toContain('no CONNACK in time');
    expect(h.states.map((s) => s.state)).toEqual(['connecting', 'offline', 'connecting', 'online']);
  });

  it('is replaced at once by retryNow instead of after the waiting time', async () => {
    const h = await onlineHarness(server, {}, { backoffFirstMs: 3_600_000, backoffMaxMs: 3_600_000 });
    server.peer.close();
    await h.state('offline');
    expect(h.connection.state).toMatchObject({ nextTryAtMs: expect.closeTo(Date.now() + 2_700_000, -7) });
    h.connection.retryNow();
    await h.online();
    expect(server.peers).toHaveLength(2);
  });
});

describe('a connection that is of no use', () => {
  it('is replaced at once, over another address first, and what was sent is handed back', async () => {
    server.script.send = () => undefined;
    const h = await onlineHarness({ tcp: server.tcp, ws: server.ws });
    expect(h.connection.transport).toBe('tcp');
    const sent = h.connection.send(hello).catch((error: unknown) => error);
    const asked = h.http.asked;
    h.connection.replace('delivers nothing');
    expect(await sent).toBeInstanceOf(ConnectionLost);
    await h.online();
    expect(h.connection.transport).toBe('ws');
    // The route may name another node by now.
    expect(h.http.asked).toBe(asked + 1);
    expect(h.logs.join('\n')).toContain('connection lost: delivers nothing');
    // What worked last goes first again.
    server.peer.close();
    await until(
      'a third connection',
      () => server.peers.length === 3 && h.connection.state.state === 'online',
    );
    expect(h.connection.transport).toBe('ws');
  });

  it('is not replaced when there is none', async () => {
    const h = harness(server);
    h.connection.replace('nothing there');
    h.connection.start();
    h.connection.replace('not yet');
    await h.online();
    expect(server.peers).toHaveLength(1);
  });
});

describe('a series that hangs', () => {
  it('starts over on retryNow once it is old, and what it was still doing is of no more effect', async () => {
    let silent = true;
    server.script.connect = (peer, packet) => {
      if (!silent) peer.connack(packet);
    };
    const h = harness(server, {}, { connackTimeoutMs: 60_000, staleSeriesMs: 50 });
    h.connection.start();
    await until('CONNECT', () => server.peers.length === 1);
    h.connection.retryNow();
    expect(server.peers).toHaveLength(1);
    vi.advanceTimersByTime(60);
    silent = false;
    h.connection.retryNow();
    await h.online();
    expect(server.peers).toHaveLength(2);
    await until('the first socket closed', () => server.peers[0]?.closed === true);
    expect(h.connection.state.state).toBe('online');
  });
});

describe('a refused session', () => {
  it('is a kick after DISCONNECT: the socket is closed by us and not opened again', async () => {
    const h = await onlineHarness(server);
    const { peer } = server;
    peer.write(peer.recv());
    peer.disconnect(ReasonCode.connectKick, 'login in other device');
    await h.state('kicked');
    expect(h.connection.state).toEqual({ state: 'kicked', reason: 'login in other device' });
    await until('socket closed', () => peer.closed);
    h.connection.retryNow();
    expect(h.connection.state.state).toBe('kicked');
    expect(h.messages).toHaveLength(1);
    expect(server.peers).toHaveLength(1);
  });

  it('rejects pending sends on a kick', async () => {
    server.script.send = (peer) => peer.disconnect(12, '');
    const h = await onlineHarness(server);
    await expect(h.connection.send(hello)).rejects.toThrow(ConnectionLost);
    expect(h.connection.state).toEqual({ state: 'kicked', reason: 'reason 12', quit: true });
  });

  it('is expired after two closes without CONNACK while HTTP works', async () => {
    server.script.connect = (peer) => void setTimeout(() => peer.close(), 60);
    const h = harness(server);
    h.connection.start();
    await h.state('sessionExpired');
    expect(server.peers).toHaveLength(2);
  });

  it('is not expired by one series in which both transports are closed: the server may be starting', async () => {
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 2) peer.connack(packet);
      else setTimeout(() => peer.close(), 60);
    };
    const h = harness({ tcp: server.tcp, ws: server.ws });
    h.connection.start();
    await h.online();
    expect(h.states.map((s) => s.state)).toEqual(['connecting', 'offline', 'connecting', 'online']);
    expect(server.peers.map((peer) => peer.kind)).toEqual(['tcp', 'ws', 'tcp']);
  });

  it('is not expired by closes that only look late because this thread was busy', async () => {
    vi.useRealTimers();
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 4) {
        peer.connack(packet);
        return;
      }
      peer.close();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    };
    const h = harness(server);
    h.connection.start();
    await h.online();
    expect(server.peers).toHaveLength(5);
  });

  it('is not expired by a stranger who answers at an address of earlier', async () => {
    const h = await onlineHarness(server);
    h.http.resolvable = false;
    server.script.connect = (peer, packet) => peer.connack(packet, { reasonCode: ReasonCode.authFail });
    server.peer.close();
    await until('two refusals', () => server.peers.length >= 3);
    expect(h.states.some((s) => s.state === 'sessionExpired')).toBe(false);
    h.http.resolvable = true;
    await h.state('sessionExpired');
  });

  it('is not expired by a server that closes at once (nothing behind the proxy)', async () => {
    server.script.connect = (peer, packet) => {
      if (server.peers.length > 4) peer.connack(packet);
      else peer.close();
    };
    const h = harness(server, {}, { refusalMinMs: 2_000 });
    h.connection.start();
    await h.online();
    expect(server.peers).toHaveLength(5);
  });

  it('is not expired while HTTP does not work either', async () => {
    server.script.connect = (peer) => void setTimeout(() => peer.close(), 45);
    const h = harness(server);
    h.http.verdict = 'unreachable';
    h.connection.start();
    await until('four tries', () => server.peers.length >= 4);
    expect(h.states.some((s) => s.state === 'sessionExpired')).toBe(false);
    expect(h.states.some((s) => s.state === 'unreachable')).toBe(true);
  });

  it('is expired at once when HTTP says unauthorized', async () => {
    server.script.connect = (peer) => peer.close();
    const h = harness(server);
    h.http.verdict = 'unauthorized';
    h.connection.start();
    await h.state('sessionExpired');
    expect(server.peers).toHaveLength(1);
  });

  it('is expired by CONNACK with authFail', async () => {
    server.script.connect = (peer, packet) => peer.connack(packet, { reasonCode: ReasonCode.authFail });
    const h = harness(server);
    h.connection.start();
    await h.state('sessionExpired');
    expect(server.peers).toHaveLength(1);
  });

  it.each([
    [ReasonCode.ban, '', { banned: true }],
    [ReasonCode.connectKick, '', { quit: true }],
    [ReasonCode.connectKick, '账号在其他设备上登录', {}],
    [ReasonCode.connectKick, 'login in other device', {}],
  ])('DISCONNECT %i "%s" says why', async (code, text, why) => {
    const h = await onlineHarness(server);
    server.peers[0]?.disconnect(code, text);
    await h.state('kicked');
    expect(h.connection.state).toEqual({ state: 'kicked', reason: text || `reason ${code}`, ...why });
  });

  it('is a kick with its reason when the account is banned', async () => {
    server.script.connect = (peer, packet) => peer.connack(packet, { reasonCode: ReasonCode.ban });
    const h = harness(server);
    h.connection.start();
    await h.state('kicked');
    expect(h.connection.state).toEqual({ state: 'kicked', reason: 'banned', banned: true });
  });

  it('is tried again when CONNACK names a passing problem', async () => {
    server.script.connect = (peer, packet) =>
      peer.connack(packet, {
        reasonCode: server.peers.length > 2 ? ReasonCode.success : ReasonCode.systemError,
      });
    const h = harness(server);
    h.connection.start();
    await h.online();
    expect(server.peers).toHaveLength(3);
  });
});

describe('network', () => {
  it('is unreachable while neither server answers, and recovers by itself', async () => {
    const h = harness(server);
    h.http.resolvable = false;
    h.http.verdict = 'unreachable';
    h.connection.start();
    await h.state('unreachable');
    h.http.resolvable = true;
    await h.online();
    expect(server.peers).toHaveLength(1);
  });

  it('uses the last known addresses while the business server is down', async () => {
    const h = await onlineHarness(server);
    h.http.resolvable = false;
    server.peer.close();
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    expect(h.logs.join()).toContain('IM addresses not available: no network');
  });

  it('falls back to the next transport and remembers the one that worked', async () => {
    const dead = await ScriptedServer.start();
    const deadTcp = dead.tcp;
    await dead.stop();
    const h = await onlineHarness({ tcp: deadTcp, ws: server.ws });
    expect(h.connection.transport).toBe('ws');
    expect(h.transports).toEqual(['ws']);
    const failedBefore = h.logs.filter((line) => line.includes('tcp connection failed')).length;
    server.peer.close();
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    expect(h.logs.filter((line) => line.includes('tcp connection failed'))).toHaveLength(failedBefore);
  });

  it('tries the transport of an earlier session first', async () => {
    await onlineHarness({ tcp: server.tcp, ws: server.ws }, { preferredTransport: 'ws' });
    expect(server.peer.kind).toBe('ws');
  });

  it('survives an address that makes no sense', async () => {
    const h = await onlineHarness({ tcp: 'nonsense', ws: server.ws });
    expect(h.connection.transport).toBe('ws');
    expect(h.logs.join()).toContain('not a TCP address: "nonsense"');
  });

  it('ends for good on close', async () => {
    const h = await onlineHarness(server);
    await h.connection.close();
    await until('socket closed', () => server.peer.closed);
    await expect(h.connection.send(hello)).rejects.toThrow(ConnectionLost);
    h.connection.retryNow();
    expect(server.peers).toHaveLength(1);
  });

  it('can be followed by another connection in the same thread', async () => {
    const first = await onlineHarness(server);
    await first.connection.close();
    const second = await onlineHarness(server, { uid: 'carol', deviceId: 'device-2' });
    server.peer.write(server.peer.recv());
    await until('message', () => second.messages.length === 1);
    expect(first.messages).toHaveLength(0);
    expect(server.peer.of('connect')[0]).toMatchObject({ uid: 'carol', deviceId: 'device-2' });
  });
});
