/**
 * What a disk can do to an account: full, read-only, damaged, cut off, newer, shared. Outbox safe, cache disposable.
 */
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LOCK_FILE } from './account-lock.ts';
import { cachePath, outboxPath } from './database.ts';
import { readImage } from './database-image.ts';
import { cacheMigrations, outboxMigrations } from './migrations/index.ts';
import { migrate } from './migrations/migrate.ts';
import { PROBE_FIRST_MS } from '../../account-store/disk-probe.ts';
import { openStore } from '../../account-store/open-store.ts';
import { smallDisk, type SmallDisk } from '../../account-store/testing/small-disk.ts';
import {
  found,
  GROUP,
  idOf,
  ME,
  message,
  PERSON,
  START,
  text,
} from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';

const PAGE = 4096;
const fixture = useFixture();
afterEach(() => {
  vi.useRealTimers();
});

const addSend = (no: string, content = `words ${no}`): void =>
  void fixture.store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: no,
    payload: text(content),
    timestamp: START,
  });
const sendOf = (no: string): unknown =>
  fixture.store.outbox.sendJob(PERSON, `${ME.uid}:${no}`)?.payload['content'];
const setDraft = (content: string): void =>
  fixture.store.outbox.setDraft(GROUP, {
    text: content,
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: null,
  });
const writeAt = (path: string, offset: number, bytes: Buffer): void => {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
};
/** The databases as a killed process leaves them: logs unmerged. */
function crashed(work: () => void): string {
  work();
  const copy = mkdtempSync(join(fixture.dir, 'crashed-'));
  for (const name of ['cache.db', 'cache.db-wal', 'outbox.db', 'outbox.db-wal']) {
    if (existsSync(join(fixture.dir, name))) copyFileSync(join(fixture.dir, name), join(copy, name));
  }
  return copy;
}
function openCopy(
  dir: string,
  logged: string[] = [],
  onStorageChanged?: (again: 'sync' | 'nothing') => void,
): ReturnType<typeof openStore> {
  return openStore({
    accountDir: dir,
    me: ME,
    now: () => fixture.nowMs,
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: (level, line) => void logged.push(`${level}: ${line}`),
    ...(onStorageChanged ? { onStorageChanged } : {}),
  });
}
const sendsIn = (store: ReturnType<typeof openStore>, count: number): string[] =>
  Array.from(
    { length: count },
    (_, n) => store.outbox.sendJob(PERSON, `${ME.uid}:n${n}`)?.clientMsgNo,
  ).filter((no) => no !== undefined);

/** Connections to files that are opened from now on. */
function watchConnections(): Database.Database[] {
  const opened: Database.Database[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
  const { pragma } = Database.prototype;
  vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, ...args) {
    if (!opened.includes(this) && this.name.endsWith('cache.db')) opened.push(this);
    return pragma.apply(this, args);
  });
  return opened;
}

/** First page of the send jobs' own rows that is not the root. */
function leafOfSends(): number {
  const db = new Database(outboxPath(fixture.dir), { readonly: true });
  const page = db
    .prepare<[], number>(
      "SELECT pageno FROM dbstat WHERE name = 'send_job' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 1",
    )
    .pluck()
    .get();
  db.close();
  if (page === undefined) throw new Error('the jobs fit on one page');
  return page;
}
const keptFile = (): string => join(fixture.dir, fixture.store.storage.outboxDamage?.keptAs ?? '');

