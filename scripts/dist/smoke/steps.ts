/** What the steps of the smoke test stand on: a list that says what ran, programs that have to succeed, a person. */
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../../shared/errors.ts';
import { run } from '../../run.ts';

export interface SmokeSum {
  passed: number;
  failed: number;
  failures: string[];
  /** What needs rights that this run has not, by name. */
  skipped: string[];
}

export interface Step {
  name: string;
  /** `root`: changes the system it runs on. */
  needs: 'root' | null;
  act: () => Promise<void> | void;
}

/**
 * `keepOut`: why the steps that change the system do not run here; null = they may. One whose forerunner failed would
 * only fail as well: after a failure of such a step the others of them are left out.
 */
export async function runSteps(
  steps: readonly Step[],
  keepOut: string | null,
  say: (line: string) => void,
): Promise<SmokeSum> {
  const sum: SmokeSum = { passed: 0, failed: 0, failures: [], skipped: [] };
  let reason = keepOut;
  for (const { name, needs, act } of steps) {
    if (needs === 'root' && reason !== null) {
      sum.skipped.push(name);
      say(`- ${name}: skipped, ${reason}`);
      continue;
    }
    const startedAt = performance.now();
    const took = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    try {
      await act();
      sum.passed += 1;
      say(`✓ ${name} (${took()})`);
    } catch (error) {
      sum.failed += 1;
      sum.failures.push(name);
      if (needs === 'root') reason ??= 'a step before it failed';
      say(`✗ ${name} (${took()})\n${reasonOf(error)}`);
    }
  }
  return sum;
}

/** Runs to the end; throws with the end of its output unless it succeeds. Gives the output. */
export async function must(
  command: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const { code, output, timedOut } = await run(command, args, { timeoutMs: 120_000, ...options });
  if (code === 0) return output;
  const end = output.trim().split('\n').slice(-40).join('\n');
  throw new Error(
    `${command} ${args.join(' ')}: ${timedOut ? 'not within its time' : `ended with ${code}`}\n${end}`,
  );
}

/** Somebody without rights: the account `nobody` of the system, with a home of its own. */
export interface Person {
  uid: number;
  gid: number;
  home: string;
}

export function makePerson(folder: string): Person {
  const person = { uid: 65_534, gid: 65_534, home: join(folder, 'person') };
  mkdirSync(person.home, { mode: 0o700 });
  // Only root can give it away; without root nothing is done in that person's name.
  if (process.getuid?.() === 0) chownSync(person.home, person.uid, person.gid);
  return person;
}

/** What a program of this person gets. */
export function asPerson({ uid, gid, home }: Person): NonNullable<Parameters<typeof run>[2]> {
  const { PATH, LANG, CHROMIUM_PATH } = process.env;
  const env = {
    PATH,
    LANG,
    CHROMIUM_PATH,
    HOME: home,
    USER: 'nobody',
    LOGNAME: 'nobody',
    WUKONG_HEADLESS: '1',
  };
  return { uid, gid, cwd: home, env };
}

/** Throws unless the installation at `program` says of itself that it works, as this person. */
export async function selfCheckOk(program: string, person: Person, version: string): Promise<void> {
  const file = join(person.home, `check-${process.hrtime.bigint()}.json`);
  await must(program, [`--self-check=${file}`], asPerson(person));
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    ok: boolean;
    packaged: boolean;
    versions: { app: string };
  };
  if (!report.ok || !report.packaged || report.versions.app !== version)
    throw new Error(`the self-check says ${JSON.stringify(report)}`);
}

export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}
