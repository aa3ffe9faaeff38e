import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decryptTexts, recvMsgKeys } from './crypto-batch.ts';
import {
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  type RecvKeyFields,
  recvMsgKey,
} from './crypto.ts';
import { WireError } from './wire-error.ts';

const keys = deriveSessionKeys(Buffer.alloc(32, 7), '0123456789abcdef');
const others = deriveSessionKeys(Buffer.alloc(32, 8), 'fedcba9876543210');

const recv = (payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<RecvKeyFields> =>
  fc.record({
    messageId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    messageSeq: fc.nat(),
    clientMsgNo: fc.string({ maxLength: 40 }),
    timestamp: fc.nat(),
    fromUid: fc.string({ unit: 'grapheme', maxLength: 40 }),
    channelId: fc.constantFrom('g-1', '群', ''),
    channelType: fc.constantFrom(1, 2),
    payload,
  });
const bytes = (most: number): fc.Arbitrary<Uint8Array> =>
  fc.nat({ max: most }).map((length) => new Uint8Array(randomBytes(length)));

test('msgKeys of a batch are those of each, whatever their number and lengths', () => {
  const batch = fc.array(
    recv(fc.oneof({ weight: 9, arbitrary: bytes(300) }, { weight: 1, arbitrary: bytes(3_000) })),
    {
      maxLength: 80,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 3 }), (batches) => {
      for (const packets of batches) {
        const ids = packets.map(({ messageId }) => messageId.toString());
        for (const session of [keys, others])
          expect(recvMsgKeys(session, packets, ids)).toEqual(
            packets.map((packet) => recvMsgKey(session, packet)),
          );
      }
    }),
    { numRuns: 60 },
  );
});

const alone = (payload: Uint8Array): string => {
  try {
    return decryptPayload(keys, payload).toString('utf8');
  } catch (error) {
    return `${(error as WireError).code}: ${(error as WireError).message}`;
  }
};

test('texts of a batch are those of each; one that is none spoils no other', () => {
  const good = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.json())
    .map((text) => encryptPayload(keys, Buffer.from(text)));
  const spoiled = fc
    .tuple(good, fc.nat(), fc.constantFrom('=', '-', '_', '\n', 'A', 'é', ''))
    .map(([payload, at, by]) => {
      const text = payload.toString('latin1');
      const cut = at % (text.length + 1);
      return Buffer.from(text.slice(0, cut) + by + text.slice(cut + (at % 3)), 'latin1');
    });
  const odd = fc.oneof(
    spoiled,
    fc.constantFrom('', 'AAAA', 'not base64', 'QUI=QUJD', '====').map((text) => Buffer.from(text)),
    good.map((payload) => encryptPayload(others, payload)),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(good, odd), { maxLength: 40 }), (payloads) => {
      const texts = decryptTexts(keys, payloads).map((text) =>
        text instanceof WireError ? `${text.code}: ${text.message}` : text,
      );
      expect(texts).toEqual(payloads.map(alone));
    }),
    { numRuns: 300 },
  );
});
