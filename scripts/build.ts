/** Builds `out/` when a source is newer than the last build. */
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageScript } from './packages.ts';
import { CACHE, OUT, ROOT } from './paths.ts';
import { run, withLock } from './run.ts';

const SOURCES = [
  'electron',
  'renderer',
  'shared',
  'electron.vite.config.ts',
  'scripts/ipc-names.ts',
  'scripts/data-as-json.ts',
  'scripts/late-schemas.ts',
  'scripts/lean-emoji-font.ts',
  'scripts/plain-builtins.ts',
  'scripts/pure-schemas.ts',
  'scripts/worker-build.ts',
  'scripts/release-define.ts',
  'scripts/no-asm.ts',
  'package-lock.json',
  'package.json',
];
const STAMP = join(OUT, '.built');

/** Throws with the build's output when it fails. */
export async function buildIfNeeded(say: (line: string) => void): Promise<void> {
  await withLock(join(CACHE, 'build.lock'), async () => {
    if (modified(STAMP) >= Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return;
    say('Building the app…');
    // Sources that change while the build runs are newer than the stamp: the next start builds again.
    const startedAt = new Date();
    await buildInto(OUT);
    mkdirSync(OUT, { recursive: true });
    writeFileSync(STAMP, '');
    utimesSync(STAMP, startedAt, startedAt);
  });
}

/** The whole of what a package is made from. Throws with the build's output when it fails. */
export async function buildInto(out: string): Promise<void> {
  const env = { ...process.env, WUKONG_BUILD_OUT: out };
  const built = await run(process.execPath, [packageScript('electron-vite'), 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    env,
    timeoutMs: 300_000,
  });
  if (built.code !== 0) throw new Error(`The build failed:\n${built.output.trim()}`);
  const notices = join(ROOT, 'scripts/dist/notices/write-notices.ts');
  const written = await run(process.execPath, [notices], { cwd: ROOT, env, timeoutMs: 60_000 });
  if (written.code !== 0) throw new Error(`The notices were not written:\n${written.output.trim()}`);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Latest modification below `path`; tests are no part of the app. */
function newest(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
