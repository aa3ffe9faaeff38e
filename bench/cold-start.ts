/**
 * Cold start to interactive with 10,000 and 1,000,000 cached messages, without network: (1) the account worker, from
 * its start to the answers of `core.bootstrap` and of the newest page of a conversation; (2) the app, from starting the
 * process to the conversation list and a conversation opened by a click. "Cold" means a new process; the files are in
 * the system's cache.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchApp } from '../e2e/fixtures/app/launch-app.ts';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { buildIfNeeded } from '../scripts/build.ts';
import { chooseRuntime } from '../scripts/runtime.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import { CHANNELS, channelAt, fillCache } from './support/filled-cache.ts';
import { signedInProfile } from './support/signed-in-profile.ts';
import { alternating, type BenchmarkOptions, ratioRow, type Row } from './support/report.ts';

const SMALL = 10_000;
const GOAL = '<= 1.1';
const NOWHERE = 'http://127.0.0.1:9';

export async function benchmark({ quick, messages }: BenchmarkOptions): Promise<Row[]> {
  const rounds = quick ? 1 : 5;
  const large = quick ? 2 * SMALL : messages;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  try {
    const profiles = { small: join(dir, 'small'), large: join(dir, 'large') };
    const accounts = await signUp(profiles, join(dir, 'servers'));
    fillCache(accounts.small, SMALL);
    fillCache(accounts.large, large);
    const named = (what: string): string => `${what} with ${large} messages in the cache`;
    const core = await workers(accounts, rounds);
    const app = await apps(profiles, rounds);
    return [
      ratioRow(named('account worker to list and page'), core[1], 'ms', core[0], GOAL),
      ratioRow(named('app to an opened conversation'), app[1], 'ms', app[0], GOAL),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Signs in once in each profile; answers the folders of the accounts. */
async function signUp(
  profiles: Record<'small' | 'large', string>,
  dataDir: string,
): Promise<Record<'small' | 'large', string>> {
  const servers = await startTestServers({ dataDir, seed: null });
  await buildIfNeeded(() => undefined);
  const runtime = await chooseRuntime(() => undefined);
  try {
    return {
      small: await signedInProfile(runtime, profiles.small, servers.api, 'bench-cold-1-small'),
      large: await signedInProfile(runtime, profiles.large, servers.api, 'bench-cold-1-large'),
    };
  } finally {
    await servers.dispose();
  }
}

async function workers(
  folders: Record<'small' | 'large', string>,
  rounds: number,
): Promise<[number, number]> {
  const worker = await bundleWorker();
  const start = async (accountDir: string): Promise<number> => {
    const startedAt = performance.now();
    const account = AccountClient.open(
      { file: worker.file, server: NOWHERE, username: 'u', password: '', accountDir },
      'token',
      'bench-me',
    );
    const { conversations } = await account.value('core.bootstrap', undefined);
    const page = await account.value('messages.page', {
      channel: channelAt(0),
      anchor: { at: 'latest' },
      limit: 50,
    });
    const ms = performance.now() - startedAt;
    if (conversations.length !== CHANNELS || page.messages.length !== 50)
      throw new Error('the cache is not what it should be');
    await account.stop();
    return ms;
  };
  try {
    await start(folders.small);
    return await alternating(
      rounds,
      () => start(folders.small),
      () => start(folders.large),
    );
  } finally {
    worker.remove();
  }
}

async function apps(profiles: Record<'small' | 'large', string>, rounds: number): Promise<[number, number]> {
  const runtime = await chooseRuntime(() => undefined);
  const start = async (userDataDir: string): Promise<number> => {
    const startedAt = performance.now();
    const app = await launchApp(runtime, { userDataDir, lang: 'zh' });
    try {
      const page = await app.firstWindow();
      await page.getByRole('listbox', { name: '会话', exact: true }).getByRole('option').first().click();
      await page.getByRole('log').getByRole('article').first().waitFor();
      return performance.now() - startedAt;
    } finally {
      await app.close();
    }
  };
  return alternating(
    Math.min(rounds, 3),
    () => start(profiles.small),
    () => start(profiles.large),
  );
}