describe('disk full', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = smallDisk(fixture.dir);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    fixture.store.close();
    disk.dispose();
    fixture.reopenFresh();
  });
  const asked: string[] = [];
  function openOnDisk(): typeof fixture.store {
    fixture.store.close();
    asked.length = 0;
    fixture.store = openCopy(disk.dir, fixture.logged, (again) => asked.push(again));
    return fixture.store;
  }

  test('at start: everything is readable; free again: written again without a restart, nothing lost', () => {
    openOnDisk().messages.ingest([message(1, { payload: text('readable') })], 'live');
    addSend('before');
    setDraft('half a sentence');
    fixture.store.close();
    disk.fill();
    const store = openOnDisk();
    expect(store.storage).toEqual({ readOnly: disk.reason, cacheReplaced: null, outboxDamage: null });
    expect(found(store, 'readable')).toEqual(['u-bob:no-1']);
    expect(sendOf('before')).toBe('words before');
    expect(store.outbox.draft(GROUP)?.text).toBe('half a sentence');
    expect(store.people.channelInfo(GROUP).composerBlock).toBe('readOnly');
    expect(() => addSend('refused')).toThrow(/read-only/);

    store.messages.ingest([message(2, { payload: text('came meanwhile') })], 'live');
    expect(found(store, 'meanwhile')).toEqual(['u-bob:no-2']);
    vi.advanceTimersByTime(3 * PROBE_FIRST_MS);
    expect(store.readOnly).toBe(true);
    disk.free();
    store.changes.take();
    vi.advanceTimersByTime(PROBE_FIRST_MS);
    expect(store.storage.readOnly).toBeNull();
    expect(store.people.channelInfo(GROUP).composerBlock).toBeNull();
    const changes = store.changes.take();
    expect(changes?.reload.has('2/g-1')).toBe(true);
    expect(changes?.channelInfo.has('2/g-1')).toBe(true);
    // What came while nothing could be written was not stored; the sync that follows brings it again.
    expect(found(store, 'meanwhile')).toEqual([]);
    addSend('after');
    expect(asked).toEqual(['sync']);
    openOnDisk();
    expect([sendOf('before'), sendOf('after')]).toEqual(['words before', 'words after']);
  });

  test('while running: the write that fails loses nothing, what is received and recalled is shown', () => {
    const store = openOnDisk();
    store.messages.ingest([message(1, { payload: text('stored') })], 'live');
    addSend('queued');
    disk.fill();
    const many = Array.from({ length: 200 }, (_, n) =>
      message(n + 2, { payload: text(`${'long '.repeat(100)}${n}`) }),
    );
    store.messages.ingest(many, 'live');
    expect(store.storage.readOnly).toBe(disk.reason);
    expect(asked).toEqual(['nothing']);
    expect(found(store, 'long').length).toBe(50);
    expect(sendOf('queued')).toBe('words queued');
    expect(() => addSend('refused')).toThrow(/read-only/);
    expect(store.outbox.nextSends()).toEqual([]);
    store.messages.applyRecall({
      channel: GROUP,
      messageId: idOf(1),
      clientMsgNo: null,
      revoker: null,
      version: 1,
      source: 'cmd',
      startedAt: 0,
    });
    expect(found(store, 'stored')).toEqual([]);

    vi.advanceTimersByTime(3 * PROBE_FIRST_MS);
    expect(store.readOnly).toBe(true);
    disk.free();
    vi.advanceTimersByTime(PROBE_FIRST_MS);
    expect(store.storage.readOnly).toBeNull();
    expect(asked).toEqual(['nothing', 'sync']);
    // On disk it is not recalled yet: the sync that was asked for brings that again, too.
    expect(found(store, 'stored')).toEqual(['u-bob:no-1']);
    expect(sendOf('queued')).toBe('words queued');
    store.messages.ingest(many, 'live');
    expect(store.outbox.nextSends().map((job) => job.clientMsgNo)).toEqual(['queued']);
  });

  test('a user write that meets the full disk is refused, not half done', () => {
    const opened = watchConnections();
    openOnDisk();
    vi.restoreAllMocks();
    // SQLite's own way to say that a file cannot grow: SQLITE_FULL in the middle of a transaction.
    const db = opened.at(-1);
    db?.pragma(`outbox.max_page_count = ${Number(db.pragma('outbox.page_count', { simple: true }))}`);
    const refused = expect.objectContaining({ code: 'readOnly' }) as Error;
    expect(() => addSend('big', 'x'.repeat(100_000))).toThrow(refused);
    expect(sendOf('big')).toBeUndefined();
    expect(fixture.store.storage.readOnly).toBe('diskFull');
    vi.advanceTimersByTime(PROBE_FIRST_MS);
    addSend('big', 'x'.repeat(100_000));
    expect(sendOf('big')).toHaveLength(100_000);
  });

  test('that fills up again at once is looked at less often', () => {
    const store = openOnDisk();
    const until = (readOnly: boolean): number => {
      for (let waited = 0; waited <= 60_000; waited += 1_000) {
        if (store.readOnly === readOnly) return waited;
        vi.advanceTimersByTime(1_000);
      }
      throw new Error(`never ${String(readOnly)}`);
    };
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      disk.fill();
      for (let n = 0; n < 200 && !store.readOnly; n += 1)
        store.messages.ingest([message(n, { payload: text('x'.repeat(50_000)) })], 'live');
      disk.free();
      waits.push(until(false));
    }
    expect(waits).toEqual([PROBE_FIRST_MS, 2 * PROBE_FIRST_MS, 4 * PROBE_FIRST_MS]);
  });
});

