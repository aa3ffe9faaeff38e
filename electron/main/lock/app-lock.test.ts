import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppLock, waitAfter } from './app-lock.ts';
import { hashPasscode, isPasscode } from './passcode.ts';

let dir: string;
let told: boolean[];
let warned: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-lock-'));
  told = [];
  warned = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

const file = (): string => join(dir, 'app-lock.json');
const open = (): AppLock =>
  new AppLock({
    userDataDir: dir,
    onChange: (locked) => told.push(locked),
    warn: (message) => warned.push(message),
  });
async function withPasscode(passcode = 'open sesame'): Promise<AppLock> {
  const lock = open();
  expect(await lock.set(null, passcode)).toEqual({ is: 'right' });
  return lock;
}

describe('a passcode', () => {
  it('is kept as a salted hash: two of the same are not the same, and the words are nowhere', async () => {
    const [one, other] = [await hashPasscode('1234'), await hashPasscode('1234')];
    expect(one.hash).not.toBe(other.hash);
    expect(await isPasscode('1234', one)).toBe(true);
    expect(await isPasscode('1235', one)).toBe(false);
    // As a Chinese input method types digits in its wide form.
    expect(await isPasscode('１２３４', one)).toBe(true);
    await withPasscode('sesame-9431');
    expect(readFileSync(file(), 'utf8')).not.toContain('sesame');
  });

  it('locks and opens, and locks every start', async () => {
    const lock = await withPasscode();
    expect([lock.isSet, lock.isLocked]).toEqual([true, false]);
    lock.lock();
    lock.lock();
    expect(await lock.unlock('open Sesame')).toEqual({ is: 'wrong', waitMs: 0 });
    expect(lock.isLocked).toBe(true);
    expect(await lock.unlock('open sesame')).toEqual({ is: 'right' });
    expect([lock.isLocked, told]).toEqual([false, [true, false]]);
    expect([open().isLocked, open().isUsable]).toEqual([true, true]);
  });

  it('that is wanted keeps everything shut until it is chosen', async () => {
    const lock = open();
    await expect(lock.choose('1234')).rejects.toMatchObject({ code: 'invalidState' });
    lock.demand();
    expect([lock.isLocked, lock.isDemanding, lock.isSet, told]).toEqual([true, true, false, [true]]);
    await expect(lock.unlock('1234')).rejects.toMatchObject({ code: 'invalidState' });
    // Pressed twice: one of them is the passcode, and the other is told so.
    const both = await Promise.allSettled([lock.choose('open sesame'), lock.choose('open sesame')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([lock.isLocked, lock.isDemanding, told]).toEqual([false, false, [true, false]]);
    lock.demand();
    expect(lock.isLocked).toBe(false);
    expect(open().isLocked).toBe(true);
    expect(await lock.set('open sesame', null)).toEqual({ is: 'right' });
    lock.demand();
    // The person signs out instead.
    lock.clear();
    expect([lock.isLocked, told.slice(2)]).toEqual([false, [true, false]]);
  });

  it('is changed and taken away by whoever knows it', async () => {
    const lock = await withPasscode();
    await expect(lock.set(null, 'another')).rejects.toMatchObject({ code: 'invalidState' });
    expect(await lock.set('no', 'another')).toMatchObject({ is: 'wrong' });
    expect(await lock.set('open sesame', 'another')).toEqual({ is: 'right' });
    expect(await open().unlock('open sesame')).toMatchObject({ is: 'wrong' });
    expect(await open().unlock('another')).toEqual({ is: 'right' });
    expect(await lock.set('another', null)).toEqual({ is: 'right' });
    expect([lock.isSet, open().isSet, open().isLocked]).toEqual([false, false, false]);
    await expect(lock.set('another', null)).rejects.toMatchObject({ code: 'invalidState' });
    lock.lock();
    expect(lock.isLocked).toBe(false);
  });
});

describe('wrong tries', () => {
  it('make the next one wait, longer each time, and a right one ends that', async () => {
    const lock = await withPasscode();
    lock.lock();
    for (let n = 1; n <= 2; n += 1) expect(await lock.unlock('wrong')).toEqual({ is: 'wrong', waitMs: 0 });
    const third = await lock.unlock('wrong');
    expect(third.is === 'wrong' && third.waitMs > 4_000 && third.waitMs <= 5_000).toBe(true);
    // Not even looked at.
    expect(await lock.unlock('open sesame')).toMatchObject({ is: 'wait' });
    expect(lock.isLocked).toBe(true);
    const waits = Array.from({ length: 12 }, (_, tries) => waitAfter(tries));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(900_000);
  });

  it('count over a restart, and also when the app is ended while one is looked at', async () => {
    const lock = await withPasscode();
    lock.lock();
    const asked = lock.unlock('wrong');
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ tries: 1 });
    await asked;
    await lock.unlock('wrong');
    await lock.unlock('wrong');
    const again = open();
    expect(again.waitMs).toBeGreaterThan(4_000);
    expect(await again.unlock('open sesame')).toMatchObject({ is: 'wait' });
  });

  it('wait for as long as is said, whatever becomes of the clock', async () => {
    const lock = await withPasscode();
    lock.lock();
    for (let n = 0; n < 3; n += 1) await lock.unlock('wrong');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
    expect(lock.waitMs).toBeGreaterThan(4_000);
    vi.setSystemTime(Date.now() - 10 * 86_400_000);
    expect(lock.waitMs).toBeLessThanOrEqual(5_000);
    expect(open().waitMs).toBeLessThanOrEqual(5_000);
  });

  it('are looked at one at a time', async () => {
    const lock = await withPasscode();
    lock.lock();
    const answers = await Promise.all(['a', 'b', 'open sesame'].map((each) => lock.unlock(each)));
    expect(answers.map(({ is }) => is)).toEqual(['wrong', 'wait', 'wait']);
  });
});

it.each(['', 'null', '{"salt":1}', '{"salt":"x","hash":"y","tries":-1,"until":0}'])(
  'a damaged file (%j) is no open door: it stays shut until what is stored is given up',
  async (text) => {
    writeFileSync(file(), text);
    const lock = open();
    expect([lock.isLocked, lock.isUsable]).toEqual([true, false]);
    expect(await lock.unlock('anything')).toMatchObject({ is: 'wrong' });
    expect(open().isLocked).toBe(true);
    lock.clear();
    expect([lock.isLocked, open().isLocked]).toEqual([false, false]);
  },
);
