/** CMDs after recalls, and who sends them when the guard that planned them is gone. */
import { expect, test, vi } from 'vitest';
import type { SendRequest } from '../../business/im-client/im-api.ts';
import { Metrics } from '../metrics.ts';
import { ScriptedState } from '../../testing/scripted-tsdd/state.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Announcements, LATE_REPEATS_MS } from './announcements.ts';

const quiet = { info: () => undefined, warn: () => undefined };
const GROUP = { channelId: 'g1', channelType: 2 };
const NEVER = [3_600_000, 3_600_001];

function world() {
  const store = new ScriptedStore(new ScriptedState());
  const sent: SendRequest[] = [];
  const all = { clock: 1_795_424_770_000, imDown: false, imSays: Promise.resolve() };
  const guard = (repeats?: readonly number[], lateRepeats?: readonly number[]): Announcements =>
    new Announcements({
      im: {
        send: (request) => {
          if (all.imDown) return Promise.reject(new Error('no IM server'));
          sent.push(request);
          return all.imSays;
        },
      },
      store,
      metrics: new Metrics(),
      log: quiet,
      now: () => all.clock,
      repeats,
      lateRepeats,
    });
  const recall = (messageId: string): Promise<unknown> =>
    store.record([
      {
        messageId,
        channelId: 'g1',
        channelType: 2,
        messageSeq: 1,
        fromUid: 'a',
        clientMsgNo: `no-${messageId}`,
        revoker: 'a',
        version: 1,
        guardOnly: false,
      },
    ]);
  return { store, sent, all, guard, recall };
}

const message = (messageId: string) => ({ messageId, clientMsgNo: `no-${messageId}` });

test('what a guard that is gone did not send is sent by the next, once its time has come', async () => {
  const { store, sent, all, guard, recall } = world();
  // Its timers never fire: it ended.
  const gone = guard();
  const plan = await gone.plan(GROUP, 'a', [message('1')]);
  await recall('1');
  await gone.announce(plan);
  await vi.waitFor(() => expect(store.commands).toHaveLength(2));
  expect(sent.map(({ noPersist }) => noPersist)).toEqual([undefined]);
  const next = guard();
  await next.takeOver();
  all.clock += 5_001;
  await Promise.all([next.takeOver(), guard().takeOver()]);
  expect(sent.map(({ noPersist }) => noPersist)).toEqual([undefined, true]);
  all.clock += 28_000;
  await next.takeOver();
  expect(sent).toHaveLength(3);
  expect(sent[2]).toEqual({
    syncOnce: true,
    noPersist: true,
    fromUid: 'a',
    channelId: 'g1',
    channelType: 2,
    payload: {
      cmd: 'messageRevoke',
      type: 99,
      param: { message_id: '1', client_msg_no: 'no-1', channel_id: 'g1', channel_type: 2 },
    },
  });
  expect(store.commands).toEqual([]);
  await gone.flush();
});

test('one that ended between the recall and its first command loses none of them', async () => {
  const { store, sent, all, guard, recall } = world();
  await guard().plan(GROUP, 'a', [message('1')]);
  await recall('1');
  all.clock += 60_000;
  await guard().takeOver();
  expect(sent.map(({ noPersist }) => noPersist)).toEqual([undefined, true, true]);
  expect(store.commands).toEqual([]);
});

test('a recall that did not come about is not announced', async () => {
  const { store, sent, all, guard } = world();
  await guard().plan(GROUP, 'a', [message('1')]);
  all.clock += 60_000;
  await guard().takeOver();
  expect([sent, store.commands]).toEqual([[], []]);
});

test('what the IM server did not take goes out when it is back, and is given up in the end', async () => {
  const { store, sent, all, guard, recall } = world();
  all.imDown = true;
  const one = guard(NEVER);
  for (const id of ['1', '2']) {
    const plan = await one.plan(GROUP, 'a', [message(id)]);
    await recall(id);
    await one.announce(plan);
  }
  all.clock += 4_000;
  await one.takeOver();
  expect(store.commands).toHaveLength(6);
  all.imDown = false;
  // Not before the lease of who tried last is over.
  all.clock += 9_000;
  await one.takeOver();
  expect(sent).toEqual([]);
  all.clock += 5_000;
  await one.takeOver();
  expect(sent).toHaveLength(2);
  all.imDown = true;
  all.clock += 2 * 3_600_000;
  await one.takeOver();
  expect(store.commands).toEqual([]);
  await one.flush();
});

test('an ending guard sends what waits; a database that does not answer loses nothing and throws nothing', async () => {
  const { store, sent, guard, recall } = world();
  const one = guard(NEVER);
  const plan = await one.plan(GROUP, 'a', [message('1')]);
  await recall('1');
  await one.announce(plan);
  store.down = true;
  await one.takeOver();
  await one.flush();
  expect(sent).toHaveLength(3);
  store.down = false;
  expect(store.commands).toHaveLength(2);
  store.down = true;
  await expect(one.plan(GROUP, 'a', [message('2')])).rejects.toThrow('the database is down');
});

test('who recalls does not wait for an IM server that hangs; the end of the guard does', async () => {
  const { all, guard, recall, sent, store } = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  all.imSays = promise;
  const one = guard(NEVER);
  const plan = await one.plan(GROUP, 'a', [message('1')]);
  await recall('1');
  await one.announce(plan);
  expect([sent.length, store.commands.length]).toEqual([1, 3]);
  const ended = one.flush();
  resolve();
  await ended;
  expect(store.commands).toEqual([]);
});

test('a cluster is told once more, late; a guard that ends leaves that to whoever stands when its time has come', async () => {
  const { store, sent, all, guard, recall } = world();
  const ending = guard(undefined, LATE_REPEATS_MS);
  const plan = await ending.plan(GROUP, 'a', [message('1')]);
  await recall('1');
  await ending.announce(plan);
  await ending.flush();
  // At once what was to come after 2 s and 30 s; late is late.
  expect(sent).toHaveLength(3);
  const late = { attempt: 3, due: all.clock + 90_000 };
  expect(store.commands).toMatchObject([late]);
  const next = guard();
  all.clock += 92_000;
  await next.takeOver();
  expect(sent).toHaveLength(3);
  all.clock += 1_001;
  await Promise.all([next.takeOver(), guard(undefined, LATE_REPEATS_MS).takeOver()]);
  expect(sent.map(({ noPersist }) => noPersist)).toEqual([undefined, true, true, true]);
  expect(store.commands).toEqual([]);
});

test('the late one goes out after 90 s, by who planned it, also where the API took all that nobody heard', async () => {
  vi.useFakeTimers();
  try {
    const { store, sent, guard, recall } = world();
    const one = guard(undefined, LATE_REPEATS_MS);
    const plan = await one.plan(GROUP, 'a', [message('1')]);
    await recall('1');
    const announced = one.announce(plan);
    await vi.advanceTimersByTimeAsync(60_000);
    await announced;
    expect([sent.length, store.commands.map(({ attempt }) => attempt)]).toEqual([3, [3]]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect([sent.length, store.commands]).toEqual([4, []]);
  } finally {
    vi.useRealTimers();
  }
});
