import { expect, test } from 'vitest';
import { createRandom, PHASES, scheduleOf } from './schedule.ts';

test('the same seed gives the same kills, another seed others', () => {
  expect(scheduleOf(40, 7)).toEqual(scheduleOf(40, 7));
  expect(scheduleOf(40, 8)).not.toEqual(scheduleOf(40, 7));
});

test('each phase has its share, over the whole of its length', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const kills = scheduleOf(20, seed);
    expect(kills.map((kill) => kill.no)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const phase of PHASES) {
      expect(kills.filter((kill) => kill.phase === phase).length).toBeGreaterThanOrEqual(3);
    }
  }
  const moments = scheduleOf(1_000, 1).map((kill) => kill.moment);
  expect(moments.every((moment) => moment >= 0 && moment < 1)).toBe(true);
  expect([0.25, 0.5, 0.75].map((part) => moments.filter((moment) => moment < part).length / 1_000)).toEqual([
    expect.closeTo(0.25, 1),
    expect.closeTo(0.5, 1),
    expect.closeTo(0.75, 1),
  ]);
});

test('numbers are spread over [0, 1)', () => {
  const random = createRandom(3);
  const mean = Array.from({ length: 10_000 }, random).reduce((sum, value) => sum + value) / 10_000;
  expect(mean).toBeCloseTo(0.5, 1);
});
