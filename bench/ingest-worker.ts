/**
 * The worker thread of the ingest benchmark: the app's own core (only `ingest` is watched, to learn the batch sizes), and
 * next to it the baseline, which writes the rows the core has stored into a second database with nothing else around.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createCore } from '../electron/core/core.ts';
import { coreParts } from '../electron/core/core-parts.ts';
import { createShard, shardOf, shardTable } from '../electron/core/search/search-shards.ts';
import { indexText } from '../electron/core/search/segmenter.ts';
import { cachePath, openDatabase } from '../electron/core/store/database.ts';
import { MESSAGE_COLUMNS, type StoredMessage } from '../electron/core/store/message-row.ts';
import { openStore } from '../electron/core/store/store.ts';
import type { ToWorker, WorkerStart } from '../shared/ipc/worker-protocol.ts';
import Database from 'better-sqlite3';

interface IngestStart extends WorkerStart {
  /** Folder of the baseline's database. */
  rawDir: string;
}
/** The answer to `{ kind: 'raw' }`. `ms`: writing what came since the last time, in batches of the same sizes. */
export interface RawDone {
  kind: 'rawDone';
  ms: number;
  rows: number;
  batches: number;
}

const port = parentPort;
if (!port) throw new Error('ingest-worker.ts runs in a worker thread');
const start = workerData as IngestStart;

let batches: number[] = [];
const core = createCore(start, (message) => port.postMessage(message), {
  ...coreParts,
  openStore(options) {
    const store = openStore(options);
    const ingest = store.ingest.bind(store);
    store.ingest = (list, source, range) => {
      if (source === 'live') batches.push(list.length);
      ingest(list, source, range);
    };
    return store;
  },
});

const raw = openDatabase(start.rawDir, () => undefined).db;
// The core brings its log into the file now and then; the baseline must not leave that out. SQLite's own default.
raw.pragma('main.wal_autocheckpoint = 1000');
const begin = raw.prepare('BEGIN IMMEDIATE');
const commit = raw.prepare('COMMIT');
const insert = raw.prepare(
  `INSERT INTO message (row, ${MESSAGE_COLUMNS.join(', ')}) VALUES (?, ${MESSAGE_COLUMNS.map(() => '?').join(', ')})`,
);
const indexes = new Map<number, Database.Statement<[number, string]>>();
/** Statement that writes into the table of the index which holds this row. */
function insertText(row: number): Database.Statement<[number, string]> {
  const shard = shardOf(row);
  let statement = indexes.get(shard);
  if (!statement) {
    createShard(raw, shard);
    indexes.set(
      shard,
      (statement = raw.prepare(`INSERT INTO ${shardTable(shard)} (rowid, text) VALUES (?, ?)`)),
    );
  }
  return statement;
}
let lastRow = 0;
let isFirst = true;

function writeRaw(): RawDone {
  const cache = new Database(cachePath(start.accountDir), { readonly: true });
  const stored = cache
    .prepare<[number], StoredMessage>('SELECT * FROM message WHERE row > ? ORDER BY row')
    .all(lastRow);
  cache.close();
  const rows = stored.map((row) => ({
    row: row.row,
    values: [row.row, ...MESSAGE_COLUMNS.map((column) => row[column])],
    text: row.search_text === null ? null : indexText(row.search_text),
  }));
  lastRow = rows.at(-1)?.row ?? lastRow;
  const sizes = batches;
  batches = [];
  // What the sync after connecting has stored is not watched; it came before everything else.
  const fromSync = rows.length - sizes.reduce((sum, size) => sum + size, 0);
  if (isFirst && fromSync > 0) sizes.unshift(fromSync);
  isFirst = false;

  const startedAt = performance.now();
  let from = 0;
  for (const size of sizes) {
    begin.run();
    for (const { row, values, text } of rows.slice(from, from + size)) {
      insert.run(values);
      if (text !== null) insertText(row).run(row, text);
    }
    commit.run();
    from += size;
  }
  const ms = performance.now() - startedAt;
  if (from !== rows.length) throw new Error(`${rows.length} rows stored in batches of ${from} in all`);
  return { kind: 'rawDone', ms, rows: rows.length, batches: sizes.length };
}

async function end(): Promise<void> {
  await core.close();
  raw.close();
  port?.close();
}

port.on('message', (message: ToWorker | { kind: 'raw' }) => {
  if (message.kind === 'raw') {
    port.postMessage(writeRaw());
  } else if (message.kind === 'shutdown') {
    void end();
  } else {
    core.handle(message);
  }
});
