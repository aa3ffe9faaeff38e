/**
 * The faults of wukongimjssdk 1.0.4 (wukongim.md A.5), each shown on the bare SDK against the scripted server, beside
 * how the connection behaves in the same situation. Numbers are those of the list there.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyPair } from '../../../shared/wire/crypto.ts';
import { SubPacket } from 'wukongimjssdk/lib/proto';
import type { Connection } from './connection-api.ts';
import { WireProto } from './sdk-proto.ts';
import { type BareSdk, bareSdk } from './testing/bare-sdk.ts';
import { type Harness, harness, until } from './testing/harness.ts';
import { type Peer, ScriptedServer } from './testing/scripted-server.ts';

const CHANNEL = { channelId: 'bob', channelType: 1 };

let server: ScriptedServer;
let ours: Connection | null = null;
let bare: BareSdk | null = null;
/** What the bare SDK's asynchronous parser threw away. */
let rejections: unknown[] = [];
const collect = (reason: unknown): void => void rejections.push(reason);
let runnersListeners: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(async () => {
  server = await ScriptedServer.start();
  rejections = [];
  runnersListeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', collect);
});
afterEach(async () => {
  await ours?.close();
  ours = null;
  if (bare) {
    const sdk = bare.WKSDK.shared();
    sdk.disconnect();
    clearInterval((sdk.receiptManager as unknown as { timer: NodeJS.Timeout }).timer);
    bare = null;
  }
  await server.stop();
  vi.restoreAllMocks();
  process.removeListener('unhandledRejection', collect);
  for (const listener of runnersListeners) process.on('unhandledRejection', listener);
});

const two = (peer: Peer): void => peer.write(peer.recv(), peer.recv());

const sendText = (peer: Peer): void => peer.write(peer.recv({ plain: Buffer.from('plain text') }));

const event = (peer: Peer): void => peer.write(Buffer.from('c003616263', 'hex'));

const halves = (peer: Peer, marker: number): void => {
  const packet = peer.recv({ messageSeq: marker });
  // PONG glued to the second half, as the list says.
  peer.write(packet.subarray(0, 20));
  peer.write(packet.subarray(20), Uint8Array.of(0x80));
};

async function online(): Promise<Harness> {
  const h = harness(server);
  ours = h.connection;
  h.connection.start();
  await h.online();
  return h;
}

let consoleLines: unknown[][] = [];
// For the whole file: the SDK still writes when its connections end after a test.
console.log = (...args: unknown[]) => void consoleLines.push(args);

interface Bare {
  sdk: ReturnType<BareSdk['WKSDK']['shared']>;
  seqs: number[];
  consoleLines: unknown[][];
}

async function bareOnline(): Promise<Bare> {
  consoleLines = [];
  bare = await bareSdk();
  const sdk = bare.WKSDK.shared();
  const seqs: number[] = [];
  sdk.config.addr = server.ws;
  sdk.config.uid = 'alice';
  sdk.config.token = 'token';
  sdk.chatManager.addMessageListener((message) => {
    if (message.messageSeq) seqs.push(message.messageSeq);
  });
  sdk.connect();
  await until('bare SDK online', () => sdk.connectManager.connected());
  return { sdk, seqs, consoleLines };
}

/** Long enough for the SDK to have handled what came before: it answers later packets in order. */
async function settled(peer: Peer): Promise<void> {
  const before = peer.of('recvack').length;
  peer.write(peer.recv({ messageSeq: 999 }));
  await until(
    'marker',
    () => peer.of('recvack').length > before && peer.of('recvack').at(-1)?.messageSeq === 999,
  );
}

describe('1: two packets in one message', () => {
  it('the bare SDK loses the second', async () => {
    const { seqs } = await bareOnline();
    two(server.peer);
    await until('first', () => seqs.length === 1);
    await settled(server.peer);
    expect(seqs).not.toContain(2);
  });

  it('we deliver both', async () => {
    const h = await online();
    two(server.peer);
    await until('both', () => h.messages.length === 2);
    expect(h.messages.map((m) => m.messageSeq)).toEqual([1, 2]);
  });
});

