import Database from 'better-sqlite3';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheMigrations, outboxMigrations } from './migrations/index.ts';
import { migrate, NewerSchema, schemaVersion } from './migrations/migrate.ts';
import { cachePath, limitLogs, openDatabase, outboxPath, truncateLog } from './database.ts';
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

const fixture = useFixture();

const send = (): void =>
  void fixture.store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'unsent',
    payload: text('my words'),
    timestamp: START,
  });
const unsent = (): unknown => fixture.store.outbox.sendJob(PERSON, `${ME.uid}:unsent`)?.payload;

describe('migrations', () => {
  test.each([
    ['cache', 'main', cacheMigrations],
    ['outbox', 'outbox', outboxMigrations],
  ] as const)(
    '%s: numbered without gaps, each step sets its number, twice is once',
    (_name, schema, migrations) => {
      expect(migrations.map((m) => m.version)).toEqual(migrations.map((_, index) => index + 1));
      const db = new Database(':memory:');
      db.exec("ATTACH ':memory:' AS outbox");
      for (const count of migrations.keys()) {
        migrate(db, schema, migrations.slice(0, count + 1));
        expect(schemaVersion(db, schema)).toBe(count + 1);
      }
      migrate(db, schema, migrations);
      expect(schemaVersion(db, schema)).toBe(migrations.length);
      expect(() => migrate(db, schema, [])).toThrow(NewerSchema);
      db.close();
    },
  );

  test('cache 1 and outbox 1 create their tables', () => {
    const db = new Database(':memory:');
    db.exec("ATTACH ':memory:' AS outbox");
    migrate(db, 'main', cacheMigrations.slice(0, 1));
    migrate(db, 'outbox', outboxMigrations.slice(0, 1));
    const tables = (schema: string): string[] =>
      db
        .prepare<[], { name: string }>(
          `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\\_%' ESCAPE '\\' ORDER BY name`,
        )
        .all()
        .map((row) => row.name);
    expect(tables('main')).toEqual(['channel', 'conversation', 'message', 'reminder', 'state', 'user']);
    expect(tables('outbox')).toEqual(['draft']);
    db.close();
  });

  test('a step that fails leaves the version before it', () => {
    const db = new Database(':memory:');
    const broken = { version: 2, sql: 'CREATE TABLE ok (a); CREATE TABLE broken (' };
    expect(() => migrate(db, 'main', [...cacheMigrations.slice(0, 1), broken])).toThrow(/incomplete input/);
    expect(schemaVersion(db, 'main')).toBe(1);
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'ok'").get()).toEqual({ n: 0 });
    db.close();
  });
});

test('durability and erasure settings are in effect', () => {
  fixture.store.messages.ingest([message(1)], 'live');
  fixture.store.close();
  // Opening again must not depend on what the first opening set.
  const { db } = openDatabase(fixture.dir, () => undefined);
  const value = (pragma: string): unknown => db.pragma(pragma, { simple: true });
  expect({
    cache: [value('main.journal_mode'), value('main.synchronous'), value('main.secure_delete')],
    outbox: [value('outbox.journal_mode'), value('outbox.synchronous'), value('outbox.secure_delete')],
    rest: [value('foreign_keys'), value('busy_timeout'), value('temp_store')],
  }).toEqual({ cache: ['wal', 1, 1], outbox: ['wal', 2, 1], rest: [1, 5000, 2] });
  expect(db.prepare("SELECT v FROM message_search_0_config WHERE k = 'secure-delete'").get()).toEqual({
    v: 1,
  });
  db.close();
  fixture.reopenFresh();
});

test('a cache of a newer program is dropped, the outbox kept', () => {
  fixture.store.messages.ingest([message(1)], 'live');
  send();
  fixture.store.close();
  const raw = new Database(cachePath(fixture.dir));
  raw.pragma('user_version = 999');
  raw.close();
  fixture.reopenFresh();
  expect(fixture.store.storage).toEqual({ readOnly: null, cacheReplaced: 'newer', outboxDamage: null });
  expect(fixture.store.messages.byId(idOf(1))).toBeNull();
  expect(unsent()).toEqual(text('my words'));
});

test.each([
  ['garbage', (path: string) => writeFileSync(path, Buffer.alloc(50_000, 0x41))],
  ['a damaged page', (path: string) => overwrite(path, 4096, 40_000)],
  ['half a file', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 9_000))],
])('a cache that is %s is rebuilt by itself, the outbox kept', (_what, damage) => {
  fixture.store.messages.ingest(
    Array.from({ length: 200 }, (_, index) => message(index + 1)),
    'live',
  );
  send();
  fixture.store.close();
  damage(cachePath(fixture.dir));
  fixture.reopenFresh();
  const { store } = fixture;
  // Whatever the damage hit, reading and writing work (the cache was replaced at the start or on the way).
  store.messages.ingest([message(500, { payload: text('after the damage') })], 'live');
  expect(found(store, 'damage')).toEqual(['u-bob:no-500']);
  expect(store.conversations.list().length).toBe(1);
  expect(unsent()).toEqual(text('my words'));
});

