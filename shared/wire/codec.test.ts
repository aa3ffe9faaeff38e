import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../testing/slow-text.ts';
import { decodePacket, encodePacket, PacketReader, WireError } from './codec.ts';
import { MAX_REMAINING_LENGTH, type Packet, type PacketFlags, Setting } from './packets.ts';

const NO_FLAGS: PacketFlags = { noPersist: false, redDot: false, syncOnce: false, dup: false };

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b));
const flags = fc.record({
  noPersist: fc.boolean(),
  redDot: fc.boolean(),
  syncOnce: fc.boolean(),
  dup: fc.boolean(),
});

/** A packet together with a version, with only those fields filled that this version carries. */
const packetAndVersion: fc.Arbitrary<[Packet, number]> = fc.integer({ min: 2, max: 5 }).chain((version) => {
  const withStream = (setting: number) => (setting & Setting.stream) !== 0 && version < 5;
  const send = fc
    .record({
      type: fc.constant('send' as const),
      flags,
      setting: u8,
      clientSeq: u32,
      clientMsgNo: text,
      channelId: text,
      channelType: u8,
      expire: version >= 3 ? u32 : fc.constant(0),
      msgKey: text,
      topic: text,
      payload: bytes,
      streamNo: text,
    })
    .map(({ streamNo, ...p }) => ({
      ...p,
      topic: (p.setting & Setting.topic) !== 0 ? p.topic : '',
      ...(withStream(p.setting) ? { streamNo } : {}),
    }));
  const recv = fc
    .record({
      type: fc.constant('recv' as const),
      flags,
      setting: u8,
      msgKey: text,
      fromUid: text,
      channelId: text,
      channelType: u8,
      expire: version >= 3 ? u32 : fc.constant(0),
      clientMsgNo: text,
      messageId: int64,
      messageSeq: u32,
      timestamp: i32,
      topic: text,
      payload: bytes,
      stream: fc.record({ flag: u8, no: text, id: u64 }),
    })
    .map(({ stream, ...p }) => ({
      ...p,
      topic: (p.setting & Setting.topic) !== 0 ? p.topic : '',
      ...(withStream(p.setting) ? { stream } : {}),
    }));
  const connack = fc.record({
    type: fc.constant('connack' as const),
    serverVersion: fc.constant(version > 3 ? version : null),
    timeDiff: int64,
    reasonCode: u8,
    serverKey: text,
    salt: text,
    nodeId: version >= 4 ? u64 : fc.constant(null),
  });
  const others = fc.oneof(
    fc.record({
      type: fc.constant('connect' as const),
      version: fc.constant(version),
      deviceFlag: u8,
      deviceId: text,
      uid: text,
      token: text,
      clientTimestamp: int64,
      clientKey: text,
    }),
    fc.record({
      type: fc.constant('sendack' as const),
      flags,
      messageId: int64,
      clientSeq: u32,
      messageSeq: u32,
      reasonCode: u8,
    }),
    fc.record({ type: fc.constant('recvack' as const), flags, messageId: int64, messageSeq: u32 }),
    fc.record({ type: fc.constant('disconnect' as const), reasonCode: u8, reason: text }),
    fc.record({
      type: fc.constant('event' as const),
      id: text,
      eventType: text,
      timestamp: int64,
      data: bytes,
    }),
    fc.constantFrom<Packet>({ type: 'ping' }, { type: 'pong' }),
  );
  return fc.tuple(fc.oneof<fc.Arbitrary<Packet>[]>(send, recv, connack, others), fc.constant(version));
});

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
};

/** In pieces of 16 bytes. */
function joinPieces(text: string): void {
  const { length } = text;
  const frame = Buffer.alloc(4 + length);
  frame.set([0x50, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14]);
  const reader = new PacketReader();
  let cut = 0;
  for (let at = 0; at < frame.length; at += 16) cut += reader.push(frame.subarray(at, at + 16)).length;
  if (cut !== 1) throw new Error(`${cut} frames`);
}