describe('2: one packet in two messages', () => {
  it('no fault: the bare SDK puts them together', async () => {
    const { seqs } = await bareOnline();
    halves(server.peer, 5);
    await until('message', () => seqs.length === 1);
    expect(seqs).toEqual([5]);
  });

  it('so do we', async () => {
    const h = await online();
    halves(server.peer, 5);
    await until('message', () => h.messages.length === 1);
    expect(h.messages.map((m) => m.messageSeq)).toEqual([5]);
  });
});

describe('3: a payload that is not JSON', () => {
  it('the bare SDK rejects into nowhere and never acknowledges', async () => {
    await bareOnline();
    sendText(server.peer);
    await until('rejection', () => rejections.length === 1);
    await settled(server.peer);
    expect(server.peer.of('recvack').map((ack) => ack.messageSeq)).toEqual([999]);
  });

  it('we keep it as unsupported and acknowledge', async () => {
    const h = await online();
    sendText(server.peer);
    await until('ack', () => server.peer.of('recvack').length === 1);
    expect(h.messages.map((m) => m.payload)).toEqual([null]);
    expect(rejections).toEqual([]);
  });
});

describe('4: a packet type the client does not know', () => {
  it('the bare SDK throws in its parser and reconnects', async () => {
    const { consoleLines } = await bareOnline();
    event(server.peer);
    await until('parser error', () => consoleLines.some((line) => String(line[0]).includes('解码数据异常')));
    await until('a second connection', () => server.peers.length === 2);
    expect(server.peers).toHaveLength(2);
  });

  it('we log and drop it', async () => {
    const h = await online();
    event(server.peer);
    server.peer.write(server.peer.recv());
    await until('message', () => h.messages.length === 1);
    expect(server.peers).toHaveLength(1);
  });
});

