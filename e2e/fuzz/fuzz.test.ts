/**
 * The fuzz targets with a fixed seed and few cases; `npm run fuzz` runs the same with many and a new seed (run.ts
 * passes both in the environment). The sum of the shares is the number of parts the cases are divided into.
 */
import { afterAll, expect, test, vi } from 'vitest';
import { answerTargets } from './http-answers.ts';
import { ipcTargets } from './ipc.ts';
import { liveTargets } from './live.ts';
import { packetTargets } from './packets.ts';
import { payloadTargets } from './payloads.ts';
import { scanTargets } from './scan-answers.ts';
import { serverTargets } from './server-requests.ts';
import { slowTargets } from './slow-payloads.ts';
import { updateTargets } from './update-manifests.ts';
import type { Target } from './target.ts';

vi.mock('electron', () => ({
  app: {},
  ipcMain: { handle: () => undefined },
  shell: { openExternal: () => Promise.resolve() },
}));

const CI_CASES = 4_000;
const CI_SEED = 20_261_123;
const cases = Number(process.env['WUKONG_FUZZ_CASES'] ?? CI_CASES);
const seed = Number(process.env['WUKONG_FUZZ_SEED'] ?? CI_SEED);

const targets: readonly Target[] = [
  ...packetTargets,
  ...payloadTargets,
  ...liveTargets,
  ...answerTargets,
  ...ipcTargets,
  ...scanTargets,
  ...serverTargets,
  ...slowTargets,
  ...updateTargets,
];
const shares = targets.reduce((sum, { share }) => sum + share, 0);

let done = 0;
afterAll(() => {
  process.stdout.write(`fuzz: ${done} cases, seed ${seed}\n`);
});

test.each(targets.map((target): [string, Target] => [target.name, target]))(
  '%s',
  { timeout: 20_000 + cases * 20 },
  async (_name, target) => {
    const mine = Math.ceil((cases * target.share) / shares);
    await target.run({ seed, cases: mine });
    done += mine;
    expect(mine).toBeGreaterThan(0);
  },
);
