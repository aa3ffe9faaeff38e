import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { sameBytes } from '../../secret-text.ts';

/** A password as requests carry it. */
export const Password = z.string().max(200);
/** Characters that a new password needs. */
export const MIN_PASSWORD = 6;

/** scrypt's N: about 16 MiB and a few tens of ms a hash, costly to guess, bearable to sign in. */
export const DEFAULT_PASSWORD_COST = 2 ** 14;
const BLOCK = { r: 8, p: 1 };
const KEY_BYTES = 32;

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** A salted scrypt hash with its parameters: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, { N: cost, ...BLOCK });
  return ['scrypt', cost, BLOCK.r, BLOCK.p, salt.toString('base64'), key.toString('base64')].join('$');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) return false;
  const expected = Buffer.from(key, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  });
  return sameBytes(actual, expected);
}

/** Takes as long for an unknown name as for a wrong password, so that answers do not tell names apart by time. */
export async function spendVerificationTime(password: string, cost: number): Promise<void> {
  await derive(password, Buffer.alloc(16), { N: cost, ...BLOCK });
}
