/**
 * `npm run soak -- --kills N --seed S [--json FILE]`: kills the whole app at random moments of its work and checks that
 * nothing is lost or doubled. The last line is `N kills, 0 lost, 0 doubled`; exit code 0 only then.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { stackOf } from '../../shared/errors.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../../scripts/build.ts';
import { chooseRuntime } from '../../scripts/runtime.ts';
import { runSoak, type SoakReport } from './run-soak.ts';
import { PHASES } from './schedule.ts';
import { JUDGED_PAIRS, START_GOAL } from './start-times.ts';

const say = (line: string): void => console.log(line);

function numberOf(name: string, text: string | undefined, fallback: number, least: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`--${name} must be a whole number from ${least} on`);
  }
  return value;
}

function summary(report: SoakReport): string[] {
  const { hits, starts } = report;
  const { pairs, afterKillMs, cleanMs, ratio } = starts;
  return [
    `${report.messages} messages, ${report.recalls} recalls`,
    `kills that met: ${PHASES.map((phase) => `${phase} ${hits[phase]}`).join(', ')}`,
    `start after a kill ${afterKillMs} ms, clean ${cleanMs} ms: ${ratio.toFixed(2)} : 1 (${pairs} pairs, at most ${START_GOAL})`,
    `slowest erasure of recalled words from the disk: ${report.slowestErasureMs} ms after the sync`,
  ];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    strict: true,
    options: { kills: { type: 'string' }, seed: { type: 'string' }, json: { type: 'string' } },
  });
  const kills = numberOf('kills', values.kills, 20, 1);
  const seed = numberOf('seed', values.seed, Math.floor(Date.now() / 1_000), 0);
  const runtime = await chooseRuntime(say);
  await buildIfNeeded(say);
  say(`seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'wukong-soak-'));
  const report = await runSoak({ runtime, kills, seed, folder, say, startPairs: JUDGED_PAIRS });
  for (const line of summary(report)) say(line);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  const isRight = report.findings.length === 0;
  if (isRight) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  else {
    for (const { kind, afterKill, what } of report.findings) say(`${kind}, after kill ${afterKill}: ${what}`);
    say(`profile kept in ${folder}; again with: npm run soak -- --kills ${kills} --seed ${seed}`);
  }
  // Other faults must not end with the line that says that all is well.
  const faults = isRight ? '' : `, ${report.findings.length} findings`;
  say(`${kills} kills, ${report.lost} lost, ${report.doubled} doubled${faults}`);
  return isRight ? 0 : 1;
}

try {
  // The browser connections of killed apps would keep the process alive.
  process.exit(await main());
} catch (error) {
  if (error instanceof RangeError || (error instanceof TypeError && 'code' in error)) {
    process.stderr.write(`${error.message}\nnpm run soak -- [--kills N] [--seed S] [--json FILE]\n`);
    process.exit(2);
  }
  process.stderr.write(`${stackOf(error)}\n`);
  process.exit(1);
}
