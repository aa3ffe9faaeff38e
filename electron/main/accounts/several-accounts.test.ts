import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import { MediaTokens } from '../files/media-tokens.ts';
import { accountHandlers, beginning, checkRoom, enter, Places } from '../ipc/account-handlers.ts';
import { AccountSession } from './account-session.ts';
import { openAccounts, type NewSignIn } from './accounts.ts';

/** A worker that says who it is, and does what a request tells it to. */
const WORKER = `
import { parentPort, workerData } from 'node:worker_threads';
const post = (message) => parentPort.postMessage(message);
post({ kind: 'ready' });
let seen = 'on screen';
const answer = (message, value) => post({ kind: 'answer', id: message.id, result: { ok: true, value } });
parentPort.on('message', (message) => {
  if (message.kind === 'shutdown') process.exit(0);
  if (message.kind === 'left') seen = 'left';
  if (message.kind === 'attended') seen += message.on ? ' attended' : ' alone';
  if (message.kind === 'attention') seen += message.attention.focused ? ' focused' : ' unfocused';
  if (message.kind !== 'request') return;
  const { say } = message.args ?? {};
  if (say) post(say);
  answer(message, { uid: workerData.uid, token: workerData.token, seen });
});
`;

const vault = {
  protection: async () => 'keychain' as const,
  store: () => 'gnome_libsecret',
  seal: async (token: string) => `sealed:${token}`,
  unseal: async (sealed: string) => ({ token: sealed.slice('sealed:'.length), resealed: null }),
};
const person = (name: string, server = 'http://127.0.0.1:7300'): NewSignIn => ({
  server,
  uid: `uid-${name}`,
  username: `${name}-user`,
  name,
  token: `token-${name}`,
});

let dir: string;
let session: AccountSession;
let accounts: ReturnType<typeof openAccounts>;
let rail: AccountOnRail[];
let told: unknown[];
let places: Places;

function start(): void {
  accounts = openAccounts(dir, vault, () => undefined);
  session = new AccountSession({
    accounts,
    workerScript: join(dir, 'worker.mjs'),
    deviceId: 'device-1',
    profileDir: dir,
    followed: () => ({ offerReedit: true }),
    endSession: async ({ token }) => {
      told.push(['ended', token]);
      return 'ended';
    },
    mediaTokens: new MediaTokens(join(dir, 'accounts')),
    onDeltas: (account, deltas) => {
      told.push(['deltas', account, deltas]);
      return true;
    },
    onNotify: (account, { messageKey }) => told.push(['notify', account, messageKey]),
    onRenotify: () => undefined,
    onAway: () => undefined,
    onRemind: () => undefined,
    onWithdraw: (account, _channel, keys) => told.push(['withdraw', account, keys]),
    onUnread: (unread, withMuted) => told.push(['unread', unread, withMuted]),
    onRail: (now) => {
      rail = now;
    },
    onClosed: (account) => told.push(['closed', account]),
    onSwitched: (before) => told.push(['switched', before, session.account?.id ?? null]),
    onChanged: () => undefined,
    onErased: async () => undefined,
    onRestarted: () => told.push(['reload']),
    log: () => undefined,
  });
  places = new Places();
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-several-'));
  writeFileSync(join(dir, 'worker.mjs'), WORKER);
  told = [];
  rail = [];
  start();
});
afterEach(async () => {
  await session.close();
  rmSync(dir, { recursive: true, force: true });
});

const signIn = async (who: NewSignIn): Promise<string> => (await enter(who, true, { accounts, session })).id;
const ask = async (account?: string, say?: unknown): Promise<Record<string, string>> => {
  const answer = await session.request('core.bootstrap', { say }, account);
  if (!answer.ok) throw new Error(answer.code);
  return answer.value as Record<string, string>;
};
const of = (kind: string): unknown[] => told.filter((each) => (each as unknown[])[0] === kind);

const deltas = (n: number): unknown => ({ kind: 'deltas', deltas: [{ kind: 'contacts', n }] });
const folderOf = (id: string): string => {
  mkdirSync(accounts.folder(id), { recursive: true });
  writeFileSync(join(accounts.folder(id), 'cache.db'), 'words');
  return accounts.folder(id);
};
const refused = (who: NewSignIn) => async (): Promise<unknown> => {
  checkRoom(who, { accounts, session });
  return signIn(who);
};

describe('a locked app', () => {
  it('has no account on the screen, also one that is opened then; all know that nobody is there', async () => {
    const a = await signIn(person('a'));
    session.setPresence({ hidden: true, attended: false });
    expect((await ask(a))['seen']).toBe('left unfocused alone');
    const b = await signIn(person('b'));
    expect((await ask(b))['seen']).toMatch(/^left alone/);
    session.setAttention({ visible: true, focused: true });
    expect((await ask(b))['seen']).not.toContain('focused left');
    expect((await ask(b))['seen']).toMatch(/unfocused$/);
    session.setPresence({ hidden: false, attended: true });
    expect((await ask(b))['seen']).toMatch(/ focused attended$/);
  });
});

