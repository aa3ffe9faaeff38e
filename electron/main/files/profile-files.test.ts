import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/settings.ts';
import { accountId, openAccounts, type Accounts } from '../accounts/accounts.ts';
import { deviceIdOf, openSettings } from '../settings/settings-file.ts';
import type { TokenVault } from '../accounts/token-vault.ts';

let dir: string;
const warnings: string[] = [];
const warn = (message: string): void => {
  warnings.push(message);
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-profile-'));
  warnings.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('settings.json', () => {
  it('starts with the defaults and keeps changes', () => {
    expect(openSettings(dir, warn).value).toEqual(defaultSettings);
    openSettings(dir, warn).change({ theme: 'dark', listWidth: 280, language: undefined });
    expect(openSettings(dir, warn).value).toEqual({ ...defaultSettings, theme: 'dark', listWidth: 280 });
    expect(statSync(join(dir, 'settings.json')).mode & 0o077).toBe(0);
    expect(readdirSync(dir)).toEqual(['settings.json']);
  });

  it('replaces single damaged values by their default and drops unknown ones', () => {
    writeFileSync(join(dir, 'settings.json'), '{"theme":"pink","fontSize":99,"sendKey":"ctrlEnter","x":1}');
    expect(openSettings(dir, warn).value).toEqual({ ...defaultSettings, sendKey: 'ctrlEnter' });
    expect(warnings).toEqual([]);
  });

  it.each(['', '{', '[]', 'null', '"text"', '\u0000\u0000'])('moves a damaged file (%j) aside', (text) => {
    writeFileSync(join(dir, 'settings.json'), text);
    expect(openSettings(dir, warn).value).toEqual(defaultSettings);
    expect(warnings).toHaveLength(1);
    const [aside] = readdirSync(dir);
    expect(aside).toMatch(/^settings\.json\.damaged-\d+$/);
    expect(readFileSync(join(dir, aside ?? ''), 'utf8')).toBe(text);
  });
});

it('the device id is stable, and replaced when damaged', () => {
  const id = deviceIdOf(dir);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(deviceIdOf(dir)).toBe(id);
  writeFileSync(join(dir, 'device-id'), 'x');
  const next = deviceIdOf(dir);
  expect(next).not.toBe('x');
  expect(deviceIdOf(dir)).toBe(next);
});

/** Reversible and recognisable, unlike the token. */
const vault: TokenVault = {
  protection: async () => 'keychain',
  store: () => 'gnome_libsecret',
  seal: async (token) => Buffer.from(token).toString('hex'),
  unseal: async (sealed) =>
    /^[0-9a-f]+$/.test(sealed) ? { token: Buffer.from(sealed, 'hex').toString(), resealed: null } : null,
};
const noVault: TokenVault = {
  protection: async () => 'none',
  store: () => 'basic_text',
  seal: async () => null,
  unseal: async () => null,
};

const alice = { server: 'http://a', uid: 'u1', username: 'alice0001', name: '小明', token: 'token-of-alice' };
const bob = { server: 'http://a', uid: 'u2', username: 'bob000001', name: 'Bob', token: 'token-of-bob' };

const open = (with_ = vault): Accounts => openAccounts(dir, with_, warn);
const text = (): string => readFileSync(join(dir, 'accounts.json'), 'utf8');

describe('accounts.json', () => {
  it('gives an account the same 24 hex digits everywhere', () => {
    // printf 'http://a\nu1' | sha256sum
    expect(accountId('http://a', 'u1')).toBe('4b4d4096475240cb3bad4d3a');
    expect(accountId('http://a', 'u1')).not.toBe(accountId('http://b', 'u1'));
    expect(accountId('ab', 'c')).not.toBe(accountId('a', 'bc'));
  });

  it('keeps a token only sealed, and never plain', async () => {
    const { id } = await open().remember(alice, true);
    expect(text()).not.toContain(alice.token);
    const later = open();
    expect(later.list()).toMatchObject([{ id, uid: 'u1', keepSignedIn: true }]);
    expect(JSON.stringify(later.list())).not.toContain('sealed');
    expect(await later.token(id)).toBe(alice.token);
  });

  it('keeps no token on disk unless asked to', async () => {
    const accounts = open();
    const { id, keepSignedIn } = await accounts.remember(alice, false);
    expect(keepSignedIn).toBe(false);
    expect(await accounts.token(id)).toBe(alice.token);
    expect(await open().token(id)).toBeNull();
  });

  it('keeps tokens in memory only where nothing protects them', async () => {
    const accounts = open(noVault);
    const { id, keepSignedIn } = await accounts.remember(alice, true);
    expect(keepSignedIn).toBe(false);
    expect(text()).not.toContain('token-of');
    expect(await accounts.token(id)).toBe(alice.token);
    expect(await open(noVault).token(id)).toBeNull();
  });

  it('asks for the password when a sealed token cannot be read', async () => {
    const { id } = await open().remember(alice, true);
    writeFileSync(join(dir, 'accounts.json'), text().replace(/"sealedToken": ".*"/, '"sealedToken": "?"'));
    expect(await open().token(id)).toBeNull();
  });

  it('lists the most recently used first, once each', async () => {
    const accounts = open();
    const first = await accounts.remember(alice, true);
    const second = await accounts.remember(bob, true);
    await accounts.remember({ ...alice, name: '小明 2' }, true);
    expect(accounts.list().map((a) => [a.id, a.name])).toEqual([
      [first.id, '小明 2'],
      [second.id, 'Bob'],
    ]);
    accounts.touch(second.id);
    expect(open().list()[0]?.id).toBe(second.id);
  });

  it('opens the other account although its place in the list cannot be saved, and leaves no half file', async () => {
    const accounts = open();
    const first = await accounts.remember(alice, true);
    await accounts.remember(bob, true);
    // A folder in place of the file stands for a disk that takes no writes.
    rmSync(join(dir, 'accounts.json'));
    mkdirSync(join(dir, 'accounts.json'));
    expect(() => accounts.touch(first.id)).not.toThrow();
    expect(warnings).toHaveLength(1);
    expect(readdirSync(dir)).toEqual(['accounts.json']);
    expect(await accounts.token(first.id)).toBe(alice.token);
  });

  it('remembers that an account has an encrypted line, also after a sign-out and a new sign-in', async () => {
    const accounts = open();
    const { id } = await accounts.remember(alice, true);
    expect(accounts.hasSecureLine(id)).toBe(false);
    accounts.keepSecureLine(id);
    accounts.dropToken(id);
    expect(open().hasSecureLine(id)).toBe(true);
    await accounts.remember(alice, true);
    expect([accounts.hasSecureLine(id), open().hasSecureLine(id)]).toEqual([true, true]);
    const other = await accounts.remember(bob, true);
    expect(accounts.hasSecureLine(other.id)).toBe(false);
  });

  it('drops tokens and forgets accounts for good', async () => {
    const accounts = open();
    const { id } = await accounts.remember(alice, true);
    accounts.dropToken(id);
    expect([await accounts.token(id), await open().token(id)]).toEqual([null, null]);
    expect(open().list()).toMatchObject([{ id, keepSignedIn: false }]);
    accounts.forget(id);
    expect(open().list()).toEqual([]);
    expect(open().find(id)).toBeNull();
  });

  it('keeps the rail over a restart: order, tags, silence, and which was on screen', async () => {
    const accounts = open();
    const [a, b] = [await accounts.remember(alice, true), await accounts.remember(bob, true)];
    accounts.touch(a.id);
    accounts.touch(b.id);
    accounts.order([b.id]);
    accounts.describe(b.id, { tag: '家里', muted: true });
    accounts.describe(b.id, { muted: false });
    accounts.describe(a.id, { muted: true });
    const later = open();
    expect(later.rail().map(({ id }) => id)).toEqual([b.id, a.id]);
    expect([later.ownWords(b.id), later.ownWords(a.id)]).toEqual([
      { tag: '家里', muted: false },
      { tag: null, muted: true },
    ]);
    expect(later.current()).toBe(b.id);
    // A name of nobody and one that is named twice change nothing else.
    later.order(['nobody', a.id, a.id]);
    expect(
      open()
        .rail()
        .map(({ id }) => id),
    ).toEqual([a.id, b.id]);
  });

  it('keeps an account in the rail whose session ended, and no other without a token', async () => {
    const accounts = open();
    const kept = await accounts.remember(alice, true);
    const once = await accounts.remember(bob, false);
    expect(accounts.rail()).toHaveLength(2);
    accounts.expire(kept.id);
    expect([accounts.isExpired(kept.id), await accounts.token(kept.id)]).toEqual([true, null]);
    const later = open();
    expect(later.rail().map(({ id }) => id)).toEqual([kept.id]);
    expect(later.find(once.id)).not.toBeNull();
    await later.remember(alice, true);
    expect([later.isExpired(kept.id), open().isExpired(kept.id)]).toEqual([false, false]);
    later.describe(kept.id, { tag: 'x' });
    later.dropToken(kept.id);
    expect([open().rail(), open().current(), open().ownWords(kept.id).tag]).toEqual([[], null, null]);
  });

  it('takes the accounts of a file of an earlier version that have a token', async () => {
    await open().remember(alice, true);
    await open().remember(bob, false);
    const { rail: _rail, current: _current, ...earlier } = JSON.parse(text()) as Record<string, unknown>;
    writeFileSync(join(dir, 'accounts.json'), JSON.stringify(earlier));
    expect(
      open()
        .rail()
        .map(({ uid }) => uid),
    ).toEqual([alice.uid]);
  });

  it.each(['{', '{"version":2,"accounts":[]}', '{"version":1,"accounts":[{"uid":1}]}'])(
    'moves a damaged or newer file (%s) aside',
    (content) => {
      writeFileSync(join(dir, 'accounts.json'), content);
      expect(open().list()).toEqual([]);
      expect(readdirSync(dir)[0]).toMatch(/^accounts\.json\.damaged-/);
      expect(warnings).toHaveLength(1);
    },
  );
});
