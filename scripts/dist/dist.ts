/**
 * `npm run dist -- [--linux] [--win] [--mac] [--dir] [--arch x64|arm64|universal] [--target NAME]`: packages of the app
 * in `dist/`. Without a system: this computer's. `--dir`: only the unpacked folders. WUKONG_DIST=fake packs the fake
 * runtime with shims (docs/packaging.md); WUKONG_ELECTRON_DIST names a folder with Electron's archives.
 */
import { reasonOf } from '../../shared/errors.ts';
import { buildIfNeeded } from '../build.ts';
import { makePackages } from './make-packages.ts';
import { parseDistOptions } from './dist-options.ts';
import { asksForHelp, USAGE } from './usage.ts';

const say = (line: string): void => console.log(line);

// What one person packs others read, whatever that person's umask is; the programs that pack inherit it.
process.umask(0o022);

const argv = process.argv.slice(2);
if (asksForHelp(argv)) {
  say(USAGE.dist);
  process.exit(0);
}

try {
  const options = parseDistOptions(argv, process.platform);
  await buildIfNeeded(say);
  for (const path of await makePackages(options, say)) say(`  ${path}`);
} catch (error) {
  console.error(reasonOf(error));
  // Not exitCode: what electron-builder tidies up with ends the process with 0 (async-exit-hook).
  process.exit(1);
}
