import { expect, test } from 'vitest';
import { clockDifference } from './server-facts.ts';

const SECOND = 1_000;

test.each([
  ['the same second', { serverMs: 100_000, sentAt: 100_400, receivedAt: 100_600 }, 0],
  [
    'the second before, in a request that took long',
    { serverMs: 99_000, sentAt: 99_900, receivedAt: 103_000 },
    0,
  ],
  ['ahead by what no request explains', { serverMs: 110_000, sentAt: 100_000, receivedAt: 100_200 }, 9_800],
  ['behind by what no request explains', { serverMs: 90_000, sentAt: 100_000, receivedAt: 100_200 }, -9_001],
  ['an hour late', { serverMs: 3_600 * SECOND, sentAt: 0, receivedAt: 0 }, 3_600_000],
])('%s', (_name, times, difference) => {
  expect(clockDifference(times)).toBe(difference);
});