describe('a disk that fills up during', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = smallDisk(fixture.dir);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    fixture.store.close();
  });
  afterEach(() => {
    fixture.store.close();
    disk.dispose();
    fixture.reopenFresh();
  });

  test.each([
    ['a migration of the cache', 'main'],
    ['a migration of the outbox', 'outbox'],
  ] as const)('%s: readable as it is, migrated when there is room, nothing lost', (_what, older) => {
    const make = (path: string, schema: 'main' | 'outbox', sql: string): void => {
      const db = new Database(path);
      db.exec("ATTACH ':memory:' AS outbox");
      const all = schema === 'main' ? cacheMigrations : outboxMigrations;
      migrate(db, schema, all.slice(0, schema === older ? 1 : all.length));
      db.exec(sql);
      if (schema === 'outbox') {
        const image = db.serialize({ attached: 'outbox' });
        db.close();
        writeFileSync(path, image);
      } else db.close();
    };
    const channel = "'u-bob', 1";
    make(cachePath(disk.dir), 'main', "INSERT INTO state (name, value) VALUES ('kept', 'yes')");
    make(
      outboxPath(disk.dir),
      'outbox',
      `INSERT INTO outbox.draft (channel_id, channel_type, text, mention, mention_names)
       VALUES (${channel}, 'half a sentence', '{"all":false,"uids":[]}', '{}')`,
    );
    disk.fill();
    fixture.store = openCopy(disk.dir, fixture.logged);
    expect(fixture.store.storage).toEqual({
      readOnly: disk.reason,
      cacheReplaced: null,
      outboxDamage: null,
    });
    expect(fixture.store.state.get('kept')).toBe('yes');
    expect(fixture.store.outbox.draft(PERSON)?.text).toBe('half a sentence');
    disk.free();
    vi.advanceTimersByTime(PROBE_FIRST_MS);
    expect(fixture.store.storage.readOnly).toBeNull();
    expect(fixture.store.state.get('kept')).toBe('yes');
    expect(fixture.store.outbox.draft(PERSON)?.text).toBe('half a sentence');
    addSend('after');
    expect(sendOf('after')).toBe('words after');
  });

  test('a rebuild: goes on in memory, the outbox is safe, back on the disk when there is room', () => {
    fixture.store = openCopy(disk.dir, fixture.logged);
    fixture.store.messages.ingest([message(1, { payload: text('before') })], 'live');
    addSend('unsent');
    // No room comes free for the new cache: somebody else takes that of the old one at once.
    const { prototype } = Database;
    // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
    const { close } = prototype;
    vi.spyOn(prototype, 'close').mockImplementation(function (this: Database.Database) {
      vi.restoreAllMocks();
      const closed = close.call(this);
      for (const suffix of ['', '-wal', '-shm']) rmSync(cachePath(disk.dir) + suffix, { force: true });
      disk.fill();
      return closed;
    });
    fixture.store.rebuild();
    expect(fixture.store.storage.readOnly).toBe(disk.reason);
    expect(sendOf('unsent')).toBe('words unsent');
    fixture.store.messages.ingest([message(2, { payload: text('meanwhile') })], 'live');
    expect(found(fixture.store, 'meanwhile')).toEqual(['u-bob:no-2']);
    disk.free();
    vi.advanceTimersByTime(PROBE_FIRST_MS);
    expect(fixture.store.storage.readOnly).toBeNull();
    expect(fixture.store.outbox.nextSends().map((job) => job.clientMsgNo)).toEqual(['unsent']);
  });
});

