/** No keychain: what seals tokens is a key of its own in the profile, in `standin-key`. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made when it is first asked for. */
function keyOf(userDataDir: string): Buffer {
  const path = join(userDataDir, 'standin-key');
  try {
    return readFileSync(path);
  } catch {
    const key = randomBytes(32);
    writeFileSync(path, key, { mode: 0o600 });
    return key;
  }
}

/** Initialisation vector of 12 bytes, tag of 16, then the text (AES-256-GCM). */
export function seal(userDataDir: string, text: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(userDataDir), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Throws when it was sealed in another profile. */
export function unseal(userDataDir: string, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(userDataDir), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}
