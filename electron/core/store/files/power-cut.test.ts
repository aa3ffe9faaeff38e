/** What a power cut may take of the outbox: nothing that has to be known before a SEND is written. */
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { copyFileSync, mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { outboxPath } from './database.ts';
import type { SendAnswer, SendJob } from '../jobs.ts';
import { openStore, type OpenStore } from '../../account-store/open-store.ts';
import { createContext } from '../context.ts';
import { GROUP, ME, OTHER_GROUP, text } from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const add = (clientMsgNo: string, channel = GROUP): SendJob =>
  store.outbox.addSend({ channel, clientMsgNo, payload: text(clientMsgNo), timestamp: 1 });
const answer = (job: SendJob, seq: number): SendAnswer => ({
  job,
  messageId: `9${String(seq).padStart(18, '0')}`,
  messageSeq: seq,
});
const logBytes = (): number => statSync(`${outboxPath(fixture.dir)}-wal`).size;

/** The jobs that a start finds when only so many bytes of the outbox's log have reached the disk. */
function jobsAfterPowerCut(bytesOnDisk: number): Pick<SendJob, 'clientMsgNo' | 'state' | 'attempts'>[] {
  const dir = join(fixture.dir, 'after-power-cut');
  mkdirSync(dir);
  copyFileSync(outboxPath(fixture.dir), outboxPath(dir));
  copyFileSync(`${outboxPath(fixture.dir)}-wal`, `${outboxPath(dir)}-wal`);
  truncateSync(`${outboxPath(dir)}-wal`, bytesOnDisk);
  const after = openStore({
    accountDir: dir,
    me: ME,
    now: () => 0,
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: () => undefined,
  });
  try {
    expect(after.storage.outboxDamage).toBeNull();
    return ['a1', 'a2', 'a3', 'b1']
      .map((no) => after.outbox.sendJob(no === 'b1' ? OTHER_GROUP : GROUP, `${ME.uid}:${no}`))
      .filter((job) => job !== null)
      .map(({ clientMsgNo, state, attempts }) => ({ clientMsgNo, state, attempts }));
  } finally {
    after.close();
    rmSync(dir, { recursive: true });
  }
}

test('whatever is lost after the first SEND of a channel was allowed, none of its jobs looks as if it never left', () => {
  const [a1, a2, a3] = [add('a1'), add('a2'), add('a3'), add('b1', OTHER_GROUP)];
  const composed = logBytes();
  store.outbox.startSend(a1?.id ?? 0);
  const durable = logBytes();
  expect(durable).toBeGreaterThan(composed);
  if (!a1 || !a2 || !a3) throw new Error('no jobs');
  expect(store.outbox.startNextSend(a1)?.clientMsgNo).toBe('a2');
  expect(store.outbox.startNextSend(a2)?.clientMsgNo).toBe('a3');
  // Nothing is written for those, nor read where the row says otherwise.
  expect(logBytes()).toBe(durable);
  expect(store.outbox.sendJob(GROUP, `${ME.uid}:a3`)).toMatchObject({ state: 'sending', attempts: 1 });
  store.outbox.acknowledgeAll([answer(a1, 1), answer(a2, 2)]);
  store.outbox.acknowledgeAll([answer(a3, 3)]);
  const written = logBytes();

  const frame = 24 + 4096;
  const left = new Set<string>();
  for (let bytes = durable; bytes <= written; bytes += frame) {
    const jobs = jobsAfterPowerCut(bytes);
    left.add(jobs.map((job) => job.clientMsgNo).join());
    for (const job of jobs)
      expect(job).toMatchObject({ state: 'queued', attempts: job.clientMsgNo === 'b1' ? 0 : 1 });
  }
  // From the oldest state to the newest, one group of answers at a time.
  expect([...left]).toEqual(['a1,a2,a3,b1', 'a3,b1', 'b1']);
  expect(jobsAfterPowerCut(composed).map((job) => job.attempts)).toEqual([0, 0, 0, 0]);
});

test('a job that waits behind others is marked with them, but in this process it never left', () => {
  const [first, second] = [add('a1'), add('a2')];
  expect(store.outbox.startNextSend(first)).toBeNull();
  store.outbox.startSend(first.id);
  expect(store.outbox.sendJob(GROUP, `${ME.uid}:a2`)).toMatchObject({ state: 'queued', attempts: 0 });
  // Composed after the mark: its own SEND has to wait for the disk.
  add('a3');
  expect(store.outbox.startNextSend(second)).toBeNull();
  // Withdrawn: what comes next is not marked either.
  store.outbox.removeSend(second.id);
  expect(store.outbox.startNextSend(first)).toBeNull();
});

test('what waits for the disk', () => {
  let level = '';
  const pragma = vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (
    this: Database.Database,
    source: string,
  ) {
    const found = /^outbox\.synchronous = (\w+)$/.exec(source);
    if (found) level = found[1] ?? '';
    return this.exec(`PRAGMA ${source}`);
  });
  const of = (action: () => unknown): string => {
    action();
    return level;
  };
  try {
    const earlier = add('earlier');
    expect(of(() => store.outbox.acknowledge(earlier, '9000000000000000001', 1))).toBe('NORMAL');
    const [a1, a2] = [add('a1'), add('a2')];
    expect({
      composed: of(() => add('a3')),
      firstSend: of(() => store.outbox.startSend(a1.id)),
      answered: of(() =>
        store.outbox.acknowledgeAll([{ job: a1, messageId: '9000000000000000002', messageSeq: 2 }]),
      ),
      recalledOnTheWay: of(() => {
        expect(store.outbox.startNextSend(a1)?.id).toBe(a2.id);
        store.outbox.updateSend(a2.id, { recallOnAck: true });
      }),
      lostOnTheWay: of(() => store.outbox.updateSend(a2.id, { state: 'queued' })),
      sentAgain: of(() => store.outbox.startSend(a2.id)),
      withdrawn: of(() => store.outbox.removeSend(a2.id)),
      unmarkedSend: of(() => store.outbox.startSend(add('b1', OTHER_GROUP).id)),
    }).toEqual({
      composed: 'FULL',
      firstSend: 'FULL',
      answered: 'NORMAL',
      recalledOnTheWay: 'FULL',
      lostOnTheWay: 'FULL',
      sentAgain: 'NORMAL',
      withdrawn: 'FULL',
      unmarkedSend: 'FULL',
    });
  } finally {
    pragma.mockRestore();
  }
});

