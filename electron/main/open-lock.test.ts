import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rmSync } from 'node:fs';
import { defaultSettings } from '../../shared/settings.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { type OpenedLock, openLock } from './open-lock.ts';

vi.mock('electron', () => ({}));

const nothing = (): void => undefined;
const CAT = { channelId: 'cat', channelType: 1 };
let dir: string;
let opened: OpenedLock;
/** The account on the screen. */
let current: string | null;
/** What was done with the windows. */
let did: string[];

beforeEach(async () => {
  dir = tempFolder('wukong-lock-');
  [current, did] = ['A', []];
  opened = openLock({
    userDataDir: dir,
    settings: () => defaultSettings,
    language: () => 'en',
    presence: { isAway: false },
    accounts: {} as never,
    places: { leave: nothing } as never,
    session: () =>
      ({
        setPresence: nothing,
        screenLocked: nothing,
        get account() {
          return current === null ? null : { id: current };
        },
      }) as never,
    windows: () =>
      ({
        main: () => ({}),
        send: (event: string, now: unknown) => did.push(`${event} ${String(now)}`) > 0,
        anew: (hangs: boolean) => did.push(hangs ? 'ended' : 'anew'),
        chats: {
          channels: [CAT],
          closeAll: () => [CAT],
          open: ({ channelId }: typeof CAT) => did.push(`open ${channelId}`),
        },
      }) as never,
    activeChannel: () => ({ set: nothing }) as never,
    notifications: () => ({ hideAll: nothing }) as never,
    onChanged: nothing,
    warn: nothing,
  });
  await opened.handlers['lock.set']({ current: null, next: '1234' }, 'A');
  vi.useFakeTimers();
});
afterEach(() => {
  opened.idle.follow(false);
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

const now = (place: null) => opened.handlers['lock.now']({ place }, 'A');
async function unlock(): Promise<void> {
  vi.useRealTimers();
  expect(await opened.lock.unlock('1234')).toEqual({ is: 'right' });
}

it('replaces a page once all have stored what was typed', () => {
  void now(null);
  expect([opened.lock.isLocked, did]).toEqual([false, ['lock.changed leave']]);
  void now(null);
  expect([opened.lock.isLocked, did]).toEqual([true, ['lock.changed leave', 'anew']]);
  vi.advanceTimersByTime(5_000);
  expect(did).toHaveLength(2);
});

it('ends the process of a page that does not answer, which would stay on the screen, and of no later one', async () => {
  void now(null);
  vi.advanceTimersByTime(1_000);
  expect([opened.lock.isLocked, did.at(-1)]).toEqual([true, 'ended']);
  await unlock();
  void now(null);
  void now(null);
  expect(did.at(-1)).toBe('anew');
});

it('brings windows of chats back for the account they are of, and for no other', async () => {
  opened.lock.lock();
  await unlock();
  expect(did.slice(-2)).toEqual(['lock.changed unlocked', 'open cat']);
  opened.lock.lock();
  // Signed out from afar; another one took its place.
  current = 'B';
  await unlock();
  expect(did.at(-1)).toBe('lock.changed unlocked');
});
