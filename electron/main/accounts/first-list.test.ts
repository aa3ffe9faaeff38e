/** Somebody signs in: the list of an account that has nothing here is asked for before anything else is done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MediaTokens } from '../files/media-tokens.ts';
import { enter } from '../ipc/account-handlers.ts';
import { AccountSession } from './account-session.ts';
import { accountId, type NewSignIn, openAccounts } from './accounts.ts';

/** A worker that tells what it was told, and dies when it is asked to. */
const WORKER = `

import { parentPort, workerData } from 'node:worker_threads';
const told = [workerData.listFollows ? 'list follows' : 'no list follows'];
parentPort.on('message', (message) => {
  if (message.kind === 'shutdown') process.exit(0);
  if (message.kind === 'firstList') told.push(message.answer);
  if (message.kind !== 'request') return;
  if (message.channel === 'core.bootstrap') parentPort.postMessage({ kind: 'answer', id: message.id, result: { ok: true, value: told } });
  else process.exit(3);
});
`;
const ALICE: NewSignIn = {
  server: 'https://im.example.com',
  uid: 'alice',
  username: 'alice001',
  name: 'Alice',
  token: 'token-1',
};
const id = accountId(ALICE.server, ALICE.uid);
const LIST = { conversations: [{ channel_id: 'bob' }] };

const nothing = (): undefined => undefined;

let dir: string;
let steps: string[];
let asked: PromiseWithResolvers<unknown>;
let accounts: ReturnType<typeof openAccounts>;
let session: AccountSession;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-first-list-'));
  writeFileSync(join(dir, 'worker.mjs'), WORKER);
  steps = [];
  asked = Promise.withResolvers();
  const vault = {
    protection: async () => 'keychain' as const,
    store: () => 'gnome_libsecret',
    async seal(token: string) {
      steps.push('sealed');
      return token;
    },
    unseal: async (token: string) => ({ token, resealed: null }),
  };
  accounts = openAccounts(dir, vault, () => undefined);
  session = new AccountSession({
    accounts,
    workerScript: join(dir, 'worker.mjs'),
    deviceId: 'device-1',
    profileDir: dir,
    followed: () => ({ offerReedit: true }),
    endSession: async () => 'ended',
    askFirstList({ server, token }) {
      steps.push(`asked ${server} ${token}`);
      return asked.promise;
    },
    mediaTokens: new MediaTokens(join(dir, 'accounts')),
    onDeltas: () => true,
    onNotify: nothing,
    onRenotify: nothing,
    onAway: nothing,
    onRemind: nothing,
    onWithdraw: nothing,
    onUnread: nothing,
    onRail: nothing,
    onClosed: nothing,
    onSwitched: nothing,
    onChanged: nothing,
    onErased: async () => undefined,
    onRestarted: nothing,
    log: nothing,
  });
});
afterEach(async () => {
  await session.close();
  rmSync(dir, { recursive: true, force: true });
});

const signIn = (): Promise<unknown> => enter(ALICE, true, { accounts, session });
const told = async (): Promise<unknown> => {
  const answer = await session.request('core.bootstrap', undefined);
  return answer.ok ? answer.value : answer.code;
};

it('is on its way before the token is sealed, and goes to the worker when it comes', async () => {
  await signIn();
  expect(steps).toEqual(['asked https://im.example.com token-1', 'sealed']);
  expect(await told()).toEqual(['list follows']);
  asked.resolve(LIST);
  await expect.poll(told).toEqual(['list follows', LIST]);
});

it('that fails is said to the worker, and fails no sign-in', async () => {
  asked.reject(new Error('no network'));
  await signIn();
  await expect.poll(told).toEqual(['list follows', null]);
});

it('is not asked for where the account has a list already', async () => {
  mkdirSync(accounts.folder(id), { recursive: true });
  await signIn();
  expect(steps).toEqual(['sealed']);
  expect(await told()).toEqual(['no list follows']);
});

it('is neither waited for nor kept after a crash of the worker', async () => {
  await signIn();
  asked.resolve(LIST);
  await expect.poll(told).toEqual(['list follows', LIST]);
  await session.request('contacts.list', undefined);
  await expect.poll(told, { timeout: 5_000 }).toEqual(['no list follows']);
});
