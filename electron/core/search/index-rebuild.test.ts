import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { type OpenStore } from '../account-store/open-store.ts';
import { found, GROUP, idOf, ME, message, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { createContext, type StoreContext } from '../store/context.ts';
import { cachePath, openDatabase } from '../store/files/database.ts';
import { SearchIndex } from '../store/tables/search/search-index.ts';
import { createShard, SHARD_ROWS, shardsIn, shardTable } from '../store/tables/search/search-shards.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const MEETING = '회의록';

/** The account as an older version of the program left it: its own tokens in the index, its number in the state. */
function leftByOlder(change: (db: Database.Database) => void = () => undefined): void {
  store.close();
  const { db } = openDatabase(fixture.dir, () => undefined);
  change(db);
  for (const shard of shardsIn(db)) db.exec(`DROP TABLE ${shardTable(shard)}`);
  const rows = db
    .prepare<[], { row: number; text: string }>(
      'SELECT row, search_text AS text FROM message WHERE search_text IS NOT NULL',
    )
    .all();
  for (const { row, text: words } of rows) {
    const shard = Math.floor(row / SHARD_ROWS);
    if (!shardsIn(db).includes(shard)) createShard(db, shard);
    // Not what this version would write.
    db.prepare(`INSERT INTO ${shardTable(shard)} (rowid, text) VALUES (?, ?)`).run(
      row,
      `${words} old${row}old`,
    );
  }
  db.exec("UPDATE state SET value = '1' WHERE name = 'segmenterVersion'");
  db.close();
}

/** The index on its own connection, as the worker has it while it builds. */
function withIndex<T>(work: (index: SearchIndex, ctx: StoreContext) => T): T {
  const { db } = openDatabase(fixture.dir, () => undefined);
  const ctx = createContext({
    db,
    me: ME,
    now: () => 0,
    serverNow: () => 0,
    offerReedit: () => true,
    log: () => undefined,
  });
  const index = new SearchIndex(ctx);
  index.ensureCurrent();
  try {
    return work(index, ctx);
  } finally {
    db.close();
  }
}

function held(word: string): number[] {
  const db = new Database(cachePath(fixture.dir), { readonly: true });
  const rows = shardsIn(db).flatMap((shard) =>
    db
      .prepare<[string], number>(
        `SELECT rowid FROM ${shardTable(shard)} WHERE ${shardTable(shard)} MATCH ? ORDER BY rowid`,
      )
      .pluck()
      .all(`"${word}"`),
  );
  db.close();
  return rows;
}

function recall(n: number): void {
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(n),
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
}

const names = (...numbers: number[]): string[] => numbers.map((n) => `u-bob:no-${n}`);

test('another version builds the index in slices; who is killed goes on where it ended', () => {
  const count = 1_300;
  store.messages.ingest(
    Array.from({ length: count }, (_, at) =>
      message(at + 1, { payload: text(`word${at + 1}x shared ${MEETING.normalize('NFD')}`) }),
    ),
    'history',
  );
  leftByOlder();
  withIndex((index) => {
    expect(index.rebuildSome()).toBe(true);
    expect(index.missing(0)).toEqual([501, SHARD_ROWS]);
  });
  expect([held('word500x'), held('word501x'), held('old501old')]).toEqual([[500], [], []]);
  // Killed here: everything is found all the same, rows that are not in the index yet as well.
  store = fixture.reopenFresh();
  for (const n of [1, 500, 501, count]) expect(found(store, `word${n}x ${MEETING}`)).toEqual(names(n));
  // New, edited and recalled rows on both sides of where it is.
  store.messages.ingest([message(count + 1, { payload: text('word9999x fresh') })], 'live');
  recall(400);
  recall(900);
  expect([found(store, 'word400x'), found(store, 'word900x'), found(store, 'fresh')]).toEqual([
    [],
    [],
    names(count + 1),
  ]);
  store.checkpoint();
  store.close();
  withIndex((index) => {
    while (index.rebuildSome());
    expect(index.missing(0)).toBeNull();
  });
  store = fixture.reopenFresh();
  expect([held('word400x'), held('word900x'), held('word9999x'), held('word901x')]).toEqual([
    [],
    [],
    [count + 1],
    [901],
  ]);
  expect(held('shared')).toHaveLength(count - 2);
  expect(found(store, `word${count}x ${MEETING}`)).toEqual(names(count));
});

test('a recall in a table of the older version leaves nothing of it, and nothing of it returns', () => {
  store.messages.ingest(
    [1, 2, 3].map((n) => message(n, { payload: text(`plain${n} secretword${n}`) })),
    'live',
  );
  leftByOlder();
  store = fixture.reopenFresh();
  expect(found(store, 'secretword2')).toEqual(names(2));
  recall(2);
  expect(found(store, 'secretword2')).toEqual([]);
  store.checkpoint();
  expect([held('secretword2'), held('old2old')]).toEqual([[], []]);
  for (const suffix of ['', '-wal']) {
    expect(readFileSync(cachePath(fixture.dir) + suffix).includes('secretword2')).toBe(false);
  }
  store.close();
  withIndex((index) => {
    while (index.rebuildSome());
  });
  expect([held('secretword1'), held('secretword2'), held('secretword3')]).toEqual([[1], [], [3]]);
  store = fixture.reopenFresh();
  expect([found(store, 'secretword1'), found(store, 'secretword2')]).toEqual([names(1), []]);
});

test('rows on the list of what is to be erased do not return with the new index', () => {
  store.messages.ingest(
    [1, 2].map((n) => message(n, { payload: text(`plain${n}`) })),
    'live',
  );
  leftByOlder((db) =>
    db.exec(
      "UPDATE message SET recalled = 1, search_text = NULL WHERE row = 1; INSERT INTO search_erase VALUES (1, 'plain1')",
    ),
  );
  withIndex((index) => {
    while (index.rebuildSome());
    expect(index.anyDue()).toBe(true);
    expect(index.eraseDue(10)).toBe(false);
  });
  expect([held('plain1'), held('plain2')]).toEqual([[], [2]]);
});

test('a transaction that is rolled back takes the step back with it', () => {
  store.messages.ingest([message(1, { payload: text('plain') })], 'live');
  leftByOlder();
  withIndex((index, ctx) => {
    expect(() =>
      ctx.write(() => {
        index.add(1, 'plain');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(index.missing(0)).toBeNull();
    while (index.rebuildSome());
  });
  expect(held('plain')).toEqual([1]);
});

test('the worker builds it by itself, while everything is found', async () => {
  store.messages.ingest([message(1, { payload: text('plain') })], 'live');
  leftByOlder();
  store = fixture.reopenFresh();
  expect(found(store, 'plain')).toEqual(names(1));
  await expect.poll(() => [held('old1old'), held('plain')]).toEqual([[], [1]]);
});
