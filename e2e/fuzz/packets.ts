/** Bytes of the wire protocol, both directions: cutting frames, decoding, decrypting, and the receiver behind them. */
import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import {
  type FrameCutterHandlers,
  FrameCutter,
  FrameSyncLost,
} from '../../electron/core/connection/frame-cutter.ts';
import { Receiver } from '../../electron/core/connection/receiver.ts';
import { WireProto } from '../../electron/core/connection/sdk-proto.ts';
import { readStreamEvent, UnusableEvent } from '../../electron/core/sync/streams/stream-event.ts';
import { decodePacket, encodePacket, PacketReader, WireError } from '../../shared/wire/codec.ts';
import {
  decryptPayload,
  encryptPayload,
  recvMsgKey,
  sendMsgKey,
  type SessionKeys,
} from '../../shared/wire/crypto.ts';
import {
  GOLDEN_HANDSHAKES,
  GOLDEN_MESSAGES,
  GOLDEN_NOT_A_SUBSCRIBER,
  GOLDEN_RECALL_CMDS,
  GOLDEN_RECVACK,
  GOLDEN_WRONG_MSG_KEY,
} from '../../shared/wire/golden-packets.ts';
import type { RecvPacket } from '../../shared/wire/packets.ts';
import { jsonText, SECRET, spoiltBytes, spoiltJson } from './mutate.ts';
import { checkEach, noSecretIn, type Target } from './target.ts';

const KEYS: SessionKeys = { aesKey: Buffer.from('da38babd31d7a795'), iv: Buffer.from('9kFPodobMI0vc0DX') };

const STREAM_EVENT = {
  client_msg_no: 'no-1',
  channel_id: 'alice',
  channel_type: 1,
  from_uid: 'bot',
  message_id: 0,
  event_key: 'main',
  msg_event_seq: 1,
  stream_status: 'open',
  payload: { kind: 'text', delta: SECRET, snapshot: { kind: 'text', text: SECRET } },
};

/** Every kind of packet, as a real server and its clients wrote them. */
export const GOLDEN_FRAMES: readonly Buffer[] = [
  ...Object.values(GOLDEN_HANDSHAKES).flatMap(({ connect, connack }) => [connect, connack]),
  ...Object.values(GOLDEN_MESSAGES).flatMap(({ send, sendack, recvs }) => [
    send,
    sendack,
    ...recvs.map(({ frame }) => frame),
  ]),
  ...GOLDEN_RECALL_CMDS.map(({ frame }) => frame),
  GOLDEN_WRONG_MSG_KEY.send,
  GOLDEN_WRONG_MSG_KEY.sendack,
  GOLDEN_NOT_A_SUBSCRIBER,
  GOLDEN_RECVACK,
  '70',
  '80',
  encodePacket(
    {
      type: 'event',
      id: 'evt-1',
      eventType: 'stream.delta',
      timestamp: 1_795_424_770_000n,
      data: Buffer.from(JSON.stringify(STREAM_EVENT)),
    },
    5,
  ).toString('hex'),
  encodePacket({ type: 'disconnect', reasonCode: 12, reason: 'other device' }, 5).toString('hex'),
].map((hex) => Buffer.from(hex, 'hex'));

interface Cut {
  frames: string[];
  dropped: string[];
  lost: boolean;
}

function cut(chunks: readonly Uint8Array[]): Cut {
  const seen: Cut = { frames: [], dropped: [], lost: false };
  const handlers: FrameCutterHandlers = {
    frame: (frame) => seen.frames.push(Buffer.from(frame).toString('hex')),
    dropped: (note) => seen.dropped.push(note),
  };
  const cutter = new FrameCutter(handlers);
  try {
    for (const chunk of chunks) cutter.push(chunk);
  } catch (error) {
    if (!(error instanceof FrameSyncLost)) throw error;
    seen.lost = true;
  }
  return seen;
}

function read(chunks: readonly Uint8Array[]): { frames: string[]; code: string | null } {
  const reader = new PacketReader();
  const frames: string[] = [];
  const keep = (list: readonly Uint8Array[]): void => {
    for (const frame of list) frames.push(Buffer.from(frame).toString('hex'));
  };
  try {
    for (const chunk of chunks) keep(reader.push(chunk));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    keep(reader.framesBeforeError);
    return { frames, code: error.code };
  }
  return { frames, code: null };
}

const spoiltFrame = spoiltBytes(GOLDEN_FRAMES);
const stream = fc
  .tuple(
    fc.array(fc.oneof(spoiltFrame, fc.constantFrom(...GOLDEN_FRAMES)), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 }),
  )
  .map(([frames, sizes]) => {
    const bytes = Buffer.concat(frames);
    const chunks: Buffer[] = [];
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    return { bytes, chunks };
  });

/** However a stream is split, the same frames come out, for the client's cutter and the server's reader. */
const framing: Target = {
  name: 'framing',
  share: 12,
  run: (run) =>
    checkEach(stream, run, ({ bytes, chunks }) => {
      if (!isDeepStrictEqual(cut([bytes]), cut(chunks))) throw new Error('the cut depends on the chunks');
      if (!isDeepStrictEqual(read([bytes]), read(chunks)))
        throw new Error('the reading depends on the chunks');
    }),
};

