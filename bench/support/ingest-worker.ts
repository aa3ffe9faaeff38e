/**
 * The worker thread of the ingest benchmark: the app's own core (only `ingest` is watched, to learn the batch sizes),
 * and next to it the baseline, which writes the rows the core has stored into a second database with nothing else
 * around.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createCore } from '../../electron/core/core.ts';
import { coreParts } from '../../electron/core/core-parts.ts';
import { createShard, shardOf, shardTable } from '../../electron/core/store/tables/search/search-shards.ts';
import { indexText } from '../../electron/core/store/tables/search/segmenter.ts';
import { cachePath, openDatabase } from '../../electron/core/store/files/database.ts';
import {
  MESSAGE_COLUMNS,
  type StoredMessage,
} from '../../electron/core/store/tables/messages/message-row.ts';
import { openStore } from '../../electron/core/account-store/open-store.ts';
import type { ToWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';
import Database from 'better-sqlite3';

interface IngestStart extends WorkerStart {
  /** Folder of the baseline's database. */
  rawDir: string;
}
/**
 * The answer to `{ kind: 'raw' }`: writing what came since the last time, in batches of the same sizes. `ms`: from the
 * payload on, which has to become JSON, and its text words of the index, whoever stores it; `preparedMs`: with both
 * done before.
 */
export interface RawDone {
  kind: 'rawDone';
  ms: number;
  preparedMs: number;
  /** As `ms`, in processor time of the thread, which others on the machine hardly stretch. */
  cpuMs: number;
  rows: number;
  batches: number;
}

/** The answer to `{ kind: 'cpu' }`: processor time of this thread since it began. */
export interface CpuDone {
  kind: 'cpuDone';
  cpuMs: number;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const port = parentPort;
if (!port) throw new Error('ingest-worker.ts runs in a worker thread');
const start = workerData as IngestStart;

let batches: number[] = [];
const core = createCore(start, (message) => port.postMessage(message), {
  ...coreParts,
  openStore(options) {
    const store = openStore(options);
    const ingest = store.messages.ingest.bind(store);
    store.messages.ingest = (list, source, range) => {
      if (source === 'live') batches.push(list.length);
      ingest(list, source, range);
    };
    return store;
  },
});

interface RawRow {
  row: number;
  stored: StoredMessage;
  payload: unknown;
  values: unknown[];
  text: string | null;
}

/** better-sqlite3 alone: a database of the same schema and pragmas. */
class Raw {
  readonly #db: Database.Database;
  readonly #indexes = new Map<number, Database.Statement<[number, string]>>();
  readonly #run: (statement: 'BEGIN IMMEDIATE' | 'COMMIT') => void;
  readonly #insert: Database.Statement<[unknown[]]>;

  constructor(dir: string) {
    this.#db = openDatabase(dir, () => undefined).db;
    // The core brings its log into the file now and then; the baseline must not leave that out. SQLite's own default.
    this.#db.pragma('main.wal_autocheckpoint = 1000');
    const [begin, commit] = [this.#db.prepare('BEGIN IMMEDIATE'), this.#db.prepare('COMMIT')];
    this.#run = (statement) => void (statement === 'COMMIT' ? commit : begin).run();
    const marks = MESSAGE_COLUMNS.map(() => '?').join(', ');
    this.#insert = this.#db.prepare(
      `INSERT INTO message (row, ${MESSAGE_COLUMNS.join(', ')}) VALUES (?, ${marks})`,
    );
  }

  /** Milliseconds. */
  write(rows: readonly RawRow[], sizes: readonly number[], prepared: boolean): number {
    const startedAt = performance.now();
    let from = 0;
    for (const size of sizes) {
      this.#run('BEGIN IMMEDIATE');
      for (const one of rows.slice(from, from + size)) {
        const { row, values, text } = prepared ? one : build(one);
        this.#insert.run(values);
        if (text !== null) this.#insertText(row).run(row, text);
      }
      this.#run('COMMIT');
      from += size;
    }
    return performance.now() - startedAt;
  }

  close(): void {
    this.#db.close();
  }

  /** Writes into the table of the index which holds this row. */
  #insertText(row: number): Database.Statement<[number, string]> {
    const shard = shardOf(row);
    let statement = this.#indexes.get(shard);
    if (!statement) {
      createShard(this.#db, shard);
      statement = this.#db.prepare(`INSERT INTO ${shardTable(shard)} (rowid, text) VALUES (?, ?)`);
      this.#indexes.set(shard, statement);
    }
    return statement;
  }
}

function build({ row, stored, payload }: RawRow): Pick<RawRow, 'row' | 'values' | 'text'> {
  const built = { ...stored, payload: payload === null ? null : JSON.stringify(payload) };
  const text = stored.search_text === null ? null : indexText(stored.search_text);
  return { row, values: [row, ...MESSAGE_COLUMNS.map((column) => built[column])], text };
}

const raws = {
  built: new Raw(join(start.rawDir, 'built')),
  prepared: new Raw(join(start.rawDir, 'prepared')),
};
let lastRow = 0;
let isFirst = true;

function writeRaw(): RawDone {
  const cache = new Database(cachePath(start.accountDir), { readonly: true });
  const stored = cache
    .prepare<[number], StoredMessage>('SELECT * FROM message WHERE row > ? ORDER BY row')
    .all(lastRow);
  cache.close();
  const rows = stored.map((one): RawRow => {
    const payload: unknown = one.payload === null ? null : JSON.parse(one.payload);
    const base = { row: one.row, stored: one, payload, values: [], text: null };
    return { ...base, ...build(base) };
  });
  lastRow = rows.at(-1)?.row ?? lastRow;
  const sizes = batches;
  batches = [];
  // What the sync after connecting has stored is not watched; it came before everything else.
  const watched = sizes.reduce((sum, size) => sum + size, 0);
  if (isFirst && rows.length > watched) sizes.unshift(rows.length - watched);
  else if (rows.length !== watched)
    throw new Error(`${rows.length} rows stored in batches of ${watched} in all`);
  isFirst = false;
  const cpuBefore = cpuMs();
  const ms = raws.built.write(rows, sizes, false);
  const rawCpuMs = cpuMs() - cpuBefore;
  const preparedMs = raws.prepared.write(rows, sizes, true);
  return { kind: 'rawDone', ms, preparedMs, cpuMs: rawCpuMs, rows: rows.length, batches: sizes.length };
}

async function end(): Promise<void> {
  await core.close();
  raws.built.close();
  raws.prepared.close();
  port?.close();
}

port.on('message', (message: ToWorker | { kind: 'raw' } | { kind: 'cpu' }) => {
  if (message.kind === 'raw') {
    port.postMessage(writeRaw());
  } else if (message.kind === 'cpu') {
    const done: CpuDone = { kind: 'cpuDone', cpuMs: cpuMs() };
    port.postMessage(done);
  } else if (message.kind === 'shutdown') {
    void end();
  } else {
    core.handle(message);
  }
});
