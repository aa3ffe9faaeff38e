import { createCipheriv } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  sendMsgKey,
  sharedSecret,
} from './crypto.ts';
import { WireError } from './wire-error.ts';

const keys = deriveSessionKeys(Buffer.alloc(32, 7), '0123456789abcdef');

describe('key agreement', () => {
  it('both sides reach the same keys, another pair does not', () => {
    const a = createKeyPair();
    const b = createKeyPair();
    const other = createKeyPair();
    expect(a.privateKey).toHaveLength(32);
    expect(sharedSecret(a.privateKey, b.publicKeyBase64)).toEqual(
      sharedSecret(b.privateKey, a.publicKeyBase64),
    );
    expect(sharedSecret(other.privateKey, b.publicKeyBase64)).not.toEqual(
      sharedSecret(a.privateKey, b.publicKeyBase64),
    );
  });

  it('refuses keys of wrong length, keys without a secret and short salts', () => {
    const { privateKey } = createKeyPair();
    expect(() => sharedSecret(privateKey, '')).toThrow(WireError);
    expect(() => sharedSecret(privateKey, Buffer.alloc(31, 1).toString('base64'))).toThrow(/31 bytes/);
    expect(() => sharedSecret(privateKey, Buffer.alloc(32).toString('base64'))).toThrow(/no shared secret/);
    expect(() => createKeyPair(Buffer.alloc(5))).toThrow(/5 bytes/);
    expect(() => deriveSessionKeys(Buffer.alloc(32), 'short')).toThrow(/salt/);
    expect(deriveSessionKeys(Buffer.alloc(32), '0123456789abcdefXYZ').iv.toString()).toBe('0123456789abcdef');
  });
});

describe('payloads', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (plain) => {
        expect(decryptPayload(keys, encryptPayload(keys, plain))).toEqual(Buffer.from(plain));
      }),
    );
  });

  it('are the same as one fresh AES-128-CBC context per message makes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (plains) => {
        for (const plain of plains) {
          const cipher = createCipheriv('aes-128-cbc', keys.aesKey, keys.iv);
          const expected = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
          expect(encryptPayload(keys, plain).toString('latin1')).toBe(expected);
          expect(decryptPayload(keys, Buffer.from(expected))).toEqual(Buffer.from(plain));
        }
      }),
    );
  });

  it('are refused when they are not base64, not blocks or badly padded', () => {
    const good = encryptPayload(keys, Buffer.from('hello'));
    expect(() => decryptPayload(keys, Buffer.alloc(0))).toThrow(WireError);
    expect(() => decryptPayload(keys, Buffer.from('not base64 at all'))).toThrow(/base64/);
    expect(() => decryptPayload(keys, Buffer.concat([Buffer.from('\n\n\n\n'), good]))).toThrow(/base64/);
    expect(() => decryptPayload(keys, Buffer.from('AAAA'))).toThrow(/blocks/);
    const otherKeys = deriveSessionKeys(Buffer.alloc(32, 8), '0123456789abcdef');
    const wrong = fc.sample(fc.uint8Array({ minLength: 16, maxLength: 16 }), 50).map((plain) => {
      try {
        return decryptPayload(otherKeys, encryptPayload(keys, plain)).equals(plain);
      } catch (error) {
        return !(error instanceof WireError);
      }
    });
    expect(wrong).not.toContain(true);
  });

  it('the msgKey covers every signed field', () => {
    const send = {
      clientSeq: 1,
      clientMsgNo: 'no',
      channelId: '群',
      channelType: 2,
      payload: Buffer.from('QUJD'),
    };
    const reference = sendMsgKey(keys, send);
    const changed = [
      { ...send, clientSeq: 2 },
      { ...send, clientMsgNo: 'on' },
      { ...send, channelId: '组' },
      { ...send, channelType: 1 },
      { ...send, payload: Buffer.from('QUJE') },
    ];
    expect(reference).toMatch(/^[0-9a-f]{32}$/);
    for (const fields of changed) expect(sendMsgKey(keys, fields)).not.toBe(reference);
  });
});
