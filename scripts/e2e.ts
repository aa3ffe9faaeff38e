/**
 * `npm run e2e -- [playwright arguments]`: the specs alone, on the built app. With `--server URL` the specs of
 * e2e/interop run against that server instead, with `--cluster` against a deployment of real programs that is started
 * for them (server/cluster/main.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packageScript } from './packages.ts';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

const args = process.argv.slice(2);

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** Takes `--server URL` out of the arguments; null: it is not among them. */
function serverOption(): string | null {
  const at = args.indexOf('--server');
  if (at === -1) return null;
  const [, server] = args.splice(at, 2);
  return server?.replace(/\/+$/, '') ?? fail('--server needs the address of a business server');
}

/** What server/cluster/main.ts says. */
type Cluster =
  | { missing: string }
  | { missing?: undefined; url: string; imApi: string; adminPassword: string; smsCode: string };

/** It ends when its stdin does: also when this process is killed. */
async function startCluster(): Promise<{ child: ChildProcess; said: Cluster }> {
  const main = join(ROOT, 'server/cluster/main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { child, said: JSON.parse(line) as Cluster };
  return fail('the cluster did not start');
}

async function specs(config: string, variables: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [packageScript('playwright'), 'test', '--config', config, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

const server = serverOption();
const ofCluster = args.indexOf('--cluster');
const INTEROP = 'e2e/interop/playwright.config.ts';
if (ofCluster !== -1) {
  args.splice(ofCluster, 1);
  const { child, said } = await startCluster();
  if (said.missing === undefined) {
    process.exitCode = await specs(INTEROP, {
      WUKONG_INTEROP_SERVER: said.url,
      WUKONG_INTEROP_IM_API: said.imApi,
      WUKONG_INTEROP_ADMIN: said.adminPassword,
      WUKONG_INTEROP_SMS_CODE: said.smsCode,
    });
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  } else process.stdout.write(`skipped: the specs of e2e/interop on a cluster ${said.missing}\n`);
} else if (server !== null) process.exitCode = await specs(INTEROP, { WUKONG_INTEROP_SERVER: server });
else process.exitCode = await specs('e2e/playwright.config.ts', {});
