/** Twenty kills of the whole app in the middle of work (docs/soak.md); `npm run soak` does more of them. */
import { join } from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { runSoak } from '../soak/run-soak.ts';
import { PHASES } from '../soak/schedule.ts';

const KILLS = 20;
const SEED = 6;

test('killed twenty times at work: nothing lost, nothing doubled, every recall done', async ({
  runtime,
  tempDir,
}) => {
  test.setTimeout(600_000);
  const log: string[] = [];
  const folder = join(tempDir, 'soak');
  const report = await runSoak({ runtime, kills: KILLS, seed: SEED, folder, say: (line) => log.push(line) });
  expect(report.findings, log.join('\n')).toEqual([]);
  expect(report).toMatchObject({ kills: KILLS, lost: 0, doubled: 0 });
  // The kills met what they were meant to meet.
  expect(
    PHASES.filter((phase) => report.hits[phase] === 0),
    log.join('\n'),
  ).toEqual([]);
  expect(report.messages).toBeGreaterThan(100);
  expect(report.recalls).toBeGreaterThan(20);
});
