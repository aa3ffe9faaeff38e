import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../shared/testing/temp-folder.ts';
import { digestOf, hasDigest, newSecret, sameBytes, sameSecret, secretIn } from './secret-text.ts';

test('a digest is the SHA-256 of the text', () => {
  expect(digestOf('').toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('a text has its digest only; damaged digests are a no', () => {
  expect(hasDigest('a', digestOf('a'))).toBe(true);
  expect(hasDigest('b', digestOf('a'))).toBe(false);
  expect(hasDigest('a', digestOf('a').subarray(1))).toBe(false);
  expect(hasDigest('a', new Uint8Array())).toBe(false);
});

test('equal secrets, of whatever length and characters', () => {
  expect(sameSecret('密码', '密码')).toBe(true);
  for (const other of ['', '密', '密码 ', 'x'.repeat(1000)]) expect(sameSecret('密码', other)).toBe(false);
  expect(sameBytes(Buffer.from('ab'), Buffer.from('ab'))).toBe(true);
  expect(sameBytes(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
});

test('new secrets fit an address and differ', () => {
  const made = new Set(Array.from({ length: 100 }, newSecret));
  expect(made.size).toBe(100);
  for (const each of made) expect(each).toMatch(/^[0-9a-f]{48}$/);
});

test('the secret of a file, when there is a whole one', () => {
  const dir = tempFolder('wukong-secret-');
  const file = join(dir, 'secret');
  expect(secretIn(file)).toBeNull();
  const secret = newSecret();
  for (const [text, kept] of [
    [secret, secret],
    [`${secret}\n`, secret],
    ['', null],
    [secret.slice(0, 31), null],
  ] as const) {
    writeFileSync(file, text);
    expect(secretIn(file)).toBe(kept);
  }
  rmSync(dir, { recursive: true });
});
