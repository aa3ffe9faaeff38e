/** Which runtime shows the app: Electron's own when it is there or can be downloaded, else the stand-in. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureChromium } from './chromium.ts';
import { CACHE, hasDisplay, MAIN_SCRIPT, ROOT } from './paths.ts';

export type Runtime =
  | { kind: 'electron'; executable: string }
  | { kind: 'standin' }
  /** A package that holds the stand-in as its runtime (scripts/dist/fake). */
  | { kind: 'installed'; executable: string };

const ELECTRON = join(ROOT, 'node_modules/electron');
const FAILED = join(CACHE, 'electron-download-failed');
const A_DAY_MS = 24 * 60 * 60 * 1000;
/** The download is ended when no byte has come for this long. */
const STALLED_MS = 20_000;
const LONGEST_DOWNLOAD_MS = 5 * 60_000;

/** The program of an installed package, if the specs are to run on that (`WUKONG_APP`). */
export function installedApp(): string | null {
  return process.env['WUKONG_APP'] || null;
}

/**
 * `WUKONG_APP` or `WUKONG_RUNTIME=electron|standin` decides without looking. Says in one line which it is; throws one
 * sentence when neither can be had.
 */
export async function chooseRuntime(say: (line: string) => void): Promise<Runtime> {
  const installed = installedApp();
  if (installed !== null) {
    say(`Runtime: the installed package, ${installed}`);
    return { kind: 'installed', executable: installed };
  }
  const wanted = process.env['WUKONG_RUNTIME'];
  if (wanted === 'standin') return standin(say, 'asked for by WUKONG_RUNTIME');
  if (wanted !== 'electron' && !hasDisplay()) return standin(say, 'there is no display');
  const executable = electronExecutable() ?? (await download(say, wanted === 'electron'));
  if (executable !== null) {
    say(`Runtime: Electron ${electronVersion()}`);
    return { kind: 'electron', executable };
  }
  if (wanted === 'electron') throw new Error('Electron could not be downloaded (WUKONG_RUNTIME=electron).');
  return standin(say, "Electron's runtime is not here and could not be downloaded");
}

async function standin(say: (line: string) => void, why: string): Promise<Runtime> {
  await ensureChromium(say);
  say(`Runtime: the Electron stand-in on the system's Chromium (${why})`);
  return { kind: 'standin' };
}

/** Program and arguments that start the built app. */
export function appCommand(runtime: Runtime, args: readonly string[]): { command: string; args: string[] } {
  if (runtime.kind === 'electron') {
    const sandbox = canHaveSandbox() ? [] : ['--no-sandbox'];
    return { command: runtime.executable, args: [ROOT, ...sandbox, ...args] };
  }
  if (runtime.kind === 'installed') return { command: runtime.executable, args: [...args] };
  const register = new URL('../e2e/standin/register.ts', import.meta.url).href;
  return {
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', '--import', register, MAIN_SCRIPT, ...args],
  };
}

/**
 * Chromium's sandbox refuses root. On Linux it is made of user namespaces (many containers, and Ubuntu from 23.10 on,
 * give none to a program without a profile), or by a helper that belongs to root, which a package from npm has not.
 */
function canHaveSandbox(): boolean {
  if (process.getuid?.() === 0) return false;
  if (process.platform !== 'linux') return true;
  // (Where there is no such program, Chromium itself shall say what it has.)
  const { error, status } = spawnSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'ignore' });
  return error !== undefined || status === 0;
}

function electronVersion(): string {
  return (JSON.parse(readFileSync(join(ELECTRON, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The installed runtime of exactly the pinned version, or null. */
function electronExecutable(): string | null {
  try {
    const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ELECTRON, 'dist');
    if (readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') !== electronVersion())
      return null;
    const executable = join(folder, readFileSync(join(ELECTRON, 'path.txt'), 'utf8').trim());
    return existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}

/** One try; a failure is remembered for a day (`force` asks again). */
async function download(say: (line: string) => void, force: boolean): Promise<string | null> {
  if (process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] || process.env['WUKONG_NO_DOWNLOAD']) return null;
  if (!force && Date.now() - (statSync(FAILED, { throwIfNoEntry: false })?.mtimeMs ?? 0) < A_DAY_MS)
    return null;
  say(`Downloading Electron ${electronVersion()} (once)…`);
  const problem = await runDownloader(say);
  if (problem === null) {
    rmSync(FAILED, { force: true });
    return electronExecutable();
  }
  say(`Not downloaded: ${problem}. Not tried again for a day (WUKONG_RUNTIME=electron tries now).`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(FAILED, `${problem}\n`);
  return null;
}

/** null = installed, else the reason. A process of its own, so that it can be ended at any time. */
function runDownloader(say: (line: string) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'electron-download.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    let stopped: string | null = null;
    const stop = (why: string): void => {
      stopped = why;
      child.kill('SIGKILL');
    };
    let stalled = setTimeout(() => stop('no answer'), STALLED_MS);
    const limit = setTimeout(() => stop('too slow'), LONGEST_DOWNLOAD_MS);
    let shown = -1;
    child.stdout.on('data', (data: Buffer) => {
      clearTimeout(stalled);
      stalled = setTimeout(() => stop('it stalled'), STALLED_MS);
      const percent = Number(data.toString('utf8').trim().split('\n').at(-1));
      if (Number.isFinite(percent) && percent >= shown + 20) {
        shown = percent;
        say(`  ${percent} %`);
      }
    });
    child.stderr.on('data', (data: Buffer) => {
      errors = (errors + data.toString('utf8')).slice(-2_000);
    });
    child.once('close', (code) => {
      clearTimeout(stalled);
      clearTimeout(limit);
      if (code === 0) resolve(null);
      else resolve(stopped ?? (errors.trim().split('\n')[0] || `the downloader ended with ${String(code)}`));
    });
  });
}

/** For electron-download.ts: what the `electron` package itself uses to download and unpack. */
export function electronRequire(): NodeJS.Require {
  return createRequire(join(ELECTRON, 'install.js'));
}