test('killed during a rebuild, after any of its files: an empty cache, never half of one', () => {
  const files = ['cache.db', 'cache.db-wal', 'cache.db-shm'];
  for (let removed = 1; removed <= files.length; removed += 1) {
    const dir = crashed(() => {
      fixture.store.messages.ingest([message(removed, { payload: text('before') })], 'live');
      addSend(`unsent${removed}`);
    });
    writeFileSync(join(dir, 'cache.db-shm'), readFileSync(join(fixture.dir, 'cache.db-shm')));
    for (const name of files.slice(0, removed)) rmSync(join(dir, name));
    const store = openCopy(dir);
    expect(store.storage).toEqual({ readOnly: null, cacheReplaced: null, outboxDamage: null });
    expect(found(store, 'before')).toEqual([]);
    expect(store.outbox.sendJob(PERSON, `${ME.uid}:unsent${removed}`)?.clientMsgNo).toBe(`unsent${removed}`);
    store.messages.ingest([message(9, { payload: text('after') })], 'live');
    expect(found(store, 'after')).toEqual(['u-bob:no-9']);
    store.close();
    const db = new Database(cachePath(dir), { readonly: true });
    expect(db.pragma('quick_check', { simple: true })).toBe('ok');
    db.close();
  }
});

/** As somebody who may not write here; root may write anywhere, so it becomes nobody for a moment. */
function withoutPermission<T>(dir: string, mode: number, work: () => T): T {
  const root = process.geteuid?.() === 0;
  chmodSync(dir, mode);
  if (root) process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(dir, 0o700);
  }
}

test('a folder without permission to write: what a crash left in the log is readable, too', () => {
  fixture.store.messages.ingest([message(1, { payload: text('merged') })], 'live');
  fixture.reopen();
  const dir = crashed(() => {
    fixture.store.messages.ingest([message(2, { payload: text('only in the log') })], 'live');
    addSend('unsent');
  });
  for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o444);
  chmodSync(fixture.dir, 0o755);
  const before = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mtimeMs]);
  const store = withoutPermission(dir, 0o555, () => openCopy(dir));
  expect(store.storage.readOnly).toBe('notWritable');
  expect(found(store, 'merged')).toEqual(['u-bob:no-1']);
  expect(found(store, 'log')).toEqual(['u-bob:no-2']);
  expect(store.outbox.sendJob(PERSON, `${ME.uid}:unsent`)?.payload['content']).toBe('words unsent');
  withoutPermission(dir, 0o555, () => store.close());
  expect(readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mtimeMs])).toEqual(before);
});

