import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import { AccountSession } from './account-session.ts';
import type { AccountSessionOptions } from './account-session-options.ts';
import { accountId, openAccounts } from './accounts.ts';
import { MediaTokens } from '../files/media-tokens.ts';

const WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort.postMessage({ kind: 'ready' });
parentPort.on('message', (message) => {
  if (message.kind === 'shutdown') process.exit(0);
});
`;
const alice = { server: 'https://im.example.com', uid: 'alice', username: 'alice001', name: 'Alice' };
const id = accountId(alice.server, alice.uid);
const vault = {
  protection: async () => 'keychain' as const,
  store: () => 'gnome_libsecret',
  seal: async (token: string) => `sealed:${token}`,
  unseal: async (sealed: string) => ({ token: sealed.slice('sealed:'.length), resealed: null }),
};

let dir: string;
const ended: { server: string; token: string; deviceId: string }[] = [];
let end: (session: { token: string }) => Promise<SessionEnd>;
let session: AccountSession;
let accounts: ReturnType<typeof openAccounts>;
let onErased: AccountSessionOptions['onErased'];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-session-'));
  writeFileSync(join(dir, 'worker.mjs'), WORKER);
  ended.length = 0;
  end = async () => 'ended';
  onErased = async () => undefined;
  accounts = openAccounts(dir, vault, () => undefined);
  session = new AccountSession({
    accounts,
    workerScript: join(dir, 'worker.mjs'),
    deviceId: 'device-1',
    profileDir: dir,
    followed: () => ({ offerReedit: true }),
    endSession: (which) => {
      ended.push(which);
      return end(which);
    },
    mediaTokens: new MediaTokens(join(dir, 'accounts')),
    onDeltas: () => true,
    onNotify: () => undefined,
    onRenotify: () => undefined,
    onAway: () => undefined,
    onRemind: () => undefined,
    onWithdraw: () => undefined,
    onUnread: () => undefined,
    onRail: () => undefined,
    onClosed: () => undefined,
    onSwitched: () => undefined,
    onChanged: vi.fn<() => void>(),
    onErased: () => onErased(id),
    onRestarted: () => undefined,
    log: () => undefined,
  });
  await accounts.remember({ ...alice, token: 'secret-token' }, true);
  mkdirSync(accounts.folder(id), { recursive: true });
  writeFileSync(join(accounts.folder(id), 'cache.db'), 'words');
});
afterEach(async () => {
  await session.close();
  rmSync(dir, { recursive: true, force: true });
});

const ITS_SESSION = { server: alice.server, token: 'secret-token', deviceId: 'device-1' };

describe('signing out', () => {
  it.each(['ended', 'kept', 'unreachable'] as const)('says what the server did: %s', async (answer) => {
    end = async () => answer;
    await session.open(id);
    expect(await session.signOut()).toBe(answer);
    expect(ended).toEqual([ITS_SESSION]);
    expect(session.account).toBeNull();
    expect(await accounts.token(id)).toBeNull();
    expect(accounts.find(id)?.keepSignedIn).toBe(false);
    expect(existsSync(accounts.folder(id))).toBe(false);
  });

  it('erases cache and token without waiting for the server', async () => {
    const asked = Promise.withResolvers<SessionEnd>();
    end = () => asked.promise;
    await session.open(id);
    const signedOut = session.signOut();
    await expect.poll(() => accounts.find(id)?.keepSignedIn).toBe(false);
    expect([session.account, existsSync(accounts.folder(id))]).toEqual([null, false]);
    asked.resolve('unreachable');
    expect(await signedOut).toBe('unreachable');
  });

  it('loses the token also when something cannot be erased, and says that', async () => {
    onErased = () => Promise.reject(new Error('busy'));
    await session.open(id);
    await expect(session.signOut()).rejects.toThrow('busy');
    expect([await accounts.token(id), accounts.find(id)?.keepSignedIn]).toEqual([null, false]);
  });
});

describe('forgetting', () => {
  it('ends the session of an account that is not open, by its stored token', async () => {
    expect(await session.forget(id)).toBe('ended');
    expect(ended).toEqual([ITS_SESSION]);
    expect([accounts.list(), existsSync(accounts.folder(id))]).toEqual([[], false]);
  });

  it('has nothing to end where no token is stored', async () => {
    accounts.dropToken(id);
    expect(await session.forget(id)).toBe('none');
    expect([ended, accounts.list()]).toEqual([[], []]);
  });
});
