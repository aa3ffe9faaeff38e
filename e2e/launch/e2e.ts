/** `npm run e2e -- [playwright arguments]`: the specs alone, on the built app. */
import { spawn } from 'node:child_process';
import { packageScript } from './packages.ts';
import { ROOT } from './paths.ts';

const child = spawn(
  process.execPath,
  [packageScript('playwright'), 'test', '--config', 'e2e/playwright.config.ts', ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit' },
);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
