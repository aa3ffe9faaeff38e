/**
 * The app as it is installed, packed with the fake runtime (docs/packaging.md): its size; its start to the list of
 * chats and to an opened chat with 10,000 messages cached and no network, cold and warm; its memory then, and that of
 * the worker of each further account. Cold: the files of package and profile are not in the system's cache, and nothing
 * compiled is kept. `WUKONG_BENCH_BASE` names the unpacked folder of another version: warm starts are paired with it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { buildIfNeeded } from '../scripts/build.ts';
import { ensureChromium } from '../scripts/chromium.ts';
import { makePackages } from '../scripts/dist/make-packages.ts';
import { unpackedFolder } from '../scripts/dist/targets.ts';
import { OUT } from '../scripts/paths.ts';
import { AccountClient } from './support/account-client.ts';
import { fillCache } from './support/filled-cache.ts';
import { residentMiB } from './support/processes.ts';
import { type BenchmarkOptions, median, ratioRow, type Row, valueRow } from './support/report.ts';
import { signedInProfile } from './support/signed-in-profile.ts';
import { type TimedStart, timedStart } from './support/timed-start.ts';

const MESSAGES = 10_000;
const FURTHER_ACCOUNTS = 3;
const SETTLE_MS = 2_000;
const PROGRAM = 'wukong-desktop';
const MIB = 1024 * 1024;
const NOWHERE = 'http://127.0.0.1:9';

export async function* benchmark({ quick }: BenchmarkOptions): AsyncGenerator<Row[]> {
  if (process.platform !== 'linux') throw new Error('starts a package for Linux and reads /proc');
  const work = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  try {
    const folder = await packed(work);
    yield sizes(folder);
    const profile = join(work, 'profile');
    const account = await signedIn(join(folder, PROGRAM), profile, work);
    fillCache(account, MESSAGES);
    yield await starts(folder, profile, quick ? 1 : 5);
    const base = process.env['WUKONG_BENCH_BASE'];
    if (base) yield await againstBase(folder, base, profile, quick ? 1 : 10);
    yield await memory(join(folder, PROGRAM), profile);
    yield await furtherAccounts(work, account);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function packed(work: string): Promise<string> {
  const before = process.env['WUKONG_DIST'];
  process.env['WUKONG_DIST'] = 'fake';
  try {
    await ensureChromium(() => undefined);
    await buildIfNeeded(() => undefined);
    const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
    const output = join(work, 'dist');
    const what = { systems: ['linux'], targets: [], archs: [arch], dirOnly: true, output } as const;
    await makePackages(what, () => undefined);
    return join(output, unpackedFolder('linux', arch));
  } finally {
    if (before === undefined) delete process.env['WUKONG_DIST'];
    else process.env['WUKONG_DIST'] = before;
  }
}

function sizes(folder: string): Row[] {
  const resources = join(folder, 'resources');
  const page = join(OUT, 'renderer/assets');
  // The files that index.html names.
  const first = /^(?:index|shared|rolldown-runtime)-.*\.js$/;
  return [
    valueRow('installed, without the runtime', bytesOf(resources) / MIB, 'MiB'),
    valueRow('of it app.asar', bytesOf(join(resources, 'app.asar')) / MIB, 'MiB', '<= 8'),
    ratioRow(
      'code of the page that the list waits for, against all of it',
      bytesOf(page, first) / 1024,
      'KiB',
      bytesOf(page, /\.js$/) / 1024,
      null,
    ),
  ];
}

async function signedIn(executable: string, profile: string, work: string): Promise<string> {
  const servers = await startTestServers({ dataDir: join(work, 'servers'), seed: null });
  try {
    return await signedInProfile({ kind: 'installed', executable }, profile, servers.api, 'bench-packed-1');
  } finally {
    await servers.dispose();
  }
}

/** Cold and warm ones in turn, each after the other kind as often. */
async function starts(folder: string, profile: string, rounds: number): Promise<Row[]> {
  const program = join(folder, PROGRAM);
  const cold: TimedStart[] = [];
  const warm: TimedStart[] = [];
  await timedStart(program, profile);
  for (let round = 0; round < rounds; round += 1) {
    rmSync(join(profile, 'code-cache'), { recursive: true, force: true });
    for (const place of [folder, profile]) leaveSystemCache(place);
    cold.push(await timedStart(program, profile));
    warm.push(await timedStart(program, profile));
  }
  const row = (what: string, unit: string, of: (start: TimedStart) => number): Row =>
    ratioRow(`start, cold against warm: ${what}`, median(cold.map(of)), unit, median(warm.map(of)), null);
  return [
    row('to the list', 'ms', ({ listMs }) => listMs),
    row('to an opened chat', 'ms', ({ openedMs }) => openedMs),
    row('processor time until then', 's', ({ cpuSeconds }) => cpuSeconds),
  ];
}

