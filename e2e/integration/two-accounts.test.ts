/**
 * Two accounts of one computer at once, each in its worker, one of them on the screen: what others write and recall at
 * any moment, while the accounts change places and their connections break, is right in both in the end. Of what was
 * recalled no byte is left in either folder, and no notification.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { type Bundle, bundleWorker } from '../../electron/core/testing/bundle-worker.ts';
import { EmbeddedServers } from '../../electron/core/testing/worker-client.ts';
import { AccountSession } from '../../electron/main/accounts/account-session.ts';
import { openAccounts } from '../../electron/main/accounts/accounts.ts';
import { MediaTokens } from '../../electron/main/files/media-tokens.ts';
import type { ChannelRef, MessageView } from '../../shared/domain.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { Peer } from '../fixtures/people/peer.ts';
import { createWorld, PASSWORD, type Person, type World } from '../fixtures/people/world.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const ROUNDS = 6;
const A_ROUND = 8;

let dir: string;
let bundle: Bundle;
let servers: EmbeddedServers;
let world: World;
let carol: Peer;
let session: AccountSession;
const problems: string[] = [];
/** Of each account: keys of messages that a notification shows now. */
const shown = new Map<string, Set<string>>();

beforeAll(async () => {
  dir = tempFolder('wk-two-accounts-');
  [bundle, servers] = await Promise.all([bundleWorker(), EmbeddedServers.start(join(dir, 'server'))]);
  world = await createWorld(servers.api);
  carol = await Peer.signIn(servers.api, world.carol.username, PASSWORD);
  await carol.connect();
});
afterAll(async () => {
  carol?.close();
  await session?.close();
  await servers?.stop();
  bundle?.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Numbers that are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function keysOf(account: string): Set<string> {
  const keys = shown.get(account) ?? new Set();
  shown.set(account, keys);
  return keys;
}

function openSession(): { session: AccountSession; add: (person: Person) => Promise<string> } {
  const vault = {
    protection: async () => 'none' as const,
    store: () => '',
    seal: async () => null,
    unseal: async () => null,
  };
  const accounts = openAccounts(dir, vault, (message) => void problems.push(message));
  const opened: AccountSession = new AccountSession({
    accounts,
    workerScript: bundle.file,
    deviceId: 'one-computer',
    profileDir: dir,
    followed: () => ({ offerReedit: true }),
    endSession: async () => 'none',
    mediaTokens: new MediaTokens(join(dir, 'accounts')),
    onDeltas: () => false,
    onNotify: (account, { messageKey }) => void keysOf(account).add(messageKey),
    onRenotify: () => undefined,
    onRemind: () => undefined,
    onAway: (account, chats) => {
      for (const { candidates } of chats) for (const each of candidates) keysOf(account).add(each.messageKey);
    },
    onWithdraw: (account, _channel, keys) => {
      for (const key of keys) keysOf(account).delete(key);
    },
    onUnread: () => undefined,
    onRail: () => undefined,
    onSwitched: () => undefined,
    onClosed: () => undefined,
    onChanged: () => undefined,
    onErased: async () => undefined,
    onRestarted: () => problems.push('a worker was started again'),
    log: (level, scope, message) => level === 'error' && problems.push(`${scope}: ${message}`),
  });
  return {
    session: opened,
    async add({ username, uid, name }) {
      const { token } = await Peer.signIn(world.api, username, PASSWORD);
      const { id } = await accounts.remember({ server: world.api, uid, username, name, token }, true);
      await opened.open(id);
      await vi.waitFor(
        () => expect(opened.rail().find((each) => each.id === id)?.state).toBe('online'),
        30_000,
      );
      return id;
    },
  };
}

const ask = async <T>(channel: string, args: unknown, account: string): Promise<T> => {
  const answer = await session.request(channel as 'core.bootstrap', args, account);
  if (!answer.ok) throw new Error(`${channel}: ${answer.code} ${answer.message}`);
  return answer.value as T;
};
const page = (channel: ChannelRef, account: string): Promise<{ messages: MessageView[] }> =>
  ask('messages.page', { channel, anchor: { at: 'latest' }, limit: 200 }, account);

it('recalls are right in both, whichever is on the screen', async () => {
  const opened = openSession();
  session = opened.session;
  const alice = await opened.add(world.alice);
  const bob = await opened.add(world.bob);
  const group = { channelId: world.group.channelId, channelType: world.group.channelType };
  const withCarol = { channelId: world.carol.uid, channelType: 1 };
  const places = [
    { to: group, seenBy: [alice, bob], channel: group },
    { to: { channelId: world.alice.uid, channelType: 1 }, seenBy: [alice], channel: withCarol },
    { to: { channelId: world.bob.uid, channelType: 1 }, seenBy: [bob], channel: withCarol },
  ];
  const next = numbers(20_261_129);
  const said: { text: string; id: string; seenBy: string[]; channel: ChannelRef; recalled: boolean }[] = [];
  const recall = async (entry: (typeof said)[number], to: ChannelRef): Promise<void> => {
    entry.recalled = true;
    await carol.call(
      'POST',
      `message/revoke?message_id=${entry.id}&channel_id=${to.channelId}&channel_type=${to.channelType}`,
    );
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await session.open(round % 2 === 0 ? alice : bob);
    await ask('core.bootstrap', undefined, round % 2 === 0 ? alice : bob);
    const late: (() => Promise<void>)[] = [];
    for (let n = 0; n < A_ROUND; n += 1) {
      const place = places[next(places.length)] ?? places[0]!;
      const text = `Two${round}x${n}Accounts${next(1_000_000)}`;
      const { messageId } = await carol.sendText(place.to.channelId, place.to.channelType, text);
      const { seenBy, channel } = place;
      const entry = { text, id: messageId, seenBy, channel, recalled: false };
      said.push(entry);
      const fate = next(4);
      if (fate === 0) await recall(entry, place.to);
      if (fate === 1) late.push(() => recall(entry, place.to));
    }
    // Both are connected anew while recalls are on their way.
    if (round % 3 === 1) session.waysChanged();
    for (const each of late) await each();
  }
  const gone = said.filter(({ recalled }) => recalled);
  expect(gone.length).toBeGreaterThan(5);

  for (const { text, id, seenBy, channel, recalled } of said)
    for (const account of seenBy)
      await vi.waitFor(
        async () => {
          const found = (await page(channel, account)).messages.find(({ messageId }) => messageId === id);
          expect({ text, content: found?.content }).toMatchObject({
            text,
            content: recalled ? { kind: 'recalled' } : { kind: 'text', text },
          });
        },
        { timeout: 30_000, interval: 250 },
      );
  // Each had its own copy of what was said in the group, and each erased it from its own disk.
  await vi.waitFor(
    () =>
      expect(
        scanForResidue(
          [join(dir, 'accounts')],
          gone.map(({ text }) => text),
        ),
      ).toEqual([]),
    { timeout: 30_000, interval: 500 },
  );
  const kept = said.find(({ recalled, seenBy }) => !recalled && seenBy.length === 2);
  expect(scanForResidue([join(dir, 'accounts')], [kept?.text ?? '']).length).toBeGreaterThanOrEqual(2);
  for (const [account, keys] of shown)
    for (const { id, recalled, channel } of said) {
      if (!recalled) continue;
      const row = (await page(channel, account)).messages.find(({ messageId }) => messageId === id);
      expect(row === undefined ? false : keys.has(row.key)).toBe(false);
    }
  expect(problems).toEqual([]);
});
