import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CheckTimes } from './check-times.ts';

const HOUR_MS = 60 * 60_000;
const started: CheckTimes[] = [];
let checks: number[];
let answers: boolean;
let isOn: boolean;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  checks = [];
  answers = true;
  isOn = true;
});
afterEach(() => {
  for (const times of started.splice(0)) times.stop();
  vi.useRealTimers();
});

function start(random = 0.5): CheckTimes {
  const times = new CheckTimes({
    isOn: () => isOn,
    check: async () => {
      checks.push(Date.now());
      return answers;
    },
    random: () => random,
  });
  started.push(times);
  times.start();
  return times;
}

describe('looking for updates', () => {
  it('is done soon after the start and every six hours, earlier or later by chance', async () => {
    for (const [random, factor] of [
      [0, 0.85],
      [0.5, 1],
      [1, 1.15],
    ] as const) {
      checks = [];
      vi.setSystemTime(0);
      const times = start(random);
      await vi.advanceTimersByTimeAsync(13 * HOUR_MS * factor);
      const minutes = checks.map((at) => Math.round(at / factor / 60_000));
      expect(minutes).toEqual([0, 6 * 60, 12 * 60]);
      times.stop();
    }
  });

  it('comes sooner after a failure, and less often while it lasts', async () => {
    answers = false;
    start();
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    const minutes = checks.map((at) => Math.round((at - 15_000) / 60_000));
    expect(minutes).toEqual([0, 10, 30]);
    await vi.advanceTimersByTimeAsync(48 * HOUR_MS);
    expect(checks.length).toBeLessThan(15);
  });

  it('is tried at once over another way, if the last try failed', async () => {
    const times = start();
    await vi.advanceTimersByTimeAsync(15_000);
    times.waysChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(checks).toHaveLength(1);
    answers = false;
    await vi.advanceTimersByTimeAsync(6 * HOUR_MS);
    expect(checks).toHaveLength(2);
    times.waysChanged();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(checks).toHaveLength(3);
  });

  it('waits while it is switched off, and goes on when it is on again', async () => {
    isOn = false;
    start();
    await vi.advanceTimersByTimeAsync(12 * HOUR_MS);
    expect(checks).toEqual([]);
    isOn = true;
    await vi.advanceTimersByTimeAsync(6 * HOUR_MS);
    expect(checks).toHaveLength(1);
  });

  it('is made up for after the computer slept through its time', async () => {
    const times = start();
    await vi.advanceTimersByTimeAsync(15_000);
    times.woke();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(checks).toHaveLength(1);
    // Timers stand still during sleep, the clock does not.
    vi.setSystemTime(Date.now() + 20 * HOUR_MS);
    times.woke();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(checks).toHaveLength(2);
  });
});
