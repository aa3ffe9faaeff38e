/** What the main thread of a page does: its tasks, from a trace of Chromium, by wall clock and by CPU time. */
import type { DevTools } from './bare-devtools.ts';

/** Longer than this a task is felt, ms. */
const LONG_MS = 50;

export interface PageTasks {
  /** Longest task, ms. */
  longestTask: number;
  /** Most CPU time that a task took, ms: what `longestTask` would be on a machine of its own. */
  busiestTask: number;
  /** Tasks above 50 ms. */
  long: number;
  /** Tasks that took more than 50 ms of CPU time. */
  busy: number;
  /**
   * Where the busiest one spent its time, ms by name of the trace's events; what runs inside of another counts for
   * both.
   */
  within: Readonly<Record<string, number>>;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds; `tdur` is CPU time. */
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/** Categories by which the parts of a task are named: script, style, layout, paint, collection of garbage. */
const PARTS = ['devtools.timeline', 'v8'];

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;

/** Records the tasks of all threads from now on; answers about a page's main thread when asked. */
export async function traceTasks(
  session: DevTools,
  { parts = false } = {},
): Promise<() => Promise<PageTasks>> {
  const events: TraceEvent[] = [];
  const take = ({ value }: { value: object[] }): void => {
    for (const event of value as TraceEvent[]) events.push(event);
  };
  session.on('Tracing.dataCollected', take);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', '__metadata', ...(parts ? PARTS : [])],
      recordMode: 'recordAsMuchAsPossible',
    },
  });
  return async () => {
    const complete = new Promise<void>((done) => session.once('Tracing.tracingComplete', () => done()));
    await session.send('Tracing.end');
    await complete;
    session.off('Tracing.dataCollected', take);
    const mains = new Set(
      events
        .filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain')
        .map(threadOf),
    );
    const onMain = events.filter((event) => mains.has(threadOf(event)));
    const tasks = onMain.filter((event) => event.name === TASK);
    const busiest = tasks.reduce<TraceEvent | null>(
      (most, task) => (most === null || cpu(task) > cpu(most) ? task : most),
      null,
    );
    if (busiest === null) throw new Error('the trace holds no task of a page');
    return {
      longestTask: tasks.reduce((most, task) => Math.max(most, wall(task)), 0),
      busiestTask: cpu(busiest),
      long: tasks.filter((task) => wall(task) > LONG_MS).length,
      busy: tasks.filter((task) => cpu(task) > LONG_MS).length,
      within: partsOf(busiest, onMain),
    };
  };
}

const TASK = 'ThreadControllerImpl::RunTask';
const wall = ({ dur = 0 }: TraceEvent): number => dur / 1_000;
const cpu = ({ tdur = 0 }: TraceEvent): number => tdur / 1_000;

function partsOf(task: TraceEvent, events: readonly TraceEvent[]): Record<string, number> {
  const end = task.ts + (task.dur ?? 0);
  const sums: Record<string, number> = {};
  for (const event of events) {
    if (event === task || threadOf(event) !== threadOf(task) || event.name === TASK) continue;
    if (event.ts < task.ts || event.ts + (event.dur ?? 0) > end) continue;
    sums[event.name] = (sums[event.name] ?? 0) + wall(event);
  }
  return Object.fromEntries(
    Object.entries(sums)
      .filter(([, ms]) => ms >= 1)
      .sort(([, a], [, b]) => b - a),
  );
}
