/** Our codec and crypto behind the SDK's interfaces give the very bytes and fields of the bare SDK. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { PacketReader } from '../../../shared/wire/codec.ts';
import type { SessionKeys } from '../../../shared/wire/crypto.ts';
import { encodePacket } from '../../../shared/wire/codec.ts';
import { encryptPayload, recvMsgKey } from '../../../shared/wire/crypto.ts';
import { type BareSdk, bareSdk } from './testing/bare-sdk.ts';

const AES_KEY = 'da38babd31d7a795';
const IV = '9kFPodobMI0vc0DX';
const keys: SessionKeys = { aesKey: Buffer.from(AES_KEY), iv: Buffer.from(IV) };

const name = fc.string({ unit: 'binary', maxLength: 60 });
const u32 = fc.nat(0xffffffff);
const positiveInt64 = fc.bigInt(0n, 2n ** 63n - 1n);
/**
 * A fault of the bare SDK that is in no list: it divides the id by 2^32 as a double, which rounds up to the next whole
 * number when the low half is close to 2^32, and so acknowledges another message.
 */
const bareSdkEncodesRight = (id: bigint): boolean => (id & 0xffffffffn) < 0xffff0000n;
const bytes = fc.json().map((text) => Buffer.from(text, 'utf8'));
const flags = fc.record({
  noPersist: fc.boolean(),
  redDot: fc.boolean(),
  syncOnce: fc.boolean(),
  dup: fc.boolean(),
});

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, v: unknown) => (key === 'wire' || key === 'remainingLength' ? undefined : v)),
  );

/** Without the SDK's housekeeping fields. */
function pick(value: unknown): Record<string, unknown> {
  const { _packetType, noPersist, reddot, syncOnce, dup, ...rest } = value as Record<string, unknown>;
  void [_packetType, noPersist, reddot, syncOnce, dup];
  return rest;
}

/** The message id of a RECVACK frame. */
const acknowledgedId = (frame: Uint8Array): bigint => Buffer.from(frame).readBigInt64BE(2);

function outcome(decode: () => unknown): string {
  try {
    decode();
    return 'decoded';
  } catch (error) {
    return (error as Error).name;
  }
}

let bare: BareSdk;
let ours: Awaited<ReturnType<typeof loadOurs>>;

/** Our codec over a copy of the SDK's classes of its own. */
async function loadOurs() {
  const { WireProto } = await import('./sdk-proto.ts');
  const proto = new WireProto({ deviceId: () => null, keys: () => keys });
  proto.version = 2;
  return { proto, classes: await import('wukongimjssdk/lib/proto') };
}

beforeAll(async () => {
  bare = await bareSdk();
  const security = bare.security.SecurityManager.shared();
  security.aesKey = AES_KEY;
  security.aesIV = IV;
  // A second evaluation of the SDK's modules: nothing of ours touches the bare one.
  const { vi } = await import('vitest');
  vi.resetModules();
  ours = await loadOurs();
});

describe('encoding', () => {
  it('CONNECT is byte for byte the same', () => {
    fc.assert(
      fc.property(
        name,
        name,
        name,
        fc.nat(255),
        fc.nat(Number.MAX_SAFE_INTEGER),
        (deviceID, uid, token, deviceFlag, time) => {
          const fields = {
            version: 2,
            deviceFlag,
            deviceID,
            uid,
            token,
            clientTimestamp: time,
            clientKey: 'a2V5',
          };
          const expected = new bare.proto.default().encode(
            Object.assign(new bare.proto.ConnectPacket(), fields),
          );
          const actual = ours.proto.encode(Object.assign(new ours.classes.ConnectPacket(), fields));
          expect(Buffer.from(actual)).toEqual(Buffer.from(expected));
        },
      ),
    );
  });

  it('SEND is byte for byte the same, cipher and msgKey included', () => {
    fc.assert(
      fc.property(
        u32,
        name,
        name,
        fc.nat(255),
        bytes,
        flags,
        fc.boolean(),
        fc.option(name),
        (seq, no, id, type, payload, f, receipt, topic) => {
          const make = ({ SendPacket, Setting }: typeof ours.classes) => {
            const setting = new Setting();
            setting.receiptEnabled = receipt;
            setting.topic = topic !== null;
            // The bare SDK invents a number for an empty one.
            const fields = {
              clientSeq: seq,
              clientMsgNo: `n${no}`,
              channelID: id,
              channelType: type,
              payload,
              setting,
            };
            return Object.assign(new SendPacket(), fields, {
              topic: topic ?? '',
              noPersist: f.noPersist,
              reddot: f.redDot,
              syncOnce: f.syncOnce,
              dup: f.dup,
            });
          };
          const expected = new bare.proto.default().encode(make(bare.proto));
          expect(Buffer.from(ours.proto.encode(make(ours.classes)))).toEqual(Buffer.from(expected));
        },
      ),
    );
  });

  it('RECVACK and PING are byte for byte the same', () => {
    fc.assert(
      fc.property(positiveInt64.filter(bareSdkEncodesRight), u32, flags, (id, messageSeq, f) => {
        const fields = {
          messageID: id.toString(),
          messageSeq,
          noPersist: f.noPersist,
          reddot: f.redDot,
          syncOnce: f.syncOnce,
          dup: f.dup,
        };
        const expected = new bare.proto.default().encode(
          Object.assign(new bare.proto.RecvackPacket(), fields),
        );
        const actual = ours.proto.encode(Object.assign(new ours.classes.RecvackPacket(), fields));
        expect(Buffer.from(actual)).toEqual(Buffer.from(expected));
      }),
    );
    expect([...ours.proto.encode(new ours.classes.PingPacket())]).toEqual([
      ...new bare.proto.default().encode(new bare.proto.PingPacket()),
    ]);
  });
});

