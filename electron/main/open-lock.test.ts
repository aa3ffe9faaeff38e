import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rmSync } from 'node:fs';
import { defaultSettings } from '../../shared/settings.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { askWhereTo } from './files/file-dialog.ts';
import { type OpenedLock, openLock } from './open-lock.ts';

vi.mock('electron', () => ({ dialog: { showSaveDialog: () => new Promise(() => undefined) } }));

const nothing = (): void => undefined;
const CAT = { channelId: 'cat', channelType: 1 };
let dir: string;
let opened: OpenedLock;
/** The account on the screen. */
let current: string | null;
/** What was done with the windows. */
let did: string[];

function open(isRequired: boolean): OpenedLock {
  [current, did] = ['A', []];
  return openLock({
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
        anew: (how: string) => did.push(how),
        chats: {
          channels: [CAT],
          closeAll: () => [CAT],
          open: ({ channelId }: typeof CAT) => did.push(`open ${channelId}`),
        },
      }) as never,
    activeChannel: () => ({ set: nothing }) as never,
    notifications: () => ({ hideAll: nothing }) as never,
    onChanged: nothing,
    isRequired,
    warn: nothing,
  });
}
beforeEach(async () => {
  dir = tempFolder('wukong-lock-');
  opened = open(false);
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
  expect([opened.lock.isLocked, did]).toEqual([true, ['lock.changed leave', 'page']]);
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
  expect(did.at(-1)).toBe('page');
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

it('makes the window anew that a dialog of the system hangs on; who asked is told that nothing was chosen', async () => {
  const asked = askWhereTo(null, {});
  opened.lock.lock();
  expect(did.at(-1)).toBe('window');
  expect(await asked).toBeNull();
  did = [];
  await unlock();
  expect(did.slice(0, 2)).toEqual(['lock.changed unlocked', 'lock.changed cancelled']);
  opened.lock.lock();
  expect(did.at(-1)).toBe('page');
  did = [];
  await unlock();
  expect(did).not.toContain('lock.changed cancelled');
});

it('that an organisation wants is asked for once there is an account, and is not taken away', async () => {
  opened.idle.follow(false);
  opened.lock.clear();
  vi.useRealTimers();
  did = [];
  opened = open(true);
  const asks = (): unknown => opened.handlers['lock.state'](undefined, null);
  current = null;
  opened.onSwitched();
  expect([opened.lock.isLocked, did]).toEqual([false, []]);
  current = 'A';
  opened.onSwitched();
  expect([opened.lock.isLocked, did]).toEqual([true, ['page']]);
  expect(asks()).toMatchObject({ setup: true, usable: true });
  expect(await opened.handlers['lock.now']({ place: null }, 'A')).toBeNull();
  await opened.handlers['lock.choose']({ passcode: '4321' }, 'A');
  expect([opened.lock.isLocked, asks()]).toMatchObject([false, { setup: false }]);
  expect(did).toEqual(['page', 'lock.changed unlocked', 'open cat']);
  await expect(opened.handlers['lock.set']({ current: '4321', next: null }, 'A')).rejects.toMatchObject({
    code: 'managed',
  });
  expect(await opened.handlers['lock.set']({ current: '4321', next: '9876' }, 'A')).toEqual({ is: 'right' });
  opened.onSwitched();
  expect(opened.lock.isLocked).toBe(false);
});
