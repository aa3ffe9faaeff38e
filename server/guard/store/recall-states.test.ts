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

const sending = (channelId: string, clientMsgNo = 'n') => ({
  channelId,
  channelType: 2,
  fromUid: 'a',
  clientMsgNo,
});

test('a recalled sending is known as long as it is remembered, also beside others of its client number', async () => {
  const store = { states: () => Promise.resolve({ states: [], records: [] }) } as unknown as GuardStore;
  const states = new RecallStates(store, new Metrics(), () => 0, 4);
  const recall = (channelId: string, clientMsgNo?: string): void =>
    states.recalled([{ ...sending(channelId, clientMsgNo), messageId: `1${channelId}`, revoker: 'a' }]);
  const isKnown = async (channelId: string): Promise<boolean> => {
    const row = { ...sending(channelId), messageId: '5' };
    return (await states.page([], [row])).copy({ ...row }) !== null;
  };
  recall('1');
  recall('1');
  recall('2');
  expect([await isKnown('1'), await isKnown('2'), await isKnown('3')]).toEqual([true, true, false]);
  // The oldest of five goes; the other of the same number stays known.
  for (const other of ['6', '7', '8']) recall(other, `n${other}`);
  expect([await isKnown('1'), await isKnown('2')]).toEqual([false, true]);
});

test('what is remembered answers for rows alone, and only as long as it is believed', async () => {
  let now = 0;
  const store = { states: () => Promise.resolve({ states: [], records: [] }) } as unknown as GuardStore;
  const states = new RecallStates(store, new Metrics(), () => now);
  const row = { messageId: '1', channelId: 'g', channelType: 2, fromUid: 'a', clientMsgNo: 'n' };
  expect(states.remembered([row])).toBe(null);
  await states.page([], [row]);
  expect(states.remembered([row])?.nothing).toBe(true);
  expect(states.remembered([{ ...row, clientMsgNo: 'another' }])).toBe(null);
  states.recalled([{ ...row, revoker: 'a' }]);
  expect(states.remembered([row])?.of('1')).toMatchObject({ revoked: true });
  const copy = { ...row, messageId: '2' };
  await states.page([], [copy]);
  expect(states.remembered([copy])?.copy(copy)).toMatchObject({ messageId: '1' });
  now = 1_000;
  expect(states.remembered([copy])).toBe(null);
});
