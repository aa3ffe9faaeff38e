import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { extraOf, GROUP, idOf, message, START } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { DueReminders } from './due-reminders.ts';

const fixture = useFixture();
const keyOf = (seq: number): string => `u-bob:no-${seq}`;
let posted: FromWorker[];
let reminders: DueReminders;
const told = (): unknown[] => posted.flatMap((one) => (one.kind === 'remind' ? [one.notice] : []));
const start = (): void => {
  reminders = new DueReminders({
    store: fixture.store,
    post: (one) => posted.push(one),
    now: () => fixture.nowMs,
    log: () => undefined,
  });
};
/** The computer's clock and its timers. */
const pass = async (seconds: number): Promise<void> => {
  fixture.nowMs += seconds * 1000;
  await vi.advanceTimersByTimeAsync(seconds * 1000);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
  posted = [];
  fixture.store.messages.ingest([message(1), message(2)], 'history');
});
afterEach(() => {
  reminders.close();
  vi.useRealTimers();
});

it('tells at its second, once, what the message says then', async () => {
  start();
  fixture.store.bookmarks.setReminder(GROUP, keyOf(1), START + 60);
  await pass(59);
  expect(told()).toEqual([]);
  await pass(2);
  expect(told()).toEqual([
    {
      channel: GROUP,
      messageKey: keyOf(1),
      messageSeq: 1,
      title: 'g-1',
      sender: 'u-bob',
      text: 'message 1',
      contentKind: 'text',
    },
  ]);
  await pass(600);
  expect(told()).toHaveLength(1);
});

it('tells late after sleep, and after a start', async () => {
  fixture.store.bookmarks.setReminder(GROUP, keyOf(1), START + 60);
  fixture.store.bookmarks.setReminder(GROUP, keyOf(2), START + 5_000);
  fixture.nowMs += 3_600_000;
  start();
  await vi.advanceTimersByTimeAsync(10);
  expect(told()).toHaveLength(1);
  // Asleep: the clock went on, the timers did not.
  fixture.nowMs += 7_200_000;
  await vi.advanceTimersByTimeAsync(5_100);
  expect(told()).toHaveLength(2);
});

it('tells nothing of what was recalled', async () => {
  start();
  fixture.store.bookmarks.setReminder(GROUP, keyOf(1), START + 60);
  fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(1), { revoke: true, version: 1 })], 'extra', 0);
  await pass(120);
  expect(told()).toEqual([]);
});
