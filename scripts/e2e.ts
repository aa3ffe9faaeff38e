/**
 * `npm run e2e -- [playwright arguments]`: the specs alone, on the built app. With `--server URL` the specs of
 * e2e/interop run against that server instead.
 */
import { spawn } from 'node:child_process';
import { packageScript } from './packages.ts';
import { ROOT } from './paths.ts';

const args = process.argv.slice(2);
const at = args.indexOf('--server');
const server = at === -1 ? null : args[at + 1];
if (server === undefined) {
  process.stderr.write('--server needs the address of a business server\n');
  process.exit(2);
}
if (at !== -1) args.splice(at, 2);
const config = server === null ? 'e2e/playwright.config.ts' : 'e2e/interop/playwright.config.ts';

const child = spawn(process.execPath, [packageScript('playwright'), 'test', '--config', config, ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ...(server === null ? {} : { WUKONG_INTEROP_SERVER: server.replace(/\/+$/, '') }) },
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