describe('a damaged outbox', () => {
  const COUNT = 120;
  function prepare(): void {
    for (let n = 0; n < COUNT; n += 1) addSend(`n${n}`, `${n} ${'words '.repeat(40)}`);
    setDraft('half a sentence');
    fixture.store.outbox.addRecall({
      channel: GROUP,
      messageKey: 'u-bob:no-1',
      messageId: idOf(1),
      clientMsgNo: '',
    });
    fixture.store.messages.ingest([message(1, { payload: text('cached') })], 'live');
    fixture.store.close();
  }
  test('one page: the rows of all others go on, the file is kept as it was, the cache stays', () => {
    prepare();
    writeAt(outboxPath(fixture.dir), (leafOfSends() - 1) * PAGE, Buffer.alloc(PAGE, 0x5a));
    const bytes = readFileSync(outboxPath(fixture.dir));
    const { store } = { store: fixture.reopenFresh() };
    const kept = sendsIn(store, COUNT);
    expect(kept.length).toBeGreaterThan(COUNT * 0.7);
    expect(kept.length).toBeLessThan(COUNT);
    expect(store.storage).toEqual({
      readOnly: null,
      cacheReplaced: null,
      // And the draft and the recall.
      outboxDamage: {
        keptAs: expect.stringMatching(/^outbox\.db\.damaged-/) as string,
        recovered: kept.length + 2,
      },
    });
    expect(readFileSync(keptFile())).toEqual(bytes);
    expect(store.outbox.draft(GROUP)?.text).toBe('half a sentence');
    expect(store.outbox.recallJobs().length).toBe(1);
    expect(found(store, 'cached').length).toBe(0);
    store.outbox.cancelRecall(store.outbox.recallJobs()[0]?.id ?? 0);
    expect(found(store, 'cached')).toEqual(['u-bob:no-1']);
    // Sending goes on in the old order, and new words come after the old ones.
    expect(store.outbox.nextSends()[0]?.clientMsgNo).toBe('n0');
    addSend('new');
    expect(fixture.reopen().storage.outboxDamage).toBeNull();
    expect(sendsIn(fixture.store, COUNT)).toEqual(kept);
    expect(
      existsSync(join(fixture.dir, readdirSync(fixture.dir).find((n) => n.includes('damaged')) ?? '')),
    ).toBe(true);
  });

  test.each([
    ['the first page', (path: string) => writeAt(path, 0, Buffer.alloc(PAGE, 0x42))],
    ['the header', (path: string) => writeAt(path, 0, Buffer.alloc(100, 0))],
  ])('%s: all rows go on', (_what, damage) => {
    prepare();
    damage(outboxPath(fixture.dir));
    const store = fixture.reopenFresh();
    expect(sendsIn(store, COUNT).length).toBe(COUNT);
    expect(store.storage.outboxDamage?.recovered).toBe(COUNT + 2);
  });

  test.each(['action_job', 'draft_file', 'bookmark', 'cover_of_ended_draft'])(
    'where %s lies: all rows go on',
    (name) => {
      prepare();
      const raw = new Database(outboxPath(fixture.dir));
      raw.unsafeMode(true);
      raw.pragma('writable_schema = ON');
      const set = "rootpage = iif(type = 'table', 9999, 0), sql = iif(type = 'table', sql, 'CREATE what')";
      raw.prepare(`UPDATE sqlite_schema SET ${set} WHERE name = ?`).run(name);
      raw.close();
      const store = fixture.reopenFresh();
      expect(sendsIn(store, COUNT).length).toBe(COUNT);
      expect(store.storage.outboxDamage?.recovered).toBe(COUNT + 2);
    },
  );

  test.each([
    ['what it says', "payload = replace(payload, '{', '[')"],
    ['its file', "attachment = 'x'"],
  ])('text that is no JSON any more, %s: that row stays in the kept file, the others go on', (_what, set) => {
    prepare();
    const raw = new Database(outboxPath(fixture.dir));
    raw.prepare(`UPDATE send_job SET ${set} WHERE client_msg_no = 'n7'`).run();
    raw.close();
    const store = fixture.reopenFresh();
    expect(sendsIn(store, COUNT)).toHaveLength(COUNT - 1);
    expect(store.storage.outboxDamage?.recovered).toBe(COUNT + 1);
  });

  test('found while running: the cache is not blamed for it', () => {
    prepare();
    const page = leafOfSends();
    fixture.reopenFresh();
    expect(fixture.store.storage.outboxDamage).toBeNull();
    const generation = fixture.store.state.get('cacheId');
    writeAt(outboxPath(fixture.dir), (page - 1) * PAGE, Buffer.alloc(PAGE, 0x5a));
    // A commit of another connection: what SQLite has read before no longer counts.
    const other = new Database(outboxPath(fixture.dir));
    other.exec("UPDATE draft SET text = text || '.'");
    other.close();
    expect(fixture.store.outbox.nextSends().length).toBe(1);
    expect(fixture.store.storage).toMatchObject({
      cacheReplaced: null,
      outboxDamage: { keptAs: expect.stringContaining('damaged') as string },
    });
    expect(fixture.store.state.get('cacheId')).toBe(generation);
  });
});