/** The median of the ratios of the pairs, so that a machine that becomes slower hits both of each. */
async function againstBase(folder: string, base: string, profile: string, rounds: number): Promise<Row[]> {
  const theirs = `${profile}-base`;
  cpSync(profile, theirs, { recursive: true });
  const pairs: (readonly [TimedStart, TimedStart])[] = [];
  const ours = (): Promise<TimedStart> => timedStart(join(folder, PROGRAM), profile);
  const other = (): Promise<TimedStart> => timedStart(join(base, PROGRAM), theirs);
  await ours();
  await other();
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) pairs.push([await ours(), await other()]);
    else {
      const second = await other();
      pairs.push([await ours(), second]);
    }
  }
  // Used: in turn as well, apart from the starts.
  const used: (readonly [TimedStart, TimedStart])[] = [];
  for (let round = 0; round < rounds / 2; round += 1)
    used.push([
      await timedStart(join(folder, PROGRAM), profile, { inUse: true }),
      await timedStart(join(base, PROGRAM), theirs, { inUse: true }),
    ]);
  const row = (
    what: string,
    unit: string,
    goal: string | null,
    of: (start: TimedStart) => number,
    from = pairs,
  ): Row => {
    const baseline = median(from.map((pair) => of(pair[1])));
    const ratios = from.map(([mine, its]) => of(mine) / of(its));
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    return ratioRow(`warm start, ${what} (${spread})`, median(ratios) * baseline, unit, baseline, goal);
  };
  return [
    row('to the list', 'ms', '<= 0.8', ({ listMs }) => listMs),
    row('to an opened chat', 'ms', '<= 1.05', ({ openedMs }) => openedMs),
    row('processor time until then', 's', null, ({ cpuSeconds }) => cpuSeconds),
    row('then a frame of scrolling, work of the page', 'ms', '<= 1.05', ({ scrollMs }) => scrollMs, used),
    row('then a letter in the composer, work of the page', 'ms', '<= 1.05', ({ keyMs }) => keyMs, used),
  ];
}

async function memory(program: string, profile: string): Promise<Row[]> {
  const { mainMiB, allMiB, heapMiB } = await timedStart(program, profile, { settleMs: SETTLE_MS });
  return [
    valueRow(`main process with account worker, ${MESSAGES} cached`, mainMiB, 'MiB'),
    valueRow('heap of the page', heapMiB, 'MiB'),
    ratioRow('all processes with the browser, against main process', allMiB, 'MiB', mainMiB, null),
  ];
}

/** Workers on copies of the account, in this process: what each adds to its memory. */
async function furtherAccounts(work: string, account: string): Promise<Row[]> {
  const worker = await bundleWorker();
  const open: AccountClient[] = [];
  const sizeAfter: number[] = [residentMiB(process.pid)];
  try {
    for (let n = 0; n <= FURTHER_ACCOUNTS; n += 1) {
      const accountDir = join(work, `account-${n}`);
      cpSync(account, accountDir, { recursive: true });
      const options = { file: worker.file, server: NOWHERE, username: 'u', password: '', accountDir };
      const client = AccountClient.open(options, 'token', 'bench-me');
      open.push(client);
      await client.value('core.bootstrap', undefined);
      await new Promise((again) => setTimeout(again, SETTLE_MS));
      sizeAfter.push(residentMiB(process.pid));
    }
  } finally {
    await Promise.all(open.map((client) => client.stop()));
    worker.remove();
  }
  const added = sizeAfter.slice(1).map((size, n) => size - (sizeAfter[n] ?? 0));
  const [first = 0, ...further] = added;
  return [
    ratioRow('worker of a further account, against the first one', median(further), 'MiB', first, null),
  ];
}

/** Bytes of a file, or of the files below a folder whose names fit. */
function bytesOf(path: string, named: RegExp = /./): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return filesIn(path)
    .filter((file) => named.test(file.split('/').at(-1) ?? ''))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** GNU dd asks the system to forget what it has of a file. */
function leaveSystemCache(folder: string): void {
  for (const file of filesIn(folder))
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
}