describe('several accounts', () => {
  it('are at work side by side; each is asked and answers for itself', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    expect(session.account?.id).toBe(b);
    expect([(await ask(a))['uid'], (await ask(b))['uid'], (await ask())['uid']]).toEqual([
      'uid-a',
      'uid-b',
      'uid-b',
    ]);
    expect((await session.request('core.bootstrap', {}, 'nobody')).ok).toBe(false);
    await session.open(a);
    expect([(await ask())['uid'], (await ask(b))['uid']]).toEqual(['uid-a', 'uid-b']);
    expect(of('switched')).toEqual([
      ['switched', null, a],
      ['switched', a, b],
      ['switched', b, a],
    ]);
  });

  it('know whether their page is on screen, and how attentive somebody is there', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    session.setAttention({ visible: true, focused: true });
    expect((await ask(a))['seen']).toMatch(/left unfocused$/);
    expect((await ask(b))['seen']).toMatch(/focused$/);
    await session.open(a);
    expect([(await ask(a))['seen'], (await ask(b))['seen']]).toEqual([
      expect.stringMatching(/ focused$/),
      expect.stringMatching(/left unfocused$/),
    ]);
  });

  it('of another than the one on screen no delta reaches the page, and everything else says whose it is', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    await ask(a, deltas(1));
    await ask(b, deltas(2));
    await ask(a, { kind: 'notify', candidate: { messageKey: 'k' } });
    await ask(a, { kind: 'withdraw', channel: {}, messageKeys: ['k'], readSeq: null });
    await expect.poll(() => of('withdraw')).toEqual([['withdraw', a, ['k']]]);
    expect(of('notify')).toEqual([['notify', a, 'k']]);
    expect(of('deltas')).toEqual([['deltas', b, [{ kind: 'contacts', n: 2 }]]]);
  });

  it('are counted together but for muted ones, which only the rail counts', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    await ask(a, { kind: 'badge', unread: 3, unreadWithMuted: 5 });
    await ask(b, { kind: 'badge', unread: 4, unreadWithMuted: 4 });
    await expect.poll(() => of('unread').at(-1)).toEqual(['unread', 7, 9]);
    accounts.describe(a, { muted: true, tag: '家里' });
    session.described();
    expect(of('unread').at(-1)).toEqual(['unread', 4, 4]);
    expect(rail).toMatchObject([
      { id: a, unread: 3, muted: true, tag: '家里' },
      { id: b, unread: 4, muted: false },
    ]);
  });

  it('one that was signed out elsewhere begins anew with a sign-in, also when the server gives the same token', async () => {
    const a = await signIn(person('a'));
    folderOf(a);
    await ask(a, { kind: 'connection', connection: { state: 'kicked', reason: '', banned: false } });
    await expect.poll(() => session.isSignedIn(a)).toBe(false);
    const before = session.rail();
    // Looking at it again signs nobody in.
    await session.open(a);
    expect([session.isSignedIn(a), session.rail()]).toEqual([false, before]);
    expect(await signIn(person('a'))).toBe(a);
    await ask(a);
    expect(session.isSignedIn(a)).toBe(true);
  });

  it('one whose session ended shows it, and disturbs nobody; it opens with a new sign-in', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    await ask(a, { kind: 'connection', connection: { state: 'sessionExpired' } });
    await ask(b, { kind: 'connection', connection: { state: 'online' } });
    await expect.poll(() => rail.map(({ state }) => state)).toEqual(['locked', 'online']);
    await expect(session.open(a)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(session.account?.id).toBe(b);
    expect((await ask())['uid']).toBe('uid-b');
    expect(await signIn({ ...person('a'), token: 'new' })).toBe(a);
    expect((await ask())['token']).toBe('new');
    expect(accounts.rail().map(({ id }) => id)).toEqual([a, b]);
  });

  it('start with the app, those that can, and the one that was on screen last is there again', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    await session.close();
    start();
    const last = accounts.current();
    expect(last).toBe(b);
    await session.open(b);
    await session.startOthers();
    expect([(await ask())['uid'], (await ask(a))['uid'], (await ask(a))['seen']]).toEqual([
      'uid-b',
      'uid-a',
      expect.stringMatching(/left/),
    ]);
  });
});

