import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GiveBack } from './give-back.ts';

const MiB = 1024 * 1024;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('collects once the page has left, and again only when it is worth it', () => {
  let size = 40 * MiB;
  let collected = 0;
  const back = new GiveBack({
    size: () => size,
    collect() {
      collected += 1;
      size = 16 * MiB;
    },
  });
  back.rests();
  vi.advanceTimersByTime(1_900);
  expect(collected).toBe(0);
  vi.advanceTimersByTime(200);
  expect(collected).toBe(1);
  size = 19 * MiB;
  vi.advanceTimersByTime(60_000);
  expect(collected).toBe(1);
  size = 30 * MiB;
  vi.advanceTimersByTime(600_000);
  expect(collected).toBe(2);
});

it('pauses nothing while somebody looks', () => {
  let collected = 0;
  const back = new GiveBack({ size: () => 80 * MiB, collect: () => void (collected += 1) });
  back.rests();
  vi.advanceTimersByTime(1_000);
  back.works();
  vi.advanceTimersByTime(3_600_000);
  expect(collected).toBe(0);
});

it('what is there collects, without a word', async () => {
  vi.useRealTimers();
  const warned = vi.spyOn(process, 'emitWarning');
  const gone = new WeakRef({ held: Array.from({ length: 1_000 }, () => 'x') });
  // What was looked at in a task is kept until its end.
  await new Promise((done) => {
    setImmediate(done);
  });
  vi.useFakeTimers();
  const back = new GiveBack({ size: () => 80 * MiB });
  back.rests();
  vi.advanceTimersByTime(2_000);
  expect(gone.deref()).toBeUndefined();
  expect(warned).not.toHaveBeenCalled();
});
