import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../http/errors.ts';
import { SignInGuard } from './sign-in-guard.ts';

let now = 0;
let guard: SignInGuard;
beforeEach(() => {
  now = 1000;
  guard = new SignInGuard({ perAccount: 3, perAddress: 5 }, () => now);
});

/** How many of `count` attempts are let through. */
function passed(count: number, ip: string | ((i: number) => string), account: string | null): number {
  let through = 0;
  for (let i = 0; i < count; i++) {
    try {
      guard.begin(typeof ip === 'string' ? ip : ip(i), account);
      through += 1;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400 || error.code !== 'rate_limited') throw error;
    }
  }
  return through;
}

describe('attempts that are not over yet count', () => {
  test('per account, from however many addresses', () => {
    expect(passed(300, (i) => `10.0.0.${i % 250}`, 'alice')).toBe(3);
    expect(passed(1, '10.1.0.1', 'bob')).toBe(1);
  });

  test('per address, for however many accounts and made-up names', () => {
    expect(passed(2, '10.0.0.1', 'alice')).toBe(2);
    expect(passed(300, '10.0.0.1', null)).toBe(3);
    expect(passed(1, '10.0.0.1', 'bob')).toBe(0);
    expect(passed(1, '10.0.0.2', 'bob')).toBe(1);
  });

  test.each([
    ['10.0.0.1', '::ffff:10.0.0.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:DB8:0:0:9::'],
  ])('%s and %s are one address', (one, other) => {
    expect(passed(300, one, null)).toBe(5);
    expect(passed(1, other, null)).toBe(0);
  });

  test('2001:db8:1:2::1 and 2001:db8:1:3::1 are two', () => {
    expect(passed(300, '2001:db8:1:2::1', null)).toBe(5);
    expect(passed(1, '2001:db8:1:3::1', null)).toBe(1);
  });
});

test('the lock ends by itself, and attempts during it do not prolong it', () => {
  expect(passed(10, '10.0.0.1', 'alice')).toBe(3);
  now += 59_999;
  expect(passed(10, '10.0.0.1', 'alice')).toBe(0);
  now += 1;
  expect(passed(1, '10.0.0.1', 'alice')).toBe(1);
});

test('right passwords and attempts that came to nothing do not count', () => {
  for (let i = 0; i < 50; i++) guard.begin('10.0.0.1', 'alice').succeeded();
  for (let i = 0; i < 50; i++) guard.begin('10.0.0.1', 'bob').abandoned();
  expect(passed(1, '10.0.0.1', 'bob')).toBe(1);
});

test('a flood locks nobody out of where he signed in before', () => {
  guard.begin('10.0.0.1', 'alice').succeeded();
  expect(passed(300, '10.0.0.1', null)).toBe(5);
  expect(passed(300, (i) => `10.9.0.${i % 250}`, 'alice')).toBe(3);
  expect(passed(300, '10.0.0.1', 'alice')).toBe(3);
});

test('made-up names take no memory, and never push a locked account out of it', () => {
  expect(passed(3, (i) => `10.0.0.${i}`, 'alice')).toBe(3);
  expect(passed(100_000, (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, null)).toBe(100_000);
  expect(passed(1, '10.200.0.1', 'alice')).toBe(0);
});
