import { expect, test } from 'vitest';
import { benchmark as catchUpStore } from './catch-up-store.ts';
import { benchmark as recallRecords } from './recall-records.ts';
import { benchmark as inStep } from './in-step.ts';
import { benchmark as leakCheck } from './leak-check.ts';
import type { Row } from './support/report.ts';

// The figures mean nothing at these sizes; that there are any shows that the benchmarks follow what they measure.
test.each([
  ['catch-up-store', catchUpStore, 6],
  ['recall-records', recallRecords, 2],
  ['in-step', inStep, 5],
  ['leak-check', leakCheck, 2],
] as const)('%s runs at its smallest size', async (_name, benchmark, rows) => {
  const measured: readonly Row[] = await benchmark({ quick: true, messages: 20_000 });
  expect(measured).toHaveLength(rows);
  for (const row of measured) {
    expect(row.value).toBeGreaterThan(0);
    expect(row.ratio).toBeGreaterThan(0);
  }
});
