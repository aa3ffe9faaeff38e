/**
 * `npm run bench -- [NAME…] [--json FILE] [--messages N] [--quick]`: runs the benchmarks by name (all without one) and
 * prints rows {metric, value, unit, baseline, ratio, goal, met}. A figure is only compared with a baseline measured in
 * the same run, alternating with it; goals are reported, never turned into a failing exit code.
 */
import { writeFileSync } from 'node:fs';
import { stackOf } from '../shared/errors.ts';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkOptions, Row } from './support/report.ts';

const benchmarks: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  'wire-codec': () => import('./wire-codec.ts'),
  ingest: () => import('./ingest.ts'),
  'history-merge': () => import('./history-merge.ts'),
  'catch-up-store': () => import('./catch-up-store.ts'),
  'catch-up-app': () => import('./catch-up-app.ts'),
  'recall-flood': () => import('./recall-flood.ts'),
  'server-recalls': () => import('./server-recalls.ts'),
  'recall-records': () => import('./recall-records.ts'),
  'recall-latency': () => import('./recall-latency.ts'),
  'leak-check': () => import('./leak-check.ts'),
  memory: () => import('./memory.ts'),
  accounts: () => import('./accounts.ts'),
  'sign-in': () => import('./sign-in.ts'),
  delivery: () => import('./delivery.ts'),
  outbox: () => import('./outbox.ts'),
  'in-step': () => import('./in-step.ts'),
  reconnect: () => import('./reconnect.ts'),
  connections: () => import('./connections.ts'),
  load: () => import('./load.ts'),
  'cold-start': () => import('./cold-start.ts'),
  'packed-app': () => import('./packed-app.ts'),
  'back-pressure': () => import('./back-pressure.ts'),
  'message-kinds': () => import('./message-kinds.ts'),
  guard: () => import('./guard.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    list: { type: 'boolean' },
    quick: { type: 'boolean' },
    messages: { type: 'string', default: '1000000' },
  },
});
const options: BenchmarkOptions = { quick: values.quick === true, messages: Number(values.messages) };
if (!Number.isSafeInteger(options.messages) || options.messages < 20_000) {
  process.stderr.write(`--messages ${values.messages}: a whole number of at least 20000 is needed\n`);
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.filter((name) => !(name in benchmarks));
if (values.list || unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`Unknown benchmark: ${name}\n`);
  process.stdout.write(`${Object.keys(benchmarks).join('\n')}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

process.stdout.write(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}\n`);
const rows: Row[] = [];
let failed = 0;
for (const name of names) {
  process.stdout.write(`\n${name}\n`);
  try {
    const module = await benchmarks[name]?.();
    const measured = module?.benchmark(options) ?? [];
    for await (const part of Symbol.asyncIterator in measured ? measured : [await measured]) {
      rows.push(...part);
      for (const row of part) process.stdout.write(`  ${format(row)}\n`);
    }
  } catch (error) {
    failed += 1;
    process.stdout.write(`  did not run: ${stackOf(error)}\n`);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = failed > 0 ? 1 : 0;

function format(row: Row): string {
  const ratio = row.ratio === null ? '' : `  ratio ${row.ratio.toFixed(2)}`;
  const baseline = row.baseline === null ? '' : `  baseline ${round(row.baseline)} ${row.unit}`;
  const goal = row.goal === null ? '' : `  goal ${row.goal} ${row.met ? 'met' : 'NOT met'}`;
  return `${row.metric}: ${round(row.value)} ${row.unit}${baseline}${ratio}${goal}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