test('an outbox of a newer program is left alone; its words are readable, nothing else is written', () => {
  fixture.store.messages.ingest([message(1, { payload: text('readable') })], 'live');
  addSend('theirs');
  fixture.store.close();
  const raw = new Database(outboxPath(fixture.dir));
  raw.exec("ALTER TABLE send_job ADD COLUMN invented TEXT DEFAULT 'x'");
  raw.pragma(`user_version = ${outboxMigrations.length + 1}`);
  raw.close();
  const bytes = readFileSync(outboxPath(fixture.dir));
  const cache = readFileSync(cachePath(fixture.dir));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const store = fixture.reopenFresh();
  expect(store.storage).toEqual({ readOnly: 'newerData', cacheReplaced: null, outboxDamage: null });
  expect(found(store, 'readable')).toEqual(['u-bob:no-1']);
  expect(sendOf('theirs')).toBe('words theirs');
  expect(() => addSend('mine')).toThrow(/read-only/);
  vi.advanceTimersByTime(10 * PROBE_FIRST_MS);
  expect(store.storage.readOnly).toBe('newerData');
  store.close();
  expect(readFileSync(outboxPath(fixture.dir))).toEqual(bytes);
  expect(readFileSync(cachePath(fixture.dir))).toEqual(cache);
  fixture.reopenFresh();
});

describe('the write-ahead log', () => {
  const COUNT = 25;

  test.each(['cache.db', 'outbox.db'])(
    'of %s is read as SQLite reads it, wherever it was cut off or damaged',
    (name) => {
      const dir = crashed(() => {
        for (let n = 0; n < COUNT; n += 1) {
          addSend(`n${n}`);
          fixture.store.messages.ingest([message(n + 1)], 'live');
        }
      });
      const table = name === 'cache.db' ? 'message' : 'send_job';
      const path = join(dir, name);
      const log = readFileSync(`${path}-wal`);
      const file = readFileSync(path);
      const count = (db: Database.Database): unknown => {
        try {
          return db.prepare(`SELECT count(*) AS n, max(rowid) AS last FROM ${table}`).get();
        } catch {
          return 'no such table yet';
        } finally {
          db.close();
        }
      };
      const copy = join(dir, 'copy.db');
      const seen = new Set<string>();
      const same = (bytes: Buffer, what: string): void => {
        writeFileSync(path, file);
        writeFileSync(`${path}-wal`, bytes);
        const image = readImage(path);
        const mine = image ? count(new Database(image)) : 'no such table yet';
        writeFileSync(copy, file);
        writeFileSync(`${copy}-wal`, bytes);
        expect({ what, rows: mine }).toEqual({ what, rows: count(new Database(copy)) });
        seen.add(JSON.stringify(mine));
        rmSync(`${copy}-wal`, { force: true });
      };
      for (let at = 0; at < log.length; at += 17_959) {
        same(log.subarray(0, at), `cut at ${at}`);
        const damaged = Buffer.from(log);
        damaged[at] = (damaged[at] ?? 0) ^ 0xff;
        same(damaged, `damaged at ${at}`);
      }
      same(log, 'whole');
      expect(seen.size).toBeGreaterThan(10);
    },
  );

  test('cut off anywhere: opens, jobs are whole and a prefix of what was queued', () => {
    const dir = crashed(() => {
      for (let n = 0; n < COUNT; n += 1) addSend(`n${n}`);
    });
    const wal = `${outboxPath(dir)}-wal`;
    const whole = readFileSync(wal);
    const files = new Map(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))]));
    let most = 0;
    for (let cut = whole.length; cut >= 0; cut -= 9_973) {
      for (const name of readdirSync(dir)) rmSync(join(dir, name));
      for (const [name, bytes] of files) writeFileSync(join(dir, name), bytes);
      truncateSync(wal, cut);
      const store = openCopy(dir);
      const names = sendsIn(store, COUNT);
      expect(names).toEqual(Array.from({ length: names.length }, (_, n) => `n${n}`));
      expect(store.storage).toMatchObject({ readOnly: null, outboxDamage: null });
      most = Math.max(most, names.length);
      store.close();
    }
    expect(most).toBe(COUNT);
  });

  test('with its index file gone or full of garbage: nothing is missing', () => {
    for (const index of [null, Buffer.alloc(32_768, 0x7f)]) {
      const dir = crashed(() => addSend(index ? 'second' : 'first'));
      for (const path of [cachePath(dir), outboxPath(dir)]) if (index) writeFileSync(`${path}-shm`, index);
      const store = openCopy(dir);
      expect(store.outbox.sendJob(PERSON, `${ME.uid}:first`)?.payload['content']).toBe('words first');
      expect(store.storage).toEqual({ readOnly: null, cacheReplaced: null, outboxDamage: null });
      store.close();
    }
  });
});

