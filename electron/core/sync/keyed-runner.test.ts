import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeyedRunner, RunnerClosed } from './keyed-runner.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setup(worthwhile = false) {
  const runs: string[] = [];
  const finish: (() => void)[] = [];
  const runner = new KeyedRunner({
    burst: 2,
    refillMs: 100,
    concurrency: 2,
    run: (key) => {
      runs.push(key);
      return new Promise((resolve) => {
        finish.push(() => resolve(worthwhile));
      });
    },
  });
  const end = async (): Promise<void> => {
    for (const done of finish.splice(0)) done();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { runner, runs, end };
}

describe('keyed runner', () => {
  it('runs one at a time per key; what comes meanwhile shares the next run', async () => {
    const { runner, runs, end } = setup();
    const done: number[] = [];
    void runner.request('a').then(() => done.push(1));
    void runner.request('a').then(() => done.push(2));
    void runner.request('a').then(() => done.push(3));
    expect(runs).toEqual(['a']);
    await end();
    expect(done).toEqual([1]);
    expect(runs).toEqual(['a', 'a']);
    await end();
    expect(done).toEqual([1, 2, 3]);
  });

  it('bounds the rate of fruitless runs', async () => {
    const { runner, runs, end } = setup(false);
    for (let i = 0; i < 50; i += 1) {
      void runner.request('a');
      await end();
    }
    expect(runs).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toHaveLength(3);
  });

  it('never holds back runs that are worth it', async () => {
    const { runner, runs, end } = setup(true);
    for (let i = 0; i < 50; i += 1) {
      void runner.request('a');
      await end();
    }
    expect(runs).toHaveLength(50);
  });

  it('limits runs over all keys', async () => {
    const { runner, runs, end } = setup();
    for (const key of ['a', 'b', 'c']) void runner.request(key);
    expect(runs).toEqual(['a', 'b']);
    await end();
    expect(runs).toEqual(['a', 'b', 'c']);
  });

  it('passes on failures and rejects what waits when it closes', async () => {
    const failing = new KeyedRunner({
      burst: 1,
      refillMs: 100,
      concurrency: 1,
      run: () => Promise.reject(new Error('no')),
    });
    await expect(failing.request('a')).rejects.toThrow('no');
    const waiting = failing.request('a');
    failing.close();
    await expect(waiting).rejects.toBeInstanceOf(RunnerClosed);
    await expect(failing.request('a')).rejects.toBeInstanceOf(RunnerClosed);
  });

  it('goes on at its pace when the clock is set back by a day', async () => {
    const { runner, runs, end } = setup();
    for (let run = 0; run < 2; run += 1) {
      void runner.request('a');
      await end();
    }
    vi.setSystemTime(Date.now() - 86_400_000);
    void runner.request('a');
    expect(runs).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toHaveLength(3);
  });
});
