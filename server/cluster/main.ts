/**
 * A deployment as processes of this computer (deployment.ts), until its stdin ends: what `npm run e2e -- --cluster`
 * runs the specs of e2e/interop against. Prints one JSON line when it is ready, or `missing`: which program is.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { reasonOf } from '../../shared/errors.ts';
import { startDeployment } from './deployment.ts';
import { PROGRAMS, programsMissing } from './programs.ts';
import { TSDD_SECRETS } from './tsdd.ts';

const say = (line: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

if (programsMissing !== '') say({ missing: programsMissing });
else {
  // No capitals in the path (wukongim-plugin.md).
  const dir = join(tmpdir(), `wk-deployment-${process.pid}-${Date.now()}`);
  // Listened to from the start: who started this may be gone before it is ready.
  const left = once(process.stdin.resume(), 'end');
  try {
    const deployment = await startDeployment(PROGRAMS, dir, { window: 'tsdd' });
    const [{ url }] = deployment.guards;
    say({ ready: true, url, imApi: deployment.nodes[0]?.api ?? '', ...TSDD_SECRETS });
    await left;
    await deployment.close();
  } catch (error) {
    process.stderr.write(`could not start: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
  rmSync(dir, { recursive: true, force: true });
  process.stdin.destroy();
}
