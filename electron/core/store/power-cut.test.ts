/** What a power cut may take of the outbox: nothing that has to be known before a SEND is written. */
import Database from 'better-sqlite3';
import { copyFileSync, mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outboxPath } from './database.ts';
import type { SendJob } from './store-api.ts';
import { openStore, type OpenStore } from './store.ts';
import { createContext } from './context.ts';
import { createFixture, type Fixture, GROUP, ME, OTHER_GROUP, text } from './testing/store-fixture.ts';

let fixture: Fixture;
let store: OpenStore;
beforeEach(() => {
  fixture = createFixture();
  store = fixture.store;
});
afterEach(() => fixture.dispose());

const add = (clientMsgNo: string, channel = GROUP): SendJob =>
  store.addSend({ channel, clientMsgNo, payload: text(clientMsgNo), timestamp: 1 });
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
      .map((no) => after.sendJob(no === 'b1' ? OTHER_GROUP : GROUP, `${ME.uid}:${no}`))
      .filter((job) => job !== null)
      .map(({ clientMsgNo, state, attempts }) => ({ clientMsgNo, state, attempts }));
  } finally {
    after.close();
    rmSync(dir, { recursive: true });
  }
}

test('whatever is lost after the first SEND of a channel was allowed, none of its jobs looks as if it never left', () => {
  const [a1, a2] = [add('a1'), add('a2'), add('a3'), add('b1', OTHER_GROUP)];
  const composed = logBytes();
  store.startSend(a1?.id ?? 0);
  const durable = logBytes();
  expect(durable).toBeGreaterThan(composed);
  if (!a1 || !a2) throw new Error('no jobs');
  expect(store.startNextSend(a1)?.clientMsgNo).toBe('a2');
  store.acknowledge(a1, '9000000000000000001', 1);
  expect(store.startNextSend(a2)?.clientMsgNo).toBe('a3');
  store.acknowledge(a2, '9000000000000000002', 2);
  const written = logBytes();

  const frame = 24 + 4096;
  const left = new Set<string>();
  for (let bytes = durable; bytes <= written; bytes += frame) {
    const jobs = jobsAfterPowerCut(bytes);
    left.add(jobs.map((job) => job.clientMsgNo).join());
    for (const job of jobs)
      expect(job).toMatchObject({ state: 'queued', attempts: job.clientMsgNo === 'b1' ? 0 : 1 });
  }
  // From the oldest state to the newest, one answer at a time.
  expect([...left]).toEqual(['a1,a2,a3,b1', 'a2,a3,b1', 'a3,b1']);
  expect(jobsAfterPowerCut(composed).map((job) => job.attempts)).toEqual([0, 0, 0, 0]);
});

test('a job that waits behind others is marked with them, but in this process it never left', () => {
  const [first, second] = [add('a1'), add('a2')];
  expect(store.startNextSend(first)).toBeNull();
  store.startSend(first.id);
  expect(store.sendJob(GROUP, `${ME.uid}:a2`)).toMatchObject({ state: 'queued', attempts: 0 });
  // Composed after the mark: its own SEND has to wait for the disk.
  add('a3');
  expect(store.startNextSend(second)).toBeNull();
  // Withdrawn: what comes next is not marked either.
  store.removeSend(second.id);
  expect(store.startNextSend(first)).toBeNull();
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
    expect(of(() => store.acknowledge(earlier, '9000000000000000001', 1))).toBe('NORMAL');
    const [a1, a2] = [add('a1'), add('a2')];
    expect({
      composed: of(() => add('a3')),
      firstSend: of(() => store.startSend(a1.id)),
      markedSend: of(() => store.startNextSend(a1)),
      answered: of(() => store.acknowledge(a1, '9000000000000000002', 2)),
      recalledOnTheWay: of(() => store.updateSend(a2.id, { recallOnAck: true })),
      lostOnTheWay: of(() => store.updateSend(a2.id, { state: 'queued' })),
      sentAgain: of(() => store.startSend(a2.id)),
      withdrawn: of(() => store.removeSend(a2.id)),
      unmarkedSend: of(() => store.startSend(add('b1', OTHER_GROUP).id)),
    }).toEqual({
      composed: 'FULL',
      firstSend: 'FULL',
      markedSend: 'NORMAL',
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
