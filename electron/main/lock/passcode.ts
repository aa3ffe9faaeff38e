/**
 * A passcode, as it is kept: a salt and a hash that is slow to make (scrypt, 32 MiB and about a tenth of a second for
 * each try). Whoever can read the file of a short passcode finds it all the same (docs/app-lock.md).
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Fixed: a file says nothing of what a try may cost. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface PasscodeHash {
  /** base64. */
  salt: string;
  hash: string;
}

export async function hashPasscode(passcode: string): Promise<PasscodeHash> {
  const salt = randomBytes(SALT_BYTES);
  return { salt: salt.toString('base64'), hash: (await derive(passcode, salt)).toString('base64') };
}

export async function isPasscode(passcode: string, { salt, hash }: PasscodeHash): Promise<boolean> {
  const wanted = Buffer.from(hash, 'base64');
  const found = await derive(passcode, Buffer.from(salt, 'base64'));
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** Whatever form an input method gives the letters and digits: it is the same passcode. */
function derive(passcode: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passcode.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
