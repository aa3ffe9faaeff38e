/**
 * The private keys that sign update manifests. They come from the environment alone, so that they stand in no shell
 * history, process list or file of the repository; they are taken out of it at once, so that no child process has them,
 * and no message of ours repeats any of them.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { signedBytes } from '../../electron/main/updates/manifest-signature.ts';

/** The second is for a time of rotation: apps that know only the next key believe the same manifest. */
const VARIABLES = ['WUKONG_UPDATE_SIGNING_KEY', 'WUKONG_UPDATE_SIGNING_KEY_2'] as const;
const PASSPHRASE = 'WUKONG_UPDATE_SIGNING_PASSPHRASE';

/** PEM (PKCS 8, also with a passphrase) or its DER in base64. Throws when there is none, or one is no Ed25519 key. */
export function takeSigningKeys(env: Record<string, string | undefined>): KeyObject[] {
  const passphrase = env[PASSPHRASE];
  const found = VARIABLES.map((name) => ({ name, value: env[name] ?? '' })).filter(
    ({ value }) => value !== '',
  );
  for (const name of [...VARIABLES, PASSPHRASE]) delete env[name];
  if (found.length === 0) throw new Error(`the private key is expected in ${VARIABLES[0]} (docs/release.md)`);
  return found.map(({ name, value }) => {
    const key = privateKeyOf(value.trim(), passphrase);
    if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${name} holds no Ed25519 private key`);
    return key;
  });
}

/** null for anything that is none: the reason that Node gives could quote it. */
function privateKeyOf(text: string, passphrase: string | undefined): KeyObject | null {
  try {
    if (text.startsWith('-----BEGIN'))
      return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
    return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/** As release.json has it: 32 bytes in base64. */
export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error('not an Ed25519 key');
  return Buffer.from(x, 'base64url').toString('base64');
}

/** The content of `latest*.yml.sig`: one line a key. */
export function signatureFile(manifest: Uint8Array, keys: readonly KeyObject[]): string {
  return keys.map((key) => `${sign(null, signedBytes(manifest), key).toString('base64')}\n`).join('');
}
