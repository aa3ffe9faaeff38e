/**
 * `node join-halves.ts X64.app ARM64.app OUT.app`: what electron-builder does with the halves of a universal app, on a
 * system that is not macOS. `lipo` in the path is a script of the tests.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../paths.ts';

interface Universal {
  makeUniversalApp: (options: Record<string, unknown>) => Promise<void>;
}

const [x64AppPath, arm64AppPath, outAppPath, x64ArchFiles] = process.argv.slice(2);
Object.defineProperty(process, 'platform', { value: 'darwin' });
const load = createRequire(join(ROOT, 'node_modules/app-builder-lib/package.json'));
const { makeUniversalApp } = load('@electron/universal') as Universal;
await makeUniversalApp({ x64AppPath, arm64AppPath, outAppPath, x64ArchFiles, mergeASARs: false });
