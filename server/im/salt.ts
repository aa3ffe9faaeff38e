import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Salt of a CONNACK, which is the session's AES IV: 16 random ASCII characters. */
export function randomSalt(): string {
  let salt = '';
  for (let i = 0; i < 16; i++) salt += ALPHABET[randomInt(ALPHABET.length)] as string;
  return salt;
}
