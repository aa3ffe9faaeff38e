/** Shape of a benchmark's result and the few statistics the benchmarks share. */

export interface Row {
  metric: string;
  value: number;
  unit: string;
  /** The same unit, measured in the same run; null where the goal is an outside figure. */
  baseline: number | null;
  ratio: number | null;
  /** e.g. ">= 15" (of the ratio) or "< 179" (of the value). */
  goal: string | null;
  met: boolean | null;
}
export interface BenchmarkOptions {
  /** Tiny sizes: shows that the benchmark runs, the figures mean nothing. */
  quick: boolean;
  /** Messages in the large cache, recall records in the large table. */
  messages: number;
}
/** Rows at the end, or one part after the other: those of a part are shown also when a later one fails. */
export type Benchmark = (options: BenchmarkOptions) => Promise<Row[]> | AsyncIterable<Row[]>;

/** A row whose goal is about value / baseline. */
export function ratioRow(
  metric: string,
  value: number,
  unit: string,
  baseline: number,
  goal: string | null,
): Row {
  const ratio = value / baseline;
  return { metric, value, unit, baseline, ratio, goal, met: goal === null ? null : meets(ratio, goal) };
}

/** A row whose goal, if any, is about the value itself. */
export function valueRow(metric: string, value: number, unit: string, goal: string | null = null): Row {
  return {
    metric,
    value,
    unit,
    baseline: null,
    ratio: null,
    goal,
    met: goal === null ? null : meets(value, goal),
  };
}

function meets(figure: number, goal: string): boolean {
  const match = /^(<=|>=|<|>)\s*([\d.]+)/.exec(goal);
  if (!match) throw new Error(`goal "${goal}" is not a comparison`);
  const bound = Number(match[2]);
  switch (match[1]) {
    case '<=':
      return figure <= bound;
    case '>=':
      return figure >= bound;
    case '<':
      return figure < bound;
    default:
      return figure > bound;
  }
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest-rank percentile of an unsorted list. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new Error('no samples');
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1));
  return sorted[index] ?? 0;
}

/** Runs two variants in alternating rounds, so that a slow moment of the machine hits both; medians of each. */
export async function alternating(
  rounds: number,
  first: () => number | Promise<number>,
  second: () => number | Promise<number>,
): Promise<[number, number]> {
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      a.push(await first());
      b.push(await second());
    } else {
      b.push(await second());
      a.push(await first());
    }
  }
  return [median(a), median(b)];
}
