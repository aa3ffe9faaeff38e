/**
 * The signature over an update manifest: Ed25519 over a line of context and the manifest's bytes, in a file of its own
 * beside it. It is checked before anything reads the manifest. Whoever has the feed, its certificate or the CDN can
 * serve what he likes; without a release key none of it is believed (docs/release.md).
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { UpdateError } from './update-error.ts';

/** Keeps a signature of anything else from being one of a manifest. */
const CONTEXT = 'wukong-desktop-update-v1\n';

/** What is signed. */
export function signedBytes(manifest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(CONTEXT), manifest]);
}

/** A manifest may be signed with several keys, for apps of several ages. */
const MOST_SIGNATURES = 4;
/** 64 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
/** 32 bytes. */
const PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/;
/** DER of an Ed25519 SubjectPublicKeyInfo up to the key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The raw key in base64, as release.json has it. Throws for anything else. */
export function publicKeyOf(base64: string): KeyObject {
  if (!PUBLIC_KEY.test(base64)) throw new Error('a release key is 32 bytes in base64');
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(base64, 'base64')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** Throws `signature` unless one line of the signature file is by one of `keys`. */
export function checkSignature(manifest: Uint8Array, signatures: Uint8Array, keys: readonly string[]): void {
  const lines = Buffer.from(signatures).toString('latin1').trim().split(/\r?\n/);
  if (lines.length > MOST_SIGNATURES || !lines.every((line) => SIGNATURE.test(line)))
    throw new UpdateError('signature', 'the signature file does not hold signatures');
  const signed = signedBytes(manifest);
  const known = keys.map(publicKeyOf);
  const good = lines.some((line) => {
    const signature = Buffer.from(line, 'base64');
    return known.some((key) => verify(null, signed, key, signature));
  });
  if (!good) throw new UpdateError('signature', 'the manifest is not signed with a key of this app');
}
