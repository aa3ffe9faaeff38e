/**
 * msgKeys and payloads of many RECVs at once. A call of node:crypto costs ten times what AES does with a short message,
 * and makes a buffer of its own; a batch takes some twenty calls, however many messages it has. What comes out is what
 * `crypto.ts` makes of each.
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import {
  base64Bytes,
  cipherProblem,
  paddingAt,
  type RecvKeyFields,
  recvKeyHead,
  recvMsgKey,
  type SessionKeys,
} from './crypto.ts';
import { WireError } from './wire-error.ts';

const BLOCK_BYTES = 16;
const BLOCK_WORDS = 4;

/** Room of its own: it lies as words have to. */
const room = (bytes: number): Buffer => Buffer.allocUnsafeSlow(bytes);
const wordsOf = (bytes: Buffer): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/** ECB of whole blocks. */
interface Ecb {
  iv: Uint32Array;
  encrypt: (blocks: Buffer) => Uint32Array;
  decrypt: (blocks: Buffer) => Buffer;
}

const ecbs = new WeakMap<SessionKeys, Ecb>();

function ecbOf(keys: SessionKeys): Ecb {
  const known = ecbs.get(keys);
  if (known) return known;
  const cipher = createCipheriv('aes-128-ecb', keys.aesKey, null).setAutoPadding(false);
  const decipher = createDecipheriv('aes-128-ecb', keys.aesKey, null).setAutoPadding(false);
  const aligned = (bytes: Buffer): Buffer => {
    if (bytes.byteOffset % 4 === 0) return bytes;
    const copy = room(bytes.length);
    bytes.copy(copy);
    return copy;
  };
  const iv = room(BLOCK_BYTES);
  iv.set(keys.iv);
  const made: Ecb = {
    iv: wordsOf(iv),
    encrypt: (blocks) => wordsOf(aligned(cipher.update(blocks))),
    decrypt: (blocks) => aligned(decipher.update(blocks)),
  };
  ecbs.set(keys, made);
  return made;
}

/** A text of whole blocks in a buffer with others; in words. */
interface Span {
  from: number;
  to: number;
}

/**
 * CBC over each of the texts, in place. A block needs the one before it and nothing of another text: the first blocks
 * of all are one call, then the second ones.
 */
function chain({ encrypt, iv }: Ecb, words: Uint32Array, texts: readonly Span[]): void {
  const longestFirst = texts.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  const input = room(texts.length * BLOCK_BYTES);
  const blocks = wordsOf(input);
  let going = texts.length;
  for (let offset = 0; going > 0; offset += BLOCK_WORDS) {
    let at = 0;
    for (let nth = 0; nth < going; nth += 1) {
      const from = (longestFirst[nth] as Span).from + offset;
      for (let word = from; word < from + BLOCK_WORDS; word += 1, at += 1) {
        const before = offset === 0 ? iv[word - from] : words[word - BLOCK_WORDS];
        blocks[at] = (words[word] as number) ^ (before as number);
      }
    }
    const made = encrypt(input.subarray(0, at * 4));
    at = 0;
    for (let nth = 0; nth < going; nth += 1) {
      const from = (longestFirst[nth] as Span).from + offset;
      for (let word = from; word < from + BLOCK_WORDS; word += 1, at += 1) words[word] = made[at] as number;
    }
    while (going > 0 && isDone(longestFirst[going - 1] as Span, offset + BLOCK_WORDS)) going -= 1;
  }
}

const isDone = ({ from, to }: Span, offset: number): boolean => from + offset >= to;

/** A longer payload (bytes) would make a call of each of its blocks: it gets one of its own. */
const LONGEST_IN_BATCH = 1_024;
/** Fewer are done sooner one by one: a batch takes a call for each block of the longest. */
const FEWEST_IN_BATCH = 24;

/** `recvMsgKey` of each. `messageIds`: theirs, as text. */
export function recvMsgKeys(
  keys: SessionKeys,
  packets: readonly RecvKeyFields[],
  messageIds: readonly string[],
): string[] {
  const short = packets.filter(isShort);
  if (short.length < FEWEST_IN_BATCH)
    return packets.map((packet, nth) => recvMsgKey(keys, packet, messageIds[nth]));
  const heads = packets.flatMap((packet, nth) =>
    isShort(packet) ? recvKeyHead(packet, messageIds[nth] as string) : [],
  );
  const made = msgKeysOf(keys, heads, short).values();
  return packets.map((packet, nth) =>
    isShort(packet) ? (made.next().value as string) : recvMsgKey(keys, packet, messageIds[nth]),
  );
}

const isShort = ({ payload }: RecvKeyFields): boolean => payload.length <= LONGEST_IN_BATCH;

function msgKeysOf(
  keys: SessionKeys,
  heads: readonly string[],
  packets: readonly Pick<RecvKeyFields, 'payload'>[],
): string[] {
  const texts: Span[] = [];
  let words = 0;
  for (const [nth, head] of heads.entries()) {
    const length = Buffer.byteLength(head, 'utf8') + (packets[nth]?.payload.length ?? 0);
    // (PKCS7 always adds something.)
    const to = words + (Math.floor(length / BLOCK_BYTES) + 1) * BLOCK_WORDS;
    texts.push({ from: words, to });
    words = to;
  }
  const bytes = room(words * 4);
  for (const [nth, { payload }] of packets.entries()) {
    const { from, to } = texts[nth] as Span;
    const written = bytes.write(heads[nth] as string, from * 4, 'utf8');
    const end = from * 4 + written + payload.length;
    bytes.set(payload, from * 4 + written);
    bytes.fill(to * 4 - end, end, to * 4);
  }
  chain(ecbOf(keys), wordsOf(bytes), texts);
  return texts.map(({ from, to }) => hash('md5', bytes.toString('base64', from * 4, to * 4), 'hex'));
}

/** `decryptPayload` of each as UTF-8 text, or why there is none. */
export function decryptTexts(keys: SessionKeys, payloads: readonly Uint8Array[]): (string | WireError)[] {
  const encoded = payloads.map((payload) =>
    Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1'),
  );
  const cipher = room(encoded.reduce((sum, text) => sum + Math.max(0, base64Bytes(text)), 0) + BLOCK_BYTES);
  let bytes = 0;
  const spans = encoded.map((text): Span | WireError => {
    const written = cipher.write(text, bytes, Math.max(0, base64Bytes(text)), 'base64');
    const problem = cipherProblem(text, written);
    if (problem !== null) return new WireError('badCipher', problem);
    const from = bytes / 4;
    bytes += written;
    return { from, to: bytes / 4 };
  });
  const { decrypt, iv } = ecbOf(keys);
  const plain = decrypt(cipher.subarray(0, bytes));
  const [ciphered, words] = [wordsOf(cipher.subarray(0, bytes)), wordsOf(plain)];
  return spans.map((span) => {
    if (span instanceof WireError) return span;
    for (let word = span.from; word < span.to; word += 1) {
      const nth = word - span.from;
      const before = nth < BLOCK_WORDS ? iv[nth] : ciphered[word - BLOCK_WORDS];
      words[word] = (words[word] as number) ^ (before as number);
    }
    const padding = paddingAt(plain, span.to * 4);
    if (padding === null) return new WireError('badCipher', 'payload has bad padding');
    return plain.toString('utf8', span.from * 4, span.to * 4 - padding);
  });
}
