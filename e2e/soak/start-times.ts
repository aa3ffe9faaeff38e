/**
 * Whether the app starts as fast after a kill as after a clean end: pairs measured in turn, and what they say together.
 */

/** Process start to the conversation list on the screen, ms. */
export interface StartPair {
  afterKillMs: number;
  cleanMs: number;
}

export interface StartTimes {
  pairs: number;
  /** Medians. */
  afterKillMs: number;
  cleanMs: number;
  /** Median after a kill against median after a clean end. */
  ratio: number;
}

/** More is a fault. */
export const START_GOAL = 1.2;
/** Fewer say nothing. */
export const JUDGED_PAIRS = 5;
/**
 * A single start may take half as long again for no reason of the app's: a bad result is looked at this many times as
 * long.
 */
const LONGER = 3;

/** Whether another pair has to be measured: `wanted` of them, and more while they are above the goal. */
export function needsPair(pairs: readonly StartPair[], wanted: number): boolean {
  if (pairs.length < wanted) return true;
  return wanted >= JUDGED_PAIRS && pairs.length < wanted * LONGER && startTimes(pairs).ratio > START_GOAL;
}

export function startTimes(pairs: readonly StartPair[]): StartTimes {
  const afterKillMs = median(pairs.map((pair) => pair.afterKillMs));
  const cleanMs = median(pairs.map((pair) => pair.cleanMs));
  return { pairs: pairs.length, afterKillMs, cleanMs, ratio: cleanMs === 0 ? 0 : afterKillMs / cleanMs };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
