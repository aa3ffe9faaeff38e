/** What a page may make the memory hold, and the store be asked. */
import { expect, test } from 'vitest';
import { Metrics } from '../metrics.ts';
import type { GuardStore } from './guard-store.ts';
import { RecallStates } from './recall-states.ts';

test('what is quoted and is no id is neither asked about nor remembered', async () => {
  const asked: string[] = [];
  const store = {
    states: (ids: readonly string[]) => {
      asked.push(...ids);
      return Promise.resolve({ states: [], records: [] });
    },
  } as unknown as GuardStore;
  const states = new RecallStates(store, new Metrics(), () => 0, 10);
  const odd = ['', 'x', '1e3', '-1', 'x'.repeat(1_000_000), '1'.repeat(20)];
  await states.page([...odd, '2124791608111960064'], []);
  await states.page(odd, []);
  expect(asked).toEqual(['2124791608111960064']);
});