describe('5, 6, 17: sends without a connection', () => {
  it('the bare SDK keeps them as ghosts and sends them in string order', async () => {
    const { sdk } = await bareOnline();
    server.script.send = () => undefined;
    for (let i = 1; i <= 11; i++)
      await sdk.chatManager.send(sdk.newMessageText(`${i}`), sdk.newChannel('bob', 1));
    sdk.disconnect();
    sdk.connect();
    await until('resent', () => server.peers.length === 2 && server.peer.of('send').length === 11);
    expect(server.peer.of('send').map((packet) => packet.clientSeq)).toEqual([
      1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('ours rejects, and nothing is left to be sent', async () => {
    const h = harness(server);
    ours = h.connection;
    h.connection.start();
    await expect(
      h.connection.send({ channel: CHANNEL, clientMsgNo: 'n', payload: { type: 1 } }),
    ).rejects.toThrow('not connected');
    await h.online();
    await settled(server.peer);
    expect(server.peer.of('send')).toEqual([]);
  });
});

describe('7: a lost SENDACK', () => {
  it('the bare SDK waits for ever (no timer is set)', async () => {
    server.script.send = () => undefined;
    const { sdk } = await bareOnline();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await sdk.chatManager.send(sdk.newMessageText('x'), sdk.newChannel('bob', 1));
    expect(timers).not.toHaveBeenCalled();
    expect(sdk.chatManager.sendingQueues.size).toBe(1);
  });
  // Ours: connection.test.ts, "drops the connection when no SENDACK comes".
});

describe('8: an attachment that is still being uploaded', () => {
  it('the bare SDK sends it without its address after a reconnect', async () => {
    const { sdk } = await bareOnline();
    const { model } = bare as BareSdk;
    class Picture extends model.MediaMessageContent {
      override get contentType(): number {
        return 2;
      }
      override encodeJSON(): { url: string } {
        return { url: this.remoteUrl ?? '' };
      }
    }
    // An upload that takes its time: the app has not called back yet.
    sdk.config.provider.messageUploadTaskCallback = () => null as never;
    await sdk.chatManager.send(new Picture(), sdk.newChannel('bob', 1));
    expect(sdk.chatManager.sendingQueues.size).toBe(1);
    sdk.disconnect();
    sdk.connect();
    await until('sent', () => server.peers.length === 2 && server.peer.of('send').length === 1);
    expect(server.peer.of('send').map((packet) => server.peer.open(packet))).toEqual([{ url: '', type: 2 }]);
  });

  it('ours has no queue of its own: after a reconnect nothing is sent that was not asked for', async () => {
    server.script.send = () => undefined;
    const h = await online();
    const lost = h.connection.send({ channel: CHANNEL, clientMsgNo: 'n', payload: { type: 2, url: '' } });
    await until('sent', () => server.peer.of('send').length === 1);
    server.peer.close();
    await expect(lost).rejects.toThrow('the server closed the connection');
    await until('second connection', () => server.peers.length === 2);
    await h.online();
    await settled(server.peer);
    expect(server.peer.of('send')).toEqual([]);
  });
});

describe('9: a message that is delivered again', () => {
  it('the bare SDK shows it twice and counts it twice', async () => {
    const { sdk, seqs } = await bareOnline();
    const packet = server.peer.recv({ messageSeq: 4 });
    server.peer.write(packet);
    server.peer.write(packet);
    await until('both', () => seqs.length === 2);
    expect(seqs).toEqual([4, 4]);
    expect(sdk.conversationManager.findConversation(sdk.newChannel('bob', 1))?.unread).toBe(2);
  });
  // Ours: real-server.test.ts, "out of order and redelivered five times".
});

describe('10: SENDs before CONNACK on a reconnect', () => {
  it('the bare SDK encrypts them with the key of the previous connection', async () => {
    const { sdk } = await bareOnline();
    const first = server.peer;
    server.script.connect = () => undefined;
    sdk.disconnect();
    sdk.connect();
    await until('CONNECT', () => server.peers.length === 2 && server.peer.of('connect').length === 1);
    await sdk.chatManager.send(sdk.newMessageText('secret'), sdk.newChannel('bob', 1));
    await until('SEND before CONNACK', () => server.peer.of('send').length === 1);
    const [packet] = server.peer.of('send');
    expect(packet && first.open(packet)).toMatchObject({ content: 'secret' });
  });
  // Ours: link.test.ts, "writes nothing but CONNECT before CONNACK".
});

describe('11: console output', () => {
  it('the bare SDK prints whole packets', async () => {
    const { consoleLines, sdk } = await bareOnline();
    server.script.send = () => undefined;
    await sdk.chatManager.send(sdk.newMessageText('x'), sdk.newChannel('bob', 1));
    sdk.disconnect();
    sdk.connect();
    await until('resent', () => server.peers.length === 2 && server.peer.of('send').length === 1);
    expect(
      consoleLines.some((line) =>
        line.some((part) => typeof part === 'object' && part !== null && 'payload' in part),
      ),
    ).toBe(true);
  });
  // Ours: connection.test.ts, "writes nothing to the console".
});

describe('12: fields that are declared but never set', () => {
  it('the bare SDK leaves id and seq of a sent message undefined, also after its SENDACK', async () => {
    const { sdk } = await bareOnline();
    let acked = false;
    sdk.chatManager.addMessageStatusListener(() => (acked = true));
    const message = await sdk.chatManager.send(sdk.newMessageText('x'), sdk.newChannel('bob', 1));
    await until('SENDACK', () => acked);
    // Declared as `messageSeq!: number` and `messageID!: string`.
    expect([message.messageSeq, message.messageID]).toEqual([undefined, undefined]);
  });

  it('ours resolves with both', async () => {
    const h = await online();
    const outcome = await h.connection.send({ channel: CHANNEL, clientMsgNo: 'n', payload: { type: 1 } });
    expect(outcome).toEqual({ messageId: '9000000000000000001', messageSeq: 7, reasonCode: 1 });
  });
});

describe('13: SUB packets', () => {
  it('the bare SDK writes an undefined setting byte, and no number an answer could be matched by', async () => {
    const { sdk } = await bareOnline();
    const written: unknown[][] = [];
    const encoder = sdk.config.proto as InstanceType<BareSdk['proto']['default']>;
    const encodeSub = encoder.encodeSub.bind(encoder);
    vi.spyOn(sdk.connectManager, 'sendPacket').mockImplementation((packet) => {
      if (packet instanceof (bare as BareSdk).proto.SubPacket) written.push(encodeSub(packet));
    });
    sdk.onSubscribe(sdk.newChannel('c', 7), () => undefined);
    // u8 setting, str subNo (wukongim.md B.2), then channel, type, action, param.
    expect(written).toEqual([[undefined, 0, 0, 0, 1, ...Buffer.from('c'), 7, 0, 0, 2, ...Buffer.from('{}')]]);
  });

  it('we never write one', () => {
    const proto = new WireProto({ deviceId: () => null, keys: () => expect.fail('no key is needed') });
    expect(() => proto.encode(new SubPacket())).toThrow('the client never writes packet type 10');
  });
});

describe('14: predictable keys and numbers', () => {
  it('the bare SDK makes key, device id and client_msg_no from Math.random', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.25);
    const { sdk } = await bareOnline();
    await sdk.chatManager.send(sdk.newMessageText('x'), sdk.newChannel('bob', 1));
    await until('sent', () => server.peer.of('send').length === 1);
    expect(server.peer.of('send')[0]?.clientMsgNo).toBe(`${'4000'.repeat(8)}3`);
    expect(server.peer.of('connect')[0]?.deviceId).toBe(`${'4000'.repeat(8)}W`);
    const guessed = createKeyPair(Buffer.from('4000'.repeat(8), 'ascii')).publicKeyBase64;
    expect(server.peer.of('connect')[0]?.clientKey).toBe(guessed);
  });

  it('ours does not depend on Math.random', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.25);
    const h = await online();
    server.peer.close();
    await until(
      'second connection',
      () => server.peers.length === 2 && h.connection.state.state === 'online',
    );
    expect(new Set(server.peers.map((peer) => peer.of('connect')[0]?.clientKey)).size).toBe(2);
  });
});

