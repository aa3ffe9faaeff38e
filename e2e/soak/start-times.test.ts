import { expect, test } from 'vitest';
import { JUDGED_PAIRS, needsPair, type StartPair, startTimes } from './start-times.ts';

const pairs = (count: number, afterKillMs: number, cleanMs = 1_000): StartPair[] =>
  Array.from({ length: count }, () => ({ afterKillMs, cleanMs }));

test('medians and their ratio; one slow start changes nothing', () => {
  const slow = { afterKillMs: 9_000, cleanMs: 1_000 };
  expect(startTimes([...pairs(2, 1_100), slow, ...pairs(2, 1_100)])).toEqual({
    pairs: 5,
    afterKillMs: 1_100,
    cleanMs: 1_000,
    ratio: 1.1,
  });
  expect(startTimes([])).toEqual({ pairs: 0, afterKillMs: 0, cleanMs: 0, ratio: 0 });
});

test('as many pairs as wanted; a bad result is looked at longer, a good one is not, and few pairs are no result', () => {
  expect(needsPair(pairs(JUDGED_PAIRS - 1, 1_000), JUDGED_PAIRS)).toBe(true);
  expect(needsPair(pairs(JUDGED_PAIRS, 1_200), JUDGED_PAIRS)).toBe(false);
  expect(needsPair(pairs(JUDGED_PAIRS, 1_300), JUDGED_PAIRS)).toBe(true);
  expect(needsPair(pairs(JUDGED_PAIRS * 3, 1_300), JUDGED_PAIRS)).toBe(false);
  expect(needsPair(pairs(1, 5_000), 1)).toBe(false);
});
