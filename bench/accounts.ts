/**
 * What each further account that is signed in adds to the resident memory of the app: connected, in sync, with the same
 * messages cached as the first, not on the screen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { Peer } from '../e2e/fixtures/people/peer.ts';
import { createWorld, PASSWORD, type World } from '../e2e/fixtures/people/world.ts';
import { residentMiB } from './support/processes.ts';
import { type BenchmarkOptions, type Row, valueRow } from './support/report.ts';
import { sendMany, until } from './support/senders.ts';
import { openAgain, openWindow, type Window } from './support/window.ts';

const MESSAGES = 2_000;
const SETTLE_MS = 4_000;

interface OnRail {
  id: string;
  unread: number;
  state: string;
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  if (process.platform !== 'linux') throw new Error('reads /proc: Linux only');
  const messages = quick ? 50 : MESSAGES;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startTestServers({ dataDir: join(dir, 'servers'), seed: null });
  try {
    // Who shares a server and a group with whom does not matter; four people that are not writing are needed.
    const worlds = [await createWorld(servers.api), await createWorld(servers.api, '2')];
    for (const world of worlds) await fillGroup(world, messages);
    const [first, ...further] = worlds.flatMap(({ alice, bob }) => [alice, bob]);
    const window = await openWindow({
      userDataDir: join(dir, 'profile'),
      server: servers.api,
      username: first?.username ?? '',
      password: PASSWORD,
    });
    try {
      const mainPid = window.app.process().pid ?? 0;
      await allOnline(window, 1);
      const alone = residentMiB(mainPid);
      for (const { username } of further) {
        const known = (await railOf(window)).length;
        // The page that asks is replaced by that of the new account before it is answered.
        await window
          .invoke('signIn.login', { server: servers.api, username, password: PASSWORD, keepSignedIn: true })
          .catch(() => undefined);
        await allOnline(window, known + 1);
      }
      const [back] = await railOf(window);
      await window
        .invoke('accounts.switch', { id: back?.id, place: null, target: null })
        .catch(() => undefined);
      await allOnline(window, further.length + 1);
      const signedIn = residentMiB(mainPid);
      await window.app.close();
      const again = await openAgain(window.app.userDataDir);
      try {
        await allOnline(again, further.length + 1);
        const started = residentMiB(again.app.process().pid ?? 0);
        const each = (all: number): number => (all - alone) / further.length;
        return [
          valueRow('app, main process with the worker of one account', alone, 'MiB'),
          valueRow(
            `each of ${further.length} further accounts, just signed in to`,
            each(signedIn),
            'MiB',
            '<= 40',
          ),
          valueRow('the same after the next start of the app', each(started), 'MiB', '<= 40'),
        ];
      } finally {
        await again.app.close();
      }
    } finally {
      await window.app.close();
    }
  } finally {
    await servers.dispose();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fillGroup({ api, carol, group }: World, messages: number): Promise<void> {
  const sender = await Peer.signIn(api, carol.username, PASSWORD);
  await sender.connect();
  await sendMany(sender, group, messages, (n) => `联调通过，今晚 20:00 灰度 5%，有问题群里说。 ${n}`);
  sender.close();
}

/** [] while the page is being replaced. */
const railOf = async (window: Pick<Window, 'invoke'>): Promise<OnRail[]> => {
  const state = await window.invoke<{ accounts: OnRail[] }>('shell.state', undefined).catch(() => null);
  return state?.accounts ?? [];
};

/** All are connected and have seen what was sent; then the memory has come to rest. */
async function allOnline(window: Pick<Window, 'invoke'>, accounts: number): Promise<void> {
  let rail: OnRail[] = [];
  const isThere = (): boolean =>
    rail.length === accounts && rail.every(({ state, unread }) => state === 'online' && unread > 0);
  for (let left = 240; left > 0 && !isThere(); left -= 1) {
    await delay(250);
    rail = await railOf(window);
  }
  await until('every account is online', isThere);
  await delay(SETTLE_MS);
}
