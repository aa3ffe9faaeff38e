/**
 * Session keys, payload encryption and message keys of a WuKongIM connection (wukongim.md B.3), on node:crypto.
 * Per connection: shared = X25519; AES-128-CBC with PKCS7, the wire carries base64 text.
 */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type Decipheriv,
  diffieHellman,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { WireError } from './wire-error.ts';

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
/** ASN.1 heads of an X25519 private (PKCS8) and public (SPKI) key; the 32 raw bytes follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

export interface KeyPair {
  /** Raw X25519 private key, 32 bytes. */
  privateKey: Buffer;
  /** base64 of the raw public key: CONNECT.clientKey or CONNACK.serverKey. */
  publicKeyBase64: string;
}

export interface SessionKeys {
  /** 16 bytes. */
  aesKey: Buffer;
  /** 16 bytes: the salt of CONNACK. */
  iv: Buffer;
}

function privateKeyObject(raw: Uint8Array): KeyObject {
  if (raw.length !== KEY_BYTES) {
    throw new WireError('badCipher', `private key has ${raw.length} bytes instead of ${KEY_BYTES}`);
  }
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, raw]), format: 'der', type: 'pkcs8' });
}

/** A new X25519 pair, from 32 random bytes or, for tests, from `seed` (32 bytes, used as the raw private key). */
export function createKeyPair(seed?: Uint8Array): KeyPair {
  const privateKey = seed ? Buffer.from(seed) : randomBytes(KEY_BYTES);
  const spki = createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKeyBase64: spki.subarray(SPKI_HEAD.length).toString('base64') };
}

/**
 * X25519 of our raw private key and the peer's base64 public key: 32 bytes.
 * @throws WireError badCipher: peer key not 32 bytes of base64, or one that leads to no secret (all zero)
 */
export function sharedSecret(privateRaw: Uint8Array, peerPublicBase64: string): Buffer {
  const peer = Buffer.from(peerPublicBase64, 'base64');
  if (peer.length !== KEY_BYTES) {
    throw new WireError('badCipher', `peer key has ${peer.length} bytes instead of ${KEY_BYTES}`);
  }
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, peer]), format: 'der', type: 'spki' });
  const privateKey = privateKeyObject(privateRaw);
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    throw new WireError('badCipher', 'peer key leads to no shared secret');
  }
}

/**
 * AES key and IV of a connection. `salt` is CONNACK's, longer ones are cut to 16 characters as the servers do.
 * @throws WireError badCipher: salt shorter than 16 bytes
 */
export function deriveSessionKeys(secret: Uint8Array, salt: string): SessionKeys {
  const iv = Buffer.from(salt, 'utf8').subarray(0, BLOCK_BYTES);
  if (iv.length !== BLOCK_BYTES) {
    throw new WireError('badCipher', `salt has ${iv.length} bytes instead of ${BLOCK_BYTES}`);
  }
  const digest = hash('md5', Buffer.from(secret).toString('base64'), 'hex');
  return { aesKey: Buffer.from(digest.slice(0, BLOCK_BYTES), 'latin1'), iv };
}

/**
 * AES contexts of a connection, kept because creating one costs several times the work on a short message.
 * A message starts its CBC chain anew at the IV, which no running CBC context offers, so:
 * - encrypting: the running context xors the next block with the last cipher block it made; xoring that block and the
 *   IV into the first plain block leaves exactly the IV;
 * - decrypting: every block is decrypted by ECB in one call and the chain is xored here.
 */
class AesContexts {
  readonly #iv: Buffer;
  readonly #encipher: Cipheriv;
  readonly #decipher: Decipheriv;
  readonly #lastCipherBlock: Buffer;

  constructor(keys: SessionKeys) {
    this.#iv = keys.iv;
    this.#lastCipherBlock = Buffer.from(keys.iv);
    this.#encipher = createCipheriv('aes-128-cbc', keys.aesKey, keys.iv);
    this.#encipher.setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-128-ecb', keys.aesKey, null);
    this.#decipher.setAutoPadding(false);
  }

  /** Encrypts `padded` (whole blocks; overwritten). */
  encrypt(padded: Buffer): Buffer {
    const iv = this.#iv;
    const last = this.#lastCipherBlock;
    for (let i = 0; i < BLOCK_BYTES; i++) {
      padded[i] = (padded[i] as number) ^ (iv[i] as number) ^ (last[i] as number);
    }
    const cipher = this.#encipher.update(padded);
    cipher.copy(last, 0, cipher.length - BLOCK_BYTES);
    return cipher;
  }

