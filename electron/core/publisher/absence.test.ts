import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AwaySummary } from '../../../shared/ipc/contract/session.ts';
import { isKnownState } from '../store/tables/known-state.ts';
import { Absence } from './absence.ts';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;
let now: number;
let kept: string | null;
let told: (AwaySummary | null)[];
let absence: Absence;

function start(): void {
  absence = new Absence({
    last: { get: () => kept, set: (value) => (kept = value) },
    tell: (summary) => told.push(summary),
    now: () => now,
  });
}
beforeEach(() => {
  now = START;
  kept = null;
  told = [];
  start();
});
afterEach(() => absence.close());

function comesAndGoes(awayMs: number): void {
  absence.online(true);
  absence.online(false);
  now += awayMs;
}

it('is none before somebody was there, and none that is short', () => {
  now += 9 * HOUR;
  expect(absence.isLong).toBe(false);
  comesAndGoes(HOUR - 1);
  expect(absence.isLong).toBe(false);
  absence.online(true);
  expect([told, absence.summary]).toEqual([[], null]);
});

it('offline: says since when, and how many were recalled meanwhile, each once', () => {
  absence.online(true);
  absence.recalled('before');
  absence.online(false);
  absence.recalled('a');
  now += 2 * HOUR;
  for (const key of ['a', 'b']) absence.recalled(key);
  expect(absence.isLong).toBe(true);
  absence.online(true);
  absence.recalled('after');
  const summary = { sinceMs: START, untilMs: START + 2 * HOUR, recalled: 2 };
  expect([told, absence.summary]).toEqual([[summary], summary]);
  absence.dismiss();
  absence.dismiss();
  expect([told, absence.summary]).toEqual([[summary, null], null]);
});

it('locked or asleep counts as well, and two that follow each other are one', () => {
  absence.online(true);
  absence.attended(false);
  now += HOUR;
  // Online all the while.
  absence.attended(true);
  expect(absence.summary).toMatchObject({ sinceMs: START, untilMs: START + HOUR });
  absence.attended(false);
  absence.online(false);
  now += HOUR;
  absence.online(true);
  expect(told).toHaveLength(1);
  now += HOUR;
  absence.attended(true);
  expect(absence.summary).toMatchObject({ sinceMs: START, untilMs: START + 3 * HOUR });
});

it('closed: it began when somebody was there last, also when the app died', () => {
  absence.online(true);
  now += HOUR;
  absence.close();
  expect(isKnownState('lastHereMs', kept ?? '')).toBe(true);
  now += 14 * HOUR;
  start();
  expect(absence.isLong).toBe(true);
  absence.online(true);
  expect(absence.summary).toMatchObject({ sinceMs: START + HOUR, untilMs: START + 15 * HOUR });
});

it.each(['', 'yesterday', '{"a":1}'])('what is kept and is no time (%j) is no absence', (value) => {
  kept = value;
  start();
  expect(absence.isLong).toBe(false);
});

it('a clock that was set back makes none', () => {
  comesAndGoes(-5 * HOUR);
  absence.online(true);
  expect(told).toEqual([]);
});
