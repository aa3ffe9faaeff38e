/** Without the programs of a deployment `npm run e2e -- --cluster` says which is missing, and nothing is started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const E2E = fileURLToPath(new URL('../../scripts/e2e.ts', import.meta.url));

test.each([
  [{}, '(WUKONG_CLUSTER_IM)'],
  [{ WUKONG_CLUSTER_IM: '/nowhere/wukongim' }, '(WUKONG_CLUSTER_TSDD)'],
])('with %o alone the specs on a cluster are skipped by name', async (given, named) => {
  const env = { ...process.env, WUKONG_CLUSTER_IM: '', WUKONG_CLUSTER_TSDD: '', ...given };
  const child = spawn(process.execPath, [E2E, '--cluster'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  expect(await text(child.stdout)).toBe(`skipped: the specs of e2e/interop on a cluster ${named}\n`);
  expect(await ended).toEqual([0, null]);
});