/** Only `WireError` comes out, and what was decoded survives being written and read again. */
const codec: Target = {
  name: 'codec',
  share: 18,
  run: (run) =>
    checkEach(fc.tuple(spoiltFrame, fc.integer({ min: 2, max: 5 })), run, ([frame, version]) => {
      const proto = new WireProto({ deviceId: () => null, keys: () => KEYS });
      proto.version = version;
      wireErrorsOnly(() => proto.decode(frame));
      const packet = wireErrorsOnly(() => decodePacket(frame, version));
      const bytes = packet && wireErrorsOnly(() => encodePacket(packet, version));
      if (!packet || !bytes) return;
      if (!isDeepStrictEqual(decodePacket(bytes, version), packet))
        throw new Error(`${packet.type} differs after another round`);
      if (packet.type === 'send' || packet.type === 'recv') {
        wireErrorsOnly(() => decryptPayload(KEYS, packet.payload));
        if (packet.type === 'send') sendMsgKey(KEYS, packet);
        else recvMsgKey(KEYS, packet);
      }
    }),
};

function wireErrorsOnly<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.message.includes(SECRET)) throw new Error('the error quotes the packet', { cause: error });
    return null;
  }
}

const PLAIN: readonly unknown[] = [
  { type: 1, content: `你好 ${SECRET}`, mention: { all: 1, uids: ['u1'] } },
  { type: 99, cmd: 'messageRevoke', param: { message_id: '2124791608111960064', text: SECRET } },
];

const plainBytes = fc.oneof(
  spoiltJson(...PLAIN).map((value) => Buffer.from(jsonText(value))),
  spoiltBytes(PLAIN.map((value) => Buffer.from(JSON.stringify(value)))),
);

function recv(index: number, plain: Uint8Array, goodKey: boolean): RecvPacket {
  const fields = {
    messageId: BigInt(index + 1),
    messageSeq: index + 1,
    clientMsgNo: `no-${index}`,
    timestamp: 1_795_424_770,
    fromUid: 'bob',
    channelId: 'bob',
    channelType: 1,
    payload: encryptPayload(KEYS, plain),
  };
  return {
    type: 'recv',
    flags: { noPersist: false, redDot: true, syncOnce: false, dup: false },
    setting: 0,
    expire: 0,
    topic: '',
    msgKey: goodKey ? recvMsgKey(KEYS, fields) : '0'.repeat(32),
    ...fields,
  };
}

/** Whatever the decrypted bytes are: handed over in order and acknowledged, or (wrong key) logged and neither. */
const receiver: Target = {
  name: 'receiver',
  share: 10,
  run: (run) =>
    checkEach(
      fc.array(fc.tuple(plainBytes, fc.nat(9)), { minLength: 1, maxLength: 4 }),
      run,
      async (list) => {
        const handed: string[] = [];
        const acked: string[] = [];
        const lines: string[] = [];
        const receiverUnderTest = new Receiver<{ wire: RecvPacket }>({
          keys: () => KEYS,
          onMessages: (messages) => {
            // As the store does.
            for (const message of messages) JSON.stringify(message.payload);
            handed.push(...messages.map((message) => message.messageId));
          },
          acknowledge: ({ wire }) => acked.push(wire.messageId.toString()),
          log: (_level, message) => lines.push(message),
          maxBatch: 500,
          acksPerTurn: () => 32,
          onFull: () => undefined,
        });
        const good = list.map(([, luck]) => luck > 0);
        list.forEach(([plain], index) =>
          receiverUnderTest.push({ wire: recv(index, plain, good[index] ?? true) }),
        );
        receiverUnderTest.flush();
        const expected = good.flatMap((is, index) => (is ? [String(index + 1)] : []));
        if (!isDeepStrictEqual(handed, expected)) throw new Error(`handed over ${handed.join()}`);
        if (!isDeepStrictEqual(acked, expected)) throw new Error(`acknowledged ${acked.join()}`);
        if (good.includes(false) && !lines.some((line) => line.includes('wrong msgKey')))
          throw new Error('a wrong key went unnoticed');
        noSecretIn(lines, 'receiver');
      },
    ),
};

const streamEvent = fc.record({
  id: fc.string({ maxLength: 8 }),
  type: fc.constantFrom(
    'stream.delta',
    'stream.snapshot',
    'stream.close',
    'stream.finish',
    'constructor',
    '',
  ),
  data: fc.oneof(
    spoiltJson(STREAM_EVENT).map((value) => Buffer.from(jsonText(value))),
    spoiltBytes([Buffer.from(JSON.stringify(STREAM_EVENT))]),
  ),
});

/** An EVENT is read as what it is, or refused with a reason that does not quote it. */
const events: Target = {
  name: 'stream events',
  share: 6,
  run: (run) =>
    checkEach(streamEvent, run, (event) => {
      try {
        const read = readStreamEvent(event, 'alice');
        if (read.of.clientMsgNo === '' || read.of.fromUid === '' || !Number.isSafeInteger(read.seq))
          throw new Error('an event without its message');
        if (read.text !== null && typeof read.text !== 'string') throw new Error('a text that is none');
      } catch (error) {
        if (!(error instanceof UnusableEvent)) throw error;
        noSecretIn([error.message], 'stream event');
      }
    }),
};

export const packetTargets: readonly Target[] = [framing, codec, receiver, events];