describe('encodePacket and decodePacket', () => {
  it('give every packet back in every version, ids over the whole int64 range', () => {
    fc.assert(
      fc.property(packetAndVersion, ([packet, version]) => {
        expect(decodePacket(encodePacket(packet, version), version)).toEqual(packet);
      }),
      { numRuns: 500 },
    );
  });

  it('keep message ids at the edges of int64 exact', () => {
    for (const messageId of [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const packet: Packet = { type: 'recvack', flags: NO_FLAGS, messageId, messageSeq: 0xffffffff };
      expect(decodePacket(encodePacket(packet, 5), 5)).toEqual(packet);
    }
  });

  it('throw only WireErrors on any bytes, and name the field that is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 2, max: 5 }), (frame, version) => {
        codeOf(() => decodePacket(frame, version));
      }),
      { numRuns: 500 },
    );
    const send = encodePacket(
      {
        type: 'send',
        flags: NO_FLAGS,
        setting: 0,
        clientSeq: 1,
        clientMsgNo: 'no',
        channelId: 'peer',
        channelType: 1,
        expire: 0,
        msgKey: 'key',
        topic: '',
        payload: Buffer.alloc(0),
      },
      5,
    );
    const cut = Buffer.from(send.subarray(0, send.length - 4));
    cut[1] = cut.length - 2;
    expect(codeOf(() => decodePacket(cut, 5))).toBe('truncated: SEND: body ends inside msgKey');
    expect(codeOf(() => decodePacket(send.subarray(0, -1), 5))).toMatch(/^truncated: SEND/);
  });

  it('ignore bytes after the last field inside the frame, refuse bytes after the frame', () => {
    const ack = encodePacket({ type: 'disconnect', reasonCode: 12, reason: 'x' }, 5);
    const longer = Buffer.concat([ack, Buffer.from([1, 2])]);
    expect(codeOf(() => decodePacket(longer, 5))).toMatch(/^badLength: DISCONNECT/);
    longer[1] = longer.length - 2;
    expect(decodePacket(longer, 5)).toEqual({ type: 'disconnect', reasonCode: 12, reason: 'x' });
  });

  it('know the layout of an EVENT (wukongim.md B.2)', () => {
    const frame = Buffer.from(
      'c02300026531000c73747265616d2e64656c7461000001a206a0a7d07b2261223a317d',
      'hex',
    );
    frame[1] = frame.length - 2;
    expect(decodePacket(frame, 5)).toEqual({
      type: 'event',
      id: 'e1',
      eventType: 'stream.delta',
      timestamp: 0x1a206a0a7d0n,
      data: Buffer.from('{"a":1}'),
    });
  });

  it('tell unknown types from known ones they do not carry', () => {
    expect(codeOf(() => decodePacket(Buffer.from([0x00, 0]), 5))).toMatch(/^unknownType/);
    expect(codeOf(() => decodePacket(Buffer.from([0xd0, 0]), 5))).toMatch(/^unknownType/);
    expect(codeOf(() => decodePacket(Buffer.from([0xa0, 0]), 5))).toBe(
      'unsupportedType: SUB packets are not supported',
    );
  });

  it('refuse values that do not fit their field', () => {
    const ack = { type: 'recvack' as const, flags: NO_FLAGS, messageId: 1n, messageSeq: 1 };
    expect(codeOf(() => encodePacket({ ...ack, messageId: 2n ** 63n }, 5))).toMatch(
      /^badField: RECVACK: messageId/,
    );
    expect(codeOf(() => encodePacket({ ...ack, messageSeq: -1 }, 5))).toMatch(
      /^badField: RECVACK: messageSeq/,
    );
    expect(
      codeOf(() => encodePacket({ type: 'disconnect', reasonCode: 1, reason: 'x'.repeat(40_000) }, 5)),
    ).toMatch(/^badField: DISCONNECT: reason/);
  });
});

describe('PacketReader', () => {
  it('cuts any stream of packets the same way however it is split', () => {
    fc.assert(
      fc.property(
        fc.array(packetAndVersion, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 50 }),
        (packets, steps) => {
          const frames = packets.map(([packet, version]) => encodePacket(packet, version));
          const stream = Buffer.concat(frames);
          const reader = new PacketReader();
          const cut: Buffer[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const step = steps[i % steps.length] as number;
            for (const frame of reader.push(stream.subarray(at, at + step))) cut.push(Buffer.from(frame));
            at += step;
          }
          expect(cut).toEqual(frames);
          expect(reader.isMidFrame).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes the longest allowed frame in small pieces', () => {
    const frame = Buffer.alloc(1 + 3 + MAX_REMAINING_LENGTH);
    frame.set([0x50, 0x80, 0x80, 0x40]);
    const reader = new PacketReader();
    const cut: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += 16) cut.push(...reader.push(frame.subarray(at, at + 16)));
    expect(cut).toHaveLength(1);
    expect(Buffer.from(cut[0] as Uint8Array).equals(frame)).toBe(true);
  });

  it('joins pieces of a frame in linear time', () => {
    expect(growsFasterThanText(joinPieces, 'a')).toEqual([]);
  });

  it.each([
    ['a length over 1 MiB', [0x30, 0x81, 0x80, 0x40], 'tooLong'],
    ['a five-byte length', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], 'badLength'],
    ['an unknown type', [0xf0, 0x01, 0x00], 'unknownType'],
    ['type 0', [0x00, 0x01, 0x00], 'unknownType'],
  ])('refuses %s, whole or byte by byte, but hands out what came before', (_, bad, code) => {
    const good = encodePacket({ type: 'recvack', flags: NO_FLAGS, messageId: 7n, messageSeq: 1 }, 5);
    const reader = new PacketReader();
    expect(codeOf(() => reader.push(Buffer.concat([good, Buffer.from(bad)])))).toMatch(
      new RegExp(`^${code}`),
    );
    expect(reader.framesBeforeError.map((f) => Buffer.from(f))).toEqual([good]);
    expect(codeOf(() => reader.push(good))).toMatch(new RegExp(`^${code}`));

    const slow = new PacketReader();
    expect(codeOf(() => bad.forEach((byte) => slow.push(Uint8Array.of(byte))))).toMatch(
      new RegExp(`^${code}`),
    );
  });
});
