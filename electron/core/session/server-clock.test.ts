import { expect, it } from 'vitest';
import { createServerClock } from './server-clock.ts';

const MINUTE = 60_000;
const T0 = 1_795_424_770_000;

function world() {
  const times = { local: T0, steady: 0 };
  const jumps: number[] = [];
  const clock = createServerClock(
    (offset) => jumps.push(offset),
    () => times.local,
    () => times.steady,
  );
  const pass = (ms: number): void => {
    times.local += ms;
    times.steady += ms;
  };
  return { times, jumps, clock, pass };
}

it('goes on when the local clock is set back: a recall window does not open again', () => {
  const { times, jumps, clock, pass } = world();
  clock.setOffset(1_500);
  pass(MINUTE);
  expect(clock.now()).toBe(T0 + MINUTE + 1_500);
  times.local -= 24 * 60 * MINUTE;
  pass(MINUTE);
  expect(clock.now()).toBe(T0 + 2 * MINUTE + 1_500);
  expect(jumps).toEqual([24 * 60 * MINUTE + 1_500]);
  expect(clock.offsetMs()).toBe(24 * 60 * MINUTE + 1_500);
  pass(MINUTE);
  expect(clock.now()).toBe(T0 + 3 * MINUTE + 1_500);
  expect(jumps).toHaveLength(1);
});

it('does not mistake a sleeping computer for a clock that was set, nor a small correction', () => {
  const { times, jumps, clock, pass } = world();
  pass(MINUTE);
  // Asleep: the steady clock stands still.
  times.local += 8 * 60 * MINUTE;
  expect(clock.now()).toBe(T0 + (8 * 60 + 1) * MINUTE);
  times.local -= 400;
  expect(clock.now()).toBe(T0 + (8 * 60 + 1) * MINUTE - 400);
  expect(jumps).toEqual([]);
});

it('a measured offset replaces what was added', () => {
  const { times, clock } = world();
  times.local -= 60 * MINUTE;
  expect(clock.now()).toBe(T0);
  clock.setOffset(0);
  expect(clock.now()).toBe(T0 - 60 * MINUTE);
});
