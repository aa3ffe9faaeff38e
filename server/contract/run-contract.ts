/** Runs the checks against one server, one after the other, and takes away what they made. */
import { reasonOf } from '../../shared/errors.ts';
import { NotTried, Shortcoming } from '../probes/shortcoming.ts';
import type { ToolOptions } from '../probes/tool-options.ts';
import { settled } from '../probes/within.ts';
import { openWorld, type World } from '../probes/world.ts';
import { ACCOUNT_CHECKS } from './account-checks.ts';
import type { Chapter, Check, Finding } from './check.ts';
import { GROUP_CHECKS } from './group-checks.ts';
import { MESSAGE_CHECKS } from './message-checks.ts';
import { RECALL_CHECKS } from './recall-checks.ts';
import { stricterChecks } from './stricter-checks.ts';
import { SYNC_CHECKS } from './sync-checks.ts';
import { WIRE_CHECKS } from './wire-checks.ts';

export interface ContractReport {
  url: string;
  /** Why nothing could be judged; '' when it could. */
  stopped: string;
  findings: Finding[];
  leftBehind: string[];
  tookMs: number;
}

/** One check may not use up the time of all. */
const CHECK_MS = 30_000;
const ENDING_MS = 10_000;
const TIME_OVER = 'the time of the whole run was over';

/** `onFinding` is called as each is known. Never throws: what went wrong is in the report. */
export async function runContract(
  options: ToolOptions,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<ContractReport> {
  const startedAt = performance.now();
  const { url } = options;
  const signal = AbortSignal.timeout(options.limitMs);
  const checks = chapters(options.patienceMs, signal).filter(([, { id }]) => id.startsWith(options.only));
  const report: ContractReport = { url, stopped: '', findings: [], leftBehind: [], tookMs: 0 };
  const note = (finding: Finding): void => {
    report.findings.push(finding);
    onFinding(finding);
  };
  try {
    const world = await openWorld({ ...options, signal });
    try {
      for (const [chapter, each] of checks)
        note(await judge(world, chapter, each, options.patienceMs, signal));
      if (signal.aborted) report.stopped = `the time of the whole run (${options.limitMs / 1000} s) was over`;
    } finally {
      await world.end(ENDING_MS);
      report.leftBehind = world.leftBehind;
    }
  } catch (error) {
    report.stopped = reasonOf(error);
  }
  report.tookMs = Math.round(performance.now() - startedAt);
  return report;
}

function chapters(patienceMs: number, signal: AbortSignal): [Chapter, Check][] {
  const all: [Chapter, readonly Check[]][] = [
    ['account', ACCOUNT_CHECKS],
    ['wire', WIRE_CHECKS],
    ['message', MESSAGE_CHECKS],
    ['recall', RECALL_CHECKS],
    ['sync', SYNC_CHECKS],
    ['group', GROUP_CHECKS],
    ['stricter', stricterChecks(patienceMs, signal)],
  ];
  return all.flatMap(([chapter, checks]) => checks.map((each): [Chapter, Check] => [chapter, each]));
}

async function judge(
  world: World,
  chapter: Chapter,
  { id, title, run }: Check,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Finding> {
  const startedAt = performance.now();
  const found = (outcome: Finding['outcome'], reason: string): Finding => ({
    id,
    chapter,
    title,
    outcome,
    reason,
    tookMs: Math.round(performance.now() - startedAt),
  });
  if (signal.aborted) return found('skipped', TIME_OVER);
  try {
    await settled(run(world), CHECK_MS + patienceMs, 'the check');
    return found('passed', '');
  } catch (error) {
    if (signal.aborted) return found('skipped', TIME_OVER);
    if (error instanceof NotTried) return found('skipped', error.message);
    // Whatever else is thrown is the server's doing as well: a connection that broke, a packet that cannot be read.
    return found('failed', error instanceof Shortcoming ? error.message : `unexpected: ${reasonOf(error)}`);
  }
}