test('a damaged outbox is moved aside, reported, and never deleted', () => {
  send();
  fixture.store.close();
  const bytes = Buffer.alloc(20_000, 0x42);
  writeFileSync(outboxPath(fixture.dir), bytes);
  fixture.reopenFresh();
  const damage = fixture.store.storage.outboxDamage;
  expect(damage).toMatchObject({ recovered: 0 });
  expect(readFileSync(join(fixture.dir, damage?.keptAs ?? ''))).toEqual(bytes);
  expect(fixture.logged.some((line) => line.startsWith('error: outbox'))).toBe(true);
  send();
  expect(unsent()).toEqual(text('my words'));
});

test('a folder that cannot be written: everything is readable, user writes are refused, recalls still apply', () => {
  fixture.store.messages.ingest([message(1, { payload: text('readable') }), message(2)], 'live');
  send();
  fixture.store.close();
  // A folder where SQLite needs its log file stands for a disk that takes no writes (tests may run as root).
  rmSync(`${cachePath(fixture.dir)}-wal`, { force: true });
  mkdirSync(`${cachePath(fixture.dir)}-wal`);
  const before = readdirSync(fixture.dir).map((name) => [name, statSync(join(fixture.dir, name)).mtimeMs]);
  fixture.reopenFresh();
  const { store } = fixture;
  expect(store.readOnly).toBe(true);
  expect(found(store, 'readable')).toEqual(['u-bob:no-1']);
  expect(unsent()).toEqual(text('my words'));
  expect(store.outbox.nextSends()).toEqual([]);
  expect(store.people.channelInfo(GROUP).composerBlock).toBe('readOnly');
  expect(() => store.outbox.addSend({ channel: GROUP, clientMsgNo: 'x', payload: {}, timestamp: 1 })).toThrow(
    /read-only/,
  );
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(1),
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
  expect(found(store, 'readable')).toEqual([]);
  store.close();
  expect(readdirSync(fixture.dir).map((name) => [name, statSync(join(fixture.dir, name)).mtimeMs])).toEqual(
    before,
  );
  rmSync(`${cachePath(fixture.dir)}-wal`, { recursive: true });
  fixture.reopenFresh();
});

test('rebuild empties the cache, keeps the outbox, and tells the views', () => {
  fixture.store.messages.ingest([message(1)], 'live');
  send();
  const generation = fixture.store.state.get('cacheId');
  fixture.store.changes.take();
  fixture.store.rebuild();
  const changes = fixture.store.changes.take();
  expect(changes?.reload.has('2/g-1')).toBe(true);
  expect(fixture.store.conversations.get(GROUP)).toBeNull();
  expect(unsent()).toEqual(text('my words'));
  expect(fixture.store.state.get('cacheId')).not.toBe(generation);
  fixture.store.messages.ingest([message(2)], 'live');
  expect(fixture.store.diagnostics()).toMatchObject({
    cachedMessages: 1,
    outboxJobs: 1,
    schemaVersion: cacheMigrations.length,
  });
  expect(existsSync(cachePath(fixture.dir))).toBe(true);
});

function overwrite(path: string, from: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0x5a), 0, length, from);
  closeSync(file);
}

test('a log that is full begins anew in its file, which stays as long as it is until the log is emptied', () => {
  const dir = join(fixture.dir, 'beside');
  const { db } = openDatabase(dir, () => undefined);
  const bytes = (): number => statSync(`${cachePath(dir)}-wal`).size;
  db.exec('CREATE TABLE main.filler (bytes BLOB)');
  const fill = db.prepare('INSERT INTO filler VALUES (zeroblob(1000000))');
  const count = db.prepare<[], number>('SELECT count(*) FROM filler').pluck();
  let written = 0;
  const write = (megabytes: number): void => {
    for (let n = 0; n < megabytes; n += 1) {
      fill.run();
      written += 1;
      limitLogs(db);
    }
  };
  write(60);
  const before = bytes();
  write(5);
  expect(bytes()).toBeGreaterThan(before);
  write(5);
  const full = bytes();
  write(50);
  expect(bytes()).toBe(full);
  expect(statSync(cachePath(dir)).size).toBeGreaterThan(60_000_000);
  expect(count.get()).toBe(written);
  expect(truncateLog(db, 'main')).toBe(true);
  expect(bytes()).toBe(0);
  expect(count.get()).toBe(written);
  db.close();
});