describe('15: acknowledged before stored', () => {
  it('the bare SDK acknowledges a message whose listener throws', async () => {
    const { sdk } = await bareOnline();
    sdk.chatManager.addMessageListener(() => {
      throw new Error('disk full');
    });
    server.peer.write(server.peer.recv());
    await until('ack', () => server.peer.of('recvack').length === 1);
    await until('lost error', () => rejections.length === 1);
    expect(rejections).toEqual([new Error('disk full')]);
  });
  // Ours: connection.test.ts, "acknowledges nothing when the messages could not be stored".
});

describe('16: large payloads', () => {
  const payload = { type: 1, content: 'x'.repeat(200_000) };

  it('the bare SDK neither shows nor acknowledges a text of 200 kB, and gives the connection up', async () => {
    const { seqs, consoleLines } = await bareOnline();
    const { peer } = server;
    peer.write(peer.recv({ payload }));
    await until(
      'error',
      () => rejections.length > 0 || consoleLines.some((line) => String(line[0]).includes('解码数据异常')),
    );
    expect(seqs).toEqual([]);
    expect(peer.of('recvack')).toEqual([]);
  });

  it('the bare SDK cannot send one either', async () => {
    const { sdk } = await bareOnline();
    await expect(
      sdk.chatManager.send(sdk.newMessageText(payload.content), sdk.newChannel('bob', 1)),
    ).rejects.toThrow(RangeError);
  });

  it('we show, acknowledge and send it', async () => {
    const h = await online();
    server.peer.write(server.peer.recv({ payload }));
    await until('ack', () => server.peer.of('recvack').length === 1);
    expect(h.messages[0]?.payload).toEqual(payload);
    await h.connection.send({ channel: CHANNEL, clientMsgNo: 'n', payload });
    expect(server.peer.of('send').map((packet) => server.peer.open(packet))).toEqual([payload]);
  });
});

describe('18: device id', () => {
  it('the bare SDK is a new device with every connection', async () => {
    const { sdk } = await bareOnline();
    sdk.disconnect();
    sdk.connect();
    await until(
      'second connection',
      () => server.peers.length === 2 && server.peer.of('connect').length === 1,
    );
    expect(new Set(server.peers.map((peer) => peer.of('connect')[0]?.deviceId)).size).toBe(2);
  });

  it('we stay the same device', async () => {
    const h = await online();
    server.peer.close();
    await until(
      'second connection',
      () => server.peers.length === 2 && h.connection.state.state === 'online',
    );
    expect(server.peers.map((peer) => peer.of('connect')[0]?.deviceId)).toEqual(['device-1', 'device-1']);
  });
});
