import { expect, test } from 'vitest';
import type { ServerMessage } from '../store/server-records.ts';
import { extraOf, GROUP, idOf, ME, message } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const key = (seq: number, from = 'u-bob'): string => `${from}:no-${seq}`;
const voice = (seq: number, change: Partial<ServerMessage> = {}): ServerMessage =>
  message(seq, { payload: { type: 4, url: 'file/preview/a.amr', timeTrad: 3 }, ...change });
const unplayed = (seq: number, from?: string) =>
  fixture.store.messages.get(GROUP, key(seq, from))?.unplayed ?? false;
const jobs = () =>
  fixture.store.outbox
    .actionJobs()
    .filter(({ kind }) => kind === 'voicePlayed')
    .map(({ args }) => args);

test('one of somebody else waits to be heard, until it is heard here: once, and the server is told', () => {
  const { store } = fixture;
  store.messages.ingest([voice(1), voice(2, { fromUid: ME.uid }), message(3)], 'live');
  expect([unplayed(1), unplayed(2, ME.uid), unplayed(3)]).toEqual([true, false, false]);
  expect(store.messages.markPlayed(GROUP, key(1))).toBe(true);
  expect(unplayed(1)).toBe(false);
  expect(store.messages.markPlayed(GROUP, key(1))).toBe(false);
  for (const [seq, from] of [[2, ME.uid], [3], [9]] as const)
    expect(store.messages.markPlayed(GROUP, key(seq, from))).toBe(false);
  expect(jobs()).toEqual([{ messageId: idOf(1), messageSeq: 1 }]);
  fixture.reopen();
  expect([unplayed(1), jobs().length]).toEqual([false, 1]);
});

test('heard elsewhere: any delivery that says so, and none that says nothing takes it back', () => {
  const { store } = fixture;
  store.messages.ingest([voice(1)], 'live');
  store.messages.ingest([voice(1, { voicePlayed: true })], 'history');
  store.messages.ingest([voice(1, { voicePlayed: false }), voice(1)], 'history');
  expect(unplayed(1)).toBe(false);
});

test('what is recalled waits for nobody, and is not marked', () => {
  const { store } = fixture;
  store.messages.ingest([voice(1)], 'live');
  store.messages.applyExtras(GROUP, [extraOf(idOf(1), { revoke: true })], 'extra', 0);
  expect(unplayed(1)).toBe(false);
  expect(store.messages.markPlayed(GROUP, key(1))).toBe(false);
  expect(jobs()).toEqual([]);
});
