import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Presence } from './presence.ts';

const power = vi.hoisted(() => ({ idle: 'active' }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  return { powerMonitor: Object.assign(new Emitter(), { getSystemIdleState: () => power.idle }) };
});

let powerMonitor: EventEmitter;
let changes: number;
beforeEach(async () => {
  const electron = await import('electron');
  powerMonitor = electron.powerMonitor;
  powerMonitor.removeAllListeners();
  power.idle = 'active';
  changes = 0;
});
afterEach(() => void vi.useRealTimers());

function presence(platform: NodeJS.Platform): Presence {
  const made = new Presence(() => (changes += 1), platform);
  made.start();
  return made;
}

it.each(['win32', 'darwin', 'linux'] as const)(
  'nobody is there while it is locked or asleep: %s',
  (platform) => {
    const made = presence(platform);
    const after = (event: string): boolean => {
      powerMonitor.emit(event);
      return made.isAway;
    };
    expect(made.isAway).toBe(false);
    expect(after('lock-screen')).toBe(true);
    // Locked, then asleep; awake again it is still locked.
    expect(after('suspend')).toBe(true);
    expect(after('resume')).toBe(true);
    expect(after('unlock-screen')).toBe(false);
    expect(changes).toBe(4);
    expect(after('unlock-screen')).toBe(false);
    expect(changes).toBe(4);
  },
);

it('a lock that raises no event is seen when asked, and told, and its end too', async () => {
  vi.useFakeTimers();
  const made = presence('linux');
  power.idle = 'locked';
  expect([made.isAway, made.isAway]).toEqual([true, true]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(changes).toBe(1);
  power.idle = 'active';
  await vi.advanceTimersByTimeAsync(3_000);
  expect([changes, made.isAway]).toEqual([2, false]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(changes).toBe(2);
});