it('RECVACK names the right message where the bare SDK names another one', () => {
  const id = (1n << 60n) + 0xffff_ffffn;
  const make = (Recvack: typeof ours.classes.RecvackPacket) =>
    Object.assign(new Recvack(), { messageID: id.toString(), messageSeq: 1 });
  expect(acknowledgedId(new bare.proto.default().encode(make(bare.proto.RecvackPacket)))).toBe(
    id + (1n << 32n),
  );
  expect(acknowledgedId(ours.proto.encode(make(ours.classes.RecvackPacket)))).toBe(id);
});

describe('decoding', () => {
  it('RECV has the same fields, and the same verdict on its msgKey', () => {
    fc.assert(
      fc.property(
        fc.record({
          fromUid: name,
          channelId: name,
          channelType: fc.nat(255),
          clientMsgNo: name,
          messageId: positiveInt64,
          messageSeq: u32,
          timestamp: fc.nat(0x7fffffff),
        }),
        bytes,
        flags,
        fc.constantFrom(0, 0x80, 0x08, 0x88),
        (fields, payload, f, setting) => {
          const signed = { ...fields, payload: encryptPayload(keys, payload) };
          const frame = encodePacket(
            {
              type: 'recv',
              flags: f,
              setting,
              expire: 0,
              topic: setting & 8 ? 'topic' : '',
              msgKey: recvMsgKey(keys, signed),
              ...signed,
            },
            2,
          );
          const expected = new bare.proto.default().decode(frame) as InstanceType<
            typeof bare.proto.RecvPacket
          >;
          const actual = ours.proto.decode(frame) as typeof expected;
          for (const key of [
            'messageID',
            'messageSeq',
            'clientMsgNo',
            'timestamp',
            'fromUID',
            'channelID',
            'channelType',
            'msgKey',
          ] as const) {
            expect(actual[key]).toEqual(expected[key]);
          }
          expect(plain(actual.setting)).toEqual(plain(expected.setting));
          expect([actual.noPersist, actual.reddot, actual.syncOnce, actual.dup]).toEqual([
            f.noPersist,
            f.redDot,
            f.syncOnce,
            f.dup,
          ]);
          expect(Buffer.from(actual.payload)).toEqual(Buffer.from(expected.payload));
          const security = bare.security.SecurityManager.shared();
          expect(Buffer.from(security.decryption(expected.payload))).toEqual(payload);
        },
      ),
    );
  });

  it('SENDACK, CONNACK and DISCONNECT have the same fields', () => {
    fc.assert(
      fc.property(
        positiveInt64,
        u32,
        u32,
        fc.nat(255),
        name,
        (id, clientSeq, messageSeq, reasonCode, text) => {
          const noFlags = { noPersist: false, redDot: false, syncOnce: false, dup: false };
          ours.proto.version = 2;
          const frames = [
            encodePacket(
              { type: 'sendack', flags: noFlags, messageId: id, clientSeq, messageSeq, reasonCode },
              2,
            ),
            encodePacket(
              {
                type: 'connack',
                serverVersion: null,
                timeDiff: id,
                reasonCode,
                serverKey: text,
                salt: text,
                nodeId: null,
              },
              2,
            ),
            encodePacket({ type: 'disconnect', reasonCode, reason: text }, 2),
          ];
          for (const frame of frames) {
            const expected = new bare.proto.default().decode(frame);
            const actual = ours.proto.decode(frame);
            expect(plain(actual)).toMatchObject(pick(plain(expected)));
          }
        },
      ),
    );
  });

  it('takes any bytes without anything but a named error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (frame) => {
        ours.proto.version = 5;
        expect(outcome(() => ours.proto.decode(frame))).toMatch(/^(decoded|WireError)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('the scripted server and the codec agree on what one SEND is', () => {
  const packet = Object.assign(new ours.classes.SendPacket(), {
    setting: new ours.classes.Setting(),
    clientSeq: 1,
    clientMsgNo: 'n',
    channelID: 'c',
    channelType: 1,
    payload: Buffer.from('{}'),
  });
  expect(new PacketReader().push(ours.proto.encode(packet))).toHaveLength(1);
});