  /** Decrypts whole blocks; the padding is still in the result. */
  decrypt(cipher: Buffer): Buffer {
    const plain = this.#decipher.update(cipher);
    const iv = this.#iv;
    for (let i = 0; i < BLOCK_BYTES; i++) plain[i] = (plain[i] as number) ^ (iv[i] as number);
    for (let i = BLOCK_BYTES; i < plain.length; i++) {
      plain[i] = (plain[i] as number) ^ (cipher[i - BLOCK_BYTES] as number);
    }
    return plain;
  }
}

const contextsOf = new WeakMap<SessionKeys, AesContexts>();

function contexts(keys: SessionKeys): AesContexts {
  let found = contextsOf.get(keys);
  if (!found) {
    found = new AesContexts(keys);
    contextsOf.set(keys, found);
  }
  return found;
}

/** Room for `length` plain bytes with their PKCS7 padding already in place. */
function paddedRoom(length: number): Buffer {
  const padding = BLOCK_BYTES - (length % BLOCK_BYTES);
  const room = Buffer.allocUnsafe(length + padding);
  room.fill(padding, length);
  return room;
}

/** Encrypts a payload for SEND or RECV: the base64 text as bytes, ready for `payload`. */
export function encryptPayload(keys: SessionKeys, plain: Uint8Array): Buffer {
  const padded = paddedRoom(plain.length);
  padded.set(plain);
  return Buffer.from(contexts(keys).encrypt(padded).toString('base64'), 'latin1');
}

/**
 * Decrypts the payload of SEND or RECV.
 * @throws WireError badCipher: not strict base64, not whole blocks, bad padding
 */
export function decryptPayload(keys: SessionKeys, cipherBase64: Uint8Array): Buffer {
  const text = asBuffer(cipherBase64).toString('latin1');
  const cipher = Buffer.from(text, 'base64');
  const problem = cipherProblem(text, cipher.length);
  if (problem !== null) throw new WireError('badCipher', problem);
  const padded = contexts(keys).decrypt(cipher);
  const padding = paddingAt(padded, padded.length);
  if (padding === null) throw new WireError('badCipher', 'payload has bad padding');
  return padded.subarray(0, padded.length - padding);
}

/** Bytes that a base64 text stands for; -1 when it is none. */
export function base64Bytes(text: string): number {
  // Node's decoder skips foreign characters and takes the URL alphabet: the length and two look-ups tell.
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_')) return -1;
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/** Why what Node decoded of a base64 text, so many bytes, is no cipher text; null = it is one. */
export function cipherProblem(text: string, decoded: number): string | null {
  if (decoded !== base64Bytes(text)) return 'payload is not base64';
  return decoded === 0 || decoded % BLOCK_BYTES !== 0
    ? `cipher text of ${decoded} bytes is not whole blocks`
    : null;
}

/** Bytes of the PKCS7 padding of a text that ends there; null = it has none. */
export function paddingAt(bytes: Uint8Array, end: number): number | null {
  const count = bytes[end - 1] as number;
  if (count === 0 || count > BLOCK_BYTES) return null;
  for (let i = end - count; i < end; i++) if (bytes[i] !== count) return null;
  return count;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The signed fields of SEND; `payload` is the base64 cipher text as on the wire. */
export interface SendKeyFields {
  clientSeq: number;
  clientMsgNo: string;
  channelId: string;
  channelType: number;
  payload: Uint8Array;
}

/** The signed fields of RECV; `payload` is the base64 cipher text as on the wire. */
export interface RecvKeyFields {
  messageId: bigint;
  messageSeq: number;
  clientMsgNo: string;
  timestamp: number;
  fromUid: string;
  channelId: string;
  channelType: number;
  payload: Uint8Array;
}

function msgKey(keys: SessionKeys, head: string, payload: Uint8Array): string {
  const headLength = Buffer.byteLength(head, 'utf8');
  const padded = paddedRoom(headLength + payload.length);
  padded.write(head, 0, headLength, 'utf8');
  padded.set(payload, headLength);
  return hash('md5', contexts(keys).encrypt(padded).toString('base64'), 'hex');
}

/** msgKey of a SEND (32 hex characters). */
export function sendMsgKey(keys: SessionKeys, p: SendKeyFields): string {
  return msgKey(keys, `${p.clientSeq}${p.clientMsgNo}${p.channelId}${p.channelType}`, p.payload);
}

/** What of a RECV is signed, before its payload. `messageId`: the id as text. */
export const recvKeyHead = (p: RecvKeyFields, messageId: string): string =>
  `${messageId}${p.messageSeq}${p.clientMsgNo}${p.timestamp}${p.fromUid}${p.channelId}${p.channelType}`;

/** msgKey of a RECV (32 hex characters). `messageId`: the id as text, for who has it. */
export function recvMsgKey(keys: SessionKeys, p: RecvKeyFields, messageId = p.messageId.toString()): string {
  return msgKey(keys, recvKeyHead(p, messageId), p.payload);
}