describe('signing out of one of several', () => {
  it('erases that one; the others stay, and the next takes its place on the screen', async () => {
    const [a, b, c] = [await signIn(person('a')), await signIn(person('b')), await signIn(person('c'))];
    const [folderA, folderB] = [folderOf(a), folderOf(b)];
    await session.open(b);
    expect(await session.signOut()).toBe('ended');
    expect([existsSync(folderA), existsSync(folderB)]).toEqual([true, false]);
    expect([of('ended'), of('closed')]).toEqual([[['ended', 'token-b']], [['closed', b]]]);
    expect(session.account?.id).toBe(c);
    expect(accounts.rail().map(({ id }) => id)).toEqual([a, c]);
    expect((await session.request('core.bootstrap', {}, b)).ok).toBe(false);
  });

  it('in the background leaves the one on screen as it is', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    const handlers = accountHandlers({ accounts, session, places });
    const before = of('switched').length;
    expect(await handlers['accounts.signOut']({ id: a }, b)).toEqual({ session: 'ended' });
    expect([session.account?.id, of('switched').length]).toEqual([b, before]);
    expect(handlers['accounts.arrive'](undefined, b)).toMatchObject({ ended: null });
  });

  it('tells the page that takes its place what became of the session, once', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    const handlers = accountHandlers({ accounts, session, places });
    await handlers['accounts.signOut']({ id: b }, b);
    expect(handlers['accounts.arrive'](undefined, a)).toMatchObject({ ended: 'ended' });
    expect(handlers['accounts.arrive'](undefined, a)).toMatchObject({ ended: null });
  });
});

describe('the way from one to another', () => {
  const channel = { channelId: 'c', channelType: 1 };

  it('keeps where somebody was, and what is to be opened, each for its account alone', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    const handlers = accountHandlers({ accounts, session, places });
    const place = { channel, infoOpen: true };
    await handlers['accounts.switch']({ id: a, place, target: { channel, messageSeq: 9 } }, b);
    expect(handlers['accounts.arrive'](undefined, a)).toEqual({
      place: null,
      target: { channel, messageSeq: 9 },
      ended: null,
    });
    await handlers['accounts.switch']({ id: b, place: null, target: null }, a);
    expect(handlers['accounts.arrive'](undefined, b)).toMatchObject({ place, target: null });
    expect(handlers['accounts.arrive'](undefined, b)).toMatchObject({ place: null });
  });
});

describe('signing in', () => {
  it('a second time on the same server is refused before anybody is asked, by every address of it', async () => {
    await signIn(person('a'));
    const again = { code: 'invalidState', field: 'signedIn' };
    await expect(refused(person('a'))()).rejects.toMatchObject(again);
    await expect(refused(person('a', 'http://localhost:7300'))()).rejects.toMatchObject(again);
    expect(accounts.rail()).toHaveLength(1);
  });

  it('under another name of the same account is refused after it, and the account goes on with the new token', async () => {
    const a = await signIn(person('a'));
    const b = await signIn(person('b'));
    const byPhone = { ...person('a', 'http://localhost:7300'), username: '008613800000000', token: 'newer' };
    await expect(refused(byPhone)()).rejects.toMatchObject({ code: 'invalidState', field: 'signedIn' });
    expect(session.account?.id).toBe(b);
    expect([(await ask(a))['token'], accounts.find(a)?.username]).toEqual(['newer', 'a-user']);
    expect(accounts.list()).toHaveLength(2);
  });

  it('the same uid on two servers is two accounts', async () => {
    const a = await signIn(person('a'));
    const elsewhere = await signIn(person('a', 'http://127.0.0.1:7400'));
    expect(new Set([a, elsewhere]).size).toBe(2);
    expect(accounts.rail()).toHaveLength(2);
  });

  it('to a sixth is refused, and to one of the five whose session ended is not', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await signIn(person(name));
    await expect(refused(person('f'))()).rejects.toMatchObject({ code: 'invalidState', field: 'accounts' });
    const [first] = accounts.rail();
    accounts.expire(first?.id ?? '');
    await expect(refused({ ...person('a'), token: 'new' })()).resolves.toBe(first?.id);
    expect(accounts.rail()).toHaveLength(5);
  });

  it('gives the page all it begins with in one answer, nothing for nobody or of a core that cannot say', async () => {
    const [a, b] = [await signIn(person('a')), await signIn(person('b'))];
    const channel = { channelId: 'c', channelType: 1 };
    const begin = (account: string | null) => beginning(account, { session, places });
    expect(await begin(null)).toBeNull();
    expect(await begin('nobody')).toBeNull();
    places.openNext(b, { channel, messageSeq: 9 });
    expect(await begin(a)).toMatchObject({ bootstrap: { uid: 'uid-a' }, arrival: { target: null } });
    const target = { channel, messageSeq: 9 };
    expect(await begin(b)).toMatchObject({ bootstrap: { uid: 'uid-b' }, arrival: { target } });
    expect(await begin(b)).toMatchObject({ arrival: { target: null } });
  });
});
