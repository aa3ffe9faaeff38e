/** What a fuzz target is, and the one way to run cases with a seed. */
import * as fc from 'fast-check';
import { SECRET } from './mutate.ts';

export interface Run {
  seed: number;
  cases: number;
}

export interface Target {
  name: string;
  /** Share of all cases. */
  share: number;
  /** Rejects with what was wrong; a smaller counter-example first where cases do not depend on each other. */
  run: (run: Run) => Promise<void>;
}

/** Independent cases: a failing one is made smaller. */
export function checkEach<T>(
  arbitrary: fc.Arbitrary<T>,
  run: Run,
  check: (value: T) => void | Promise<void>,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(arbitrary, async (value) => check(value)),
    {
      seed: run.seed,
      numRuns: run.cases,
    },
  );
}

/** `cases` values in a fixed order, for cases that act on one living thing. */
export function draw<T>(arbitrary: fc.Arbitrary<T>, run: Run): T[] {
  return fc.sample(arbitrary, { seed: run.seed, numRuns: run.cases });
}

/** For cases that are tried together: `size` at a time, and where each batch begins. */
export function* batches<T>(cases: readonly T[], size: number): Generator<{ batch: T[]; at: number }> {
  for (let at = 0; at < cases.length; at += size) yield { batch: cases.slice(at, at + size), at };
}

/** Rejections are logged with a reason and never with content. */
export function noSecretIn(lines: readonly string[], where: string): void {
  const leaked = lines.find((line) => line.includes(SECRET));
  if (leaked !== undefined) throw new Error(`${where}: a log line holds content: ${leaked.slice(0, 300)}`);
}
