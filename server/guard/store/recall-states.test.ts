/** What a page may make the memory hold, and the store be asked. */
import { expect, test } from 'vitest';
import { Metrics } from '../metrics.ts';
import { pageStore } from '../testing/page-store.ts';
import { RecallStates } from './recall-states.ts';

test('what is quoted and is no id is neither asked about nor remembered', async () => {
  const asked: string[] = [];
  const store = pageStore((ids) => {
    asked.push(...ids);
    return {};
  });
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
  const store = pageStore();
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
  const store = pageStore();
  const states = new RecallStates(store, new Metrics(), () => now);
  const row = { messageId: '1', channelId: 'g', channelType: 2, fromUid: 'a', clientMsgNo: 'n' };
  expect(states.remembered([row])).toBe(null);
  await states.page([], [row]);
  expect(states.remembered([row])?.nothing).toBe(true);
  // A channel without recalls has none of any number; once it has some, each number has to be asked about.
  expect(states.remembered([{ ...row, clientMsgNo: 'another' }])?.nothing).toBe(true);
  states.recalled([{ ...row, messageId: '9', clientMsgNo: 'n9', revoker: 'a' }]);
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

test('records are looked for where a channel has recalls, and TSDD’s own table is asked of all', async () => {
  const asked: string[] = [];
  const record = {
    ...sending('1', 'again'),
    messageId: '11',
    messageSeq: 1,
    revoker: 'a',
    version: 1,
    guardOnly: true,
  };
  const tsdd = [{ messageId: '22', revoked: true, revoker: 'b', deleted: false }];
  const store = pageStore((ids) => ({
    states: tsdd.filter(({ messageId }) => ids.includes(messageId)),
    records: [record],
  }));
  const ask = store.states.bind(store);
  store.states = (ids, sendings) => {
    asked.push(...ids, ...sendings.map(({ clientMsgNo }) => clientMsgNo));
    return ask(ids, sendings);
  };
  let now = 0;
  const states = new RecallStates(store, new Metrics(), () => now);
  const page = [
    { ...sending('1', 'again'), messageId: '12' },
    { ...sending('2', 'x'), messageId: '21' },
    { ...sending('2', 'y'), messageId: '22' },
    { ...sending('', 'z'), messageId: '31' },
  ];
  const found = await states.page(['41'], page);
  expect(asked.toSorted()).toEqual(['12', '31', '41', 'again', 'z']);
  expect(page.map((row) => [found.of(row.messageId)?.revoked, found.copy(row)?.messageId])).toEqual([
    [undefined, '11'],
    [undefined, undefined],
    [true, undefined],
    [undefined, undefined],
  ]);
  // That a channel has some stays true, that it has none is asked again each time.
  asked.splice(0);
  now = 2_000;
  record.channelId = '2';
  await states.page([], page);
  expect(asked.toSorted()).toEqual(['12', '21', '22', '31', 'x', 'y', 'z']);
});
