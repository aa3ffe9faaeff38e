/**
 * What a real WuKongIM v2.2.5 was seen to do (wukongim.md 0, A.4, B.6), replayed by the scripted server: a connection
 * that goes silent without a close, orders and repetitions of RECV, addresses and clocks that change between
 * connections. Kicks, refused tokens, lost SENDACKs and CONNACKs: connection.test.ts. A refused certificate:
 * transport.test.ts.
 */
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncHarness } from '../sync/testing/sync-harness.ts';
import type { Connection } from './connection-api.ts';
import { type Harness, harness as makeHarness, until, virtualTime } from './testing/harness.ts';
import { type Peer, type RecvFields, ScriptedServer } from './testing/scripted-server.ts';

let server: ScriptedServer;
const open: Connection[] = [];
const others: ScriptedServer[] = [];

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
  for (const other of [server, ...others.splice(0)]) await other.stop();
  vi.useRealTimers();
});

async function closedAddress(): Promise<string> {
  const gone = await ScriptedServer.start();
  const { tcp } = gone;
  await gone.stop();
  return tcp;
}

const hello = (clientMsgNo: string) => ({
  channel: { channelId: 'bob', channelType: 1 },
  clientMsgNo,
  payload: { type: 1, content: 'hi' },
});

describe('a connection that goes silent (frame sync lost in the server: no SENDACK, no PONG, no close)', () => {
  it('is dropped by the first watchdog that sees it; what was not answered is handed back, the rest stays', async () => {
    const h = harness(server, {}, { sendackTimeoutMs: 120, pingIntervalMs: 60_000 });
    await h.online();
    const [first] = server.peers as [Peer];
    await h.connection.send(hello('answered'));
    server.script.send = () => undefined;
    server.script.ping = () => undefined;
    const lost = [h.connection.send(hello('lost-1')), h.connection.send(hello('lost-2'))];
    const ending = Promise.allSettled(lost);
    await h.state('offline');
    const ends = await ending;
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected']);
    await until('the socket is closed by us', () => first.closed);
    server.script.send = (peer, packet) => peer.sendack(packet);
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    await h.connection.send(hello('lost-1'));
    expect(server.peer.of('send').map((packet) => packet.clientMsgNo)).toEqual(['lost-1']);
    expect(h.states.map((s) => s.state)).toEqual(['connecting', 'online', 'offline', 'connecting', 'online']);
  });

  it('is noticed by a wake-up long before the next PING is due', async () => {
    const h = harness(server, {}, { pingIntervalMs: 60_000, pongTimeoutMs: 60 });
    await h.online();
    server.script.ping = () => undefined;
    h.connection.retryNow();
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    expect(h.logs.join()).toContain('no byte within 60 ms of a PING');
  });
});

describe('RECVs out of order and redelivered five times without a mark', () => {
  it('are acknowledged each time, shown once and in order, and counted once', async () => {
    const sync = new SyncHarness();
    const h = harness(server, { uid: 'u1', onMessages: (list) => sync.engine.onMessages(list) });
    await h.online();
    const { peer } = server;
    const packets = [4, 1, 3, 2].map((seq) =>
      peer.recv({
        messageSeq: seq,
        channelId: 'u2',
        fromUid: 'u2',
        clientMsgNo: `no-${seq}`,
      } satisfies Partial<RecvFields>),
    );
    for (let delivery = 0; delivery < 5; delivery += 1) {
      // Every delivery in another order.
      for (let i = 0; i < packets.length; i += 1) {
        const packet = packets[(i + delivery) % packets.length];
        if (packet) peer.write(packet);
      }
    }
    await until('all acknowledged', () => peer.of('recvack').length === 20);
    const channel = { channelId: 'u2', channelType: 1 };
    expect(sync.seqs(channel)).toEqual([1, 2, 3, 4]);
    expect(sync.store.conversations.get(channel)).toMatchObject({ unread: 4, lastMessageSeq: 4 });
    sync.dispose();
  });
});

describe('between two connections', () => {
  it('the address may change: the newest answer is used', async () => {
    const second = await ScriptedServer.start();
    others.push(second);
    let now = server.tcp;
    const h = harness(server, {
      resolveAddresses: () => Promise.resolve({ tcp: now, ws: null, wss: null }),
    });
    await h.online();
    now = second.tcp;
    server.peer.close();
    await until('the other server', () => second.peers.length === 1);
    await h.online();
    expect(server.peers).toHaveLength(1);
    await h.connection.send(hello('n'));
    expect(second.peer.of('send')).toHaveLength(1);
  });

  it('the clock’s offset may change: each CONNACK announces it anew', async () => {
    const offsets = [5_000n, -90_000n];
    server.script.connect = (peer, packet) =>
      peer.connack(packet, { timeDiff: offsets[server.peers.length - 1] ?? 0n });
    const h = harness(server);
    await h.online();
    server.peer.close();
    await until('second connection', () => h.offsets.length === 2);
    expect(h.offsets).toEqual([5_000, -90_000]);
  });

  it('a transport may vanish: tcp, then ws', async () => {
    const h = harness({ tcp: await closedAddress(), ws: server.ws });
    await h.online();
    expect(h.connection.transport).toBe('ws');
    const tried = h.logs.flatMap((line) => /(wss|tcp|ws) connection failed/.exec(line)?.[1] ?? []);
    expect(tried).toEqual(['tcp']);
  });

  it('a port may be taken by something that speaks another protocol: the next transport is tried', async () => {
    const stranger = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      socket.end('SSH-2.0-OpenSSH_9.9\r\n');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    const h = harness({ tcp: `127.0.0.1:${port}`, ws: server.ws });
    await h.online();
    expect(h.connection.transport).toBe('ws');
    await new Promise((resolve) => stranger.close(resolve));
  });
});

describe('waiting for the next try', () => {
  it('doubles up to its limit, starts anew on a wake-up, and tells when it will be', async () => {
    const nobody = await closedAddress();
    const h = harness({ tcp: nobody }, {}, { backoffFirstMs: 8, backoffMaxMs: 32, random: () => 0.999_999 });
    const waits: number[] = [];
    const told = (): number[] =>
      h.states.flatMap((state) => (state.state === 'offline' ? [state.nextTryAtMs] : []));
    // Told right when the wait begins: the difference to the moment of telling is the wait.
    const spy = h.states.push.bind(h.states);
    h.states.push = (...states) => {
      for (const state of states) if (state.state === 'offline') waits.push(state.nextTryAtMs - Date.now());
      return spy(...states);
    };
    await until('five tries', () => told().length >= 5);
    expect(waits.slice(0, 5)).toEqual([8, 16, 32, 32, 32]);
  });
});