test('only transactions that the next start makes anew do not wait for the disk', () => {
  const db = new Database(':memory:');
  db.exec("ATTACH ':memory:' AS outbox");
  const ctx = createContext({
    db,
    me: ME,
    now: () => 0,
    serverNow: () => 0,
    offerReedit: () => true,
    log: () => undefined,
  });
  const level = (): unknown => db.pragma('outbox.synchronous', { simple: true });
  expect([ctx.write(level), ctx.writeRepeatable(level), ctx.write(level)]).toEqual([2, 1, 2]);
  expect(() =>
    ctx.writeRepeatable(() => {
      throw new Error('failed');
    }),
  ).toThrow('failed');
  expect(ctx.write(() => ctx.writeRepeatable(level))).toBe(2);
  db.close();
});

const expectRefused = (answers: SendAnswer[]): void =>
  expect(() => store.outbox.acknowledgeAll(answers)).toThrow(/cannot be stored/);
const expectNext = (after: SendJob, id: number | undefined): void =>
  expect(store.outbox.startNextSend(after)?.id).toBe(id);

test('what comes next in a channel is what the rows say, however they were changed', () => {
  const channels = [GROUP, OTHER_GROUP];
  type Step = {
    on: number;
    do: 'add' | 'start' | 'next' | 'follow' | 'queue' | 'fail' | 'recall' | 'remove' | 'lose';
  };
  const step = fc.record<Step>({
    on: fc.nat(7),
    do: fc.constantFrom(
      'add',
      'add',
      'start',
      'next',
      'next',
      'follow',
      'queue',
      'fail',
      'recall',
      'remove',
      'lose',
    ),
  });
  let made = 0;
  /** As the rows say it, read by another connection. */
  const rows = (): { id: number; channel_id: string; state: string; attempts: number; ahead: number }[] => {
    const other = new Database(outboxPath(fixture.dir), { readonly: true });
    const all = other
      .prepare('SELECT id, channel_id, state, attempts, ahead FROM send_job ORDER BY id')
      .all();
    other.close();
    return all as ReturnType<typeof rows>;
  };
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const jobs: SendJob[] = [];
      const started = new Set<number>();
      for (const { on, do: what } of steps) {
        const job = jobs[on % Math.max(1, jobs.length)];
        if (what === 'add' || !job) jobs.push(add(`n${(made += 1)}`, channels[on % 2]));
        else if (what === 'start') {
          if (store.outbox.sendJob(job.channel, `${ME.uid}:${job.clientMsgNo}`)?.state !== 'queued') continue;
          store.outbox.startSend(job.id);
          started.add(job.id);
        } else if (what === 'follow') store.outbox.markFollowing(job);
        else if (what === 'queue') store.outbox.updateSend(job.id, { state: 'queued' });
        else if (what === 'fail') store.outbox.updateSend(job.id, { state: 'failed' });
        else if (what === 'recall') store.outbox.updateSend(job.id, { recallOnAck: true });
        else if (what === 'remove') store.outbox.removeSend(job.id);
        else if (what === 'lose') {
          // A transaction that fails changes nothing.
          const bad = add(`n${(made += 1)}`);
          jobs.push(bad);
          const answers = jobs.slice(0, -1).map((one) => answer(one, one.id));
          expectRefused([...answers, { job: bad, messageId: '', messageSeq: 0 }]);
        } else {
          const found = rows().find(
            (row) => row.channel_id === job.channel.channelId && row.id > job.id && row.state !== 'failed',
          );
          const expected =
            found?.ahead === 1 && found.state === 'queued' && !started.has(found.id) ? found.id : undefined;
          expectNext(job, expected);
          if (expected !== undefined) started.add(expected);
        }
        // A job whose SEND may have been written is never taken for one that was not tried, and the disk knows it.
        for (const row of rows()) {
          if (!started.has(row.id)) continue;
          expect(row.ahead === 1 || row.attempts > 0).toBe(true);
          const one = jobs.find((candidate) => candidate.id === row.id);
          const view = one && store.outbox.sendJob(one.channel, `${ME.uid}:${one.clientMsgNo}`);
          expect(view?.attempts).toBeGreaterThan(0);
        }
      }
      for (const { id } of jobs) store.outbox.removeSend(id);
    }),
    { numRuns: 100 },
  );
});