describe('one core per folder', () => {
  test('a second one is refused with a code, and may come when the first has closed', () => {
    const inUse = expect.objectContaining({ code: 'inUse' }) as Error;
    expect(() => openCopy(fixture.dir)).toThrow(inUse);
    addSend('still mine');
    expect(sendOf('still mine')).toBe('words still mine');
    fixture.store.close();
    const second = openCopy(fixture.dir);
    expect(() => fixture.reopenFresh()).toThrow(inUse);
    second.close();
    fixture.reopenFresh();
  });

  test('also from another process, until that one is killed', async () => {
    fixture.store.close();
    const script = `
      import { lockAccount } from ${JSON.stringify(join(import.meta.dirname, 'account-lock.ts'))};
      // Whatever nobody holds is closed by the garbage collection.
      globalThis.held = lockAccount(process.argv[1]);
      process.stdout.write('locked');
      setInterval(() => undefined, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, fixture.dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((locked) => child.stdout.once('data', locked));
    expect(() => openCopy(fixture.dir)).toThrow(expect.objectContaining({ code: 'inUse' }) as Error);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    fixture.reopenFresh();
    expect(fixture.store.readOnly).toBe(false);
  });
});

describe('a clock that was set back by a day', () => {
  const DAY_MS = 86_400_000;

  test('changes no order: what waits stays in the order of writing, what came in the order of the server', () => {
    addSend('first');
    fixture.store.messages.ingest([message(1), message(2)], 'live');
    fixture.nowMs -= DAY_MS;
    fixture.store.outbox.addSend({
      channel: GROUP,
      clientMsgNo: 'late',
      payload: text('late'),
      timestamp: START - 86_400,
    });
    addSend('second');
    fixture.store.messages.ingest([message(3)], 'live');
    expect(fixture.store.messages.page(GROUP, { at: 'latest' }, 10).messages.map((m) => m.key)).toEqual([
      'u-bob:no-1',
      'u-bob:no-2',
      'u-bob:no-3',
      'u-me:late',
    ]);
    const keys = fixture.store.messages.page(PERSON, { at: 'latest' }, 10).messages.map((m) => m.key);
    expect(keys).toEqual(['u-me:first', 'u-me:second']);
  });

  test('brings nothing back that has expired', () => {
    fixture.store.messages.ingest([message(1, { expire: 60, payload: text('short lived') })], 'live');
    fixture.nowMs += 120_000;
    fixture.store.conversations.list();
    fixture.reopen();
    expect(found(fixture.store, 'lived')).toEqual([]);
    fixture.nowMs -= DAY_MS;
    fixture.reopen();
    expect(found(fixture.store, 'lived')).toEqual([]);
  });
});

function closeWithContent(): void {
  fixture.store.messages.ingest([message(1, { payload: text('cached') })], 'live');
  addSend('unsent');
  fixture.store.close();
}

describe('files that are not as they were left', () => {
  test('an outbox cut to nothing is told, not taken for a new one', () => {
    closeWithContent();
    truncateSync(outboxPath(fixture.dir));
    expect(fixture.reopenFresh().storage.outboxDamage).toMatchObject({ recovered: 0 });
    addSend('next');
    expect(fixture.reopen().storage.outboxDamage).toBeNull();
    expect(sendOf('next')).toBe('words next');
  });

  test('an outbox cut to nothing: what its log still has goes on', () => {
    fixture.store.messages.ingest([message(1)], 'live');
    fixture.reopen();
    const dir = crashed(() => addSend('unsent'));
    truncateSync(outboxPath(dir));
    const store = openCopy(dir);
    expect(store.storage.outboxDamage).not.toBeNull();
    expect(existsSync(join(dir, `${store.storage.outboxDamage?.keptAs ?? ''}-wal`))).toBe(true);
    store.close();
  });

  test('a new account whose process ended before the outbox had a page: nothing is damaged', () => {
    fixture.store.close();
    truncateSync(outboxPath(fixture.dir));
    expect(fixture.reopenFresh().storage.outboxDamage).toBeNull();
  });

  test('a cache cut to nothing is built anew', () => {
    closeWithContent();
    truncateSync(cachePath(fixture.dir));
    expect(found(fixture.reopenFresh(), 'cached')).toEqual([]);
    expect(sendOf('unsent')).toBe('words unsent');
  });

  test('a lock file with something in it locks as before', () => {
    closeWithContent();
    writeFileSync(join(fixture.dir, LOCK_FILE), Buffer.alloc(9_000, 3));
    fixture.reopenFresh();
    expect(sendOf('unsent')).toBe('words unsent');
    expect(() => openCopy(fixture.dir)).toThrow(expect.objectContaining({ code: 'inUse' }) as Error);
  });

  test.each([
    ['outbox.db', 0o444, true, true],
    ['outbox.db', 0o000, true, false],
    ['cache.db', 0o444, true, true],
    ['cache.db', 0o000, false, true],
  ])('%s of somebody else, mode %o: opens read-only, shows what may be read', (name, mode, cache, outbox) => {
    closeWithContent();
    for (const each of readdirSync(fixture.dir)) chmodSync(join(fixture.dir, each), 0o666);
    chmodSync(join(fixture.dir, name), mode);
    const store = withoutPermission(fixture.dir, 0o777, () => openCopy(fixture.dir));
    expect(store.storage.readOnly).toBe('notWritable');
    expect(found(store, 'cached')).toEqual(cache ? ['u-bob:no-1'] : []);
    expect(store.outbox.sendJob(PERSON, `${ME.uid}:unsent`)?.clientMsgNo).toBe(outbox ? 'unsent' : undefined);
    withoutPermission(fixture.dir, 0o777, () => store.close());
    chmodSync(join(fixture.dir, name), 0o600);
    // Nothing was changed: with the right of old everything is there.
    expect(found(fixture.reopenFresh(), 'cached')).toEqual(['u-bob:no-1']);
    expect(sendOf('unsent')).toBe('words unsent');
  });

  test('a folder that may not even be looked into: opens read-only and empty', () => {
    closeWithContent();
    const store = withoutPermission(fixture.dir, 0o000, () => openCopy(fixture.dir));
    expect(store.storage.readOnly).toBe('notWritable');
    expect(store.conversations.list()).toEqual([]);
    withoutPermission(fixture.dir, 0o000, () => store.close());
    expect(found(fixture.reopenFresh(), 'cached')).toEqual(['u-bob:no-1']);
  });
});
