import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

test('doubles up to the longest, whatever the count', () => {
  expect([1, 2, 5, 6, 100].map((failures) => backOffMs(failures, 1_000, 30_000))).toEqual([
    1_000, 2_000, 16_000, 30_000, 30_000,
  ]);
  expect([-1, 0].map((failures) => backOffMs(failures, 500, 30_000))).toEqual([500, 500]);
  expect(backOffMs(1_000_000, 1, Number.MAX_VALUE)).toBe(2 ** 20);
  expect(backOffMs(1, 60_000, 15_000)).toBe(15_000);
});
