/**
 * The business server's SQLite database: opening, migrations, and a thin typed accessor. One process owns the file;
 * every call is synchronous. `secure_delete` is on because recalled text (edits) must not stay in free pages.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { privateDatabase, privateFolder } from '../../private-file.ts';
import { LogKeeper } from '../../../shared/sqlite/log-keeper.ts';
import { MIGRATIONS } from './migrations.ts';
import { recalledNumber } from './recalled-number.ts';

type Bindable = string | number | bigint | null | Uint8Array;

/** better-sqlite3 binds `?1` by name, not by position: values for numbered parameters go in as an object. */
function bound(sql: string, params: readonly Bindable[]): unknown[] {
  if (!/\?\d/.test(sql)) return [...params];
  return [Object.fromEntries(params.map((value, index) => [String(index + 1), value]))];
}

/** One change that waits for the next shared transaction. */
interface Waiting {
  work: () => unknown;
  done: (value: unknown) => void;
  failed: (error: unknown) => void;
}

/** Changes in one shared transaction: others wait until it is on the disk. */
const MOST_TOGETHER = 200;

export class Db {
  readonly #sqlite: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();
  readonly #logKeeper: LogKeeper;
  #waiting: Waiting[] = [];
  #turn: NodeJS.Immediate | null = null;
  /** What is to be done once the transaction that runs is on the disk. */
  #onCommit: (() => void)[] = [];

  /** `onLogError`: the write-ahead log could not be emptied now; it is tried again. */
  constructor(file: string, onLogError: (error: unknown) => void) {
    this.#sqlite = new Database(file);
    this.#sqlite.pragma('journal_mode = WAL');
    // FULL: a recall is promised to be on disk before it is answered, also over a power failure.
    this.#sqlite.pragma('synchronous = FULL');
    this.#sqlite.pragma('foreign_keys = ON');
    this.#sqlite.pragma('secure_delete = ON');
    this.#sqlite.pragma('busy_timeout = 5000');
    migrate(this.#sqlite);
    this.#logKeeper = new LogKeeper(this.#sqlite, onLogError);
  }

  #statement(sql: string): Database.Statement<unknown[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  // The caller names the row's type, as for every SQL library.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  get<Row>(sql: string, ...params: Bindable[]): Row | undefined {
    return this.#statement(sql).get(...bound(sql, params)) as Row | undefined;
  }

  all<Row>(sql: string, ...params: Bindable[]): Row[] {
    return this.#statement(sql).all(...bound(sql, params)) as Row[];
  }

  /** Rows changed. */
  run(sql: string, ...params: Bindable[]): number {
    return this.#statement(sql).run(...bound(sql, params)).changes;
  }

  /** Runs `work` in one IMMEDIATE transaction; nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return work();
    this.#onCommit = [];
    const value = this.#sqlite.transaction(work).immediate();
    this.#afterCommit();
    return value;
  }

  /**
   * Group commit: runs `work` with whatever else waits in one transaction, and answers when that is on the disk, so
   * that many changes at once wait for the disk once. A work that throws is undone alone and its error thrown here;
   * when the commit itself fails nothing of the group is kept and each is told so.
   */
  together<T>(work: () => T): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.#waiting.push({ work, done: done as (value: unknown) => void, failed });
      this.#turn ??= setImmediate(() => this.#runTogether());
    });
  }

  /** Calls `then` once the transaction that runs is on the disk, never when it is undone; at once when none runs. */
  onCommit(then: () => void): void {
    if (this.#sqlite.inTransaction) this.#onCommit.push(then);
    else then();
  }

  #afterCommit(): void {
    const due = this.#onCommit;
    this.#onCommit = [];
    for (const then of due) then();
  }

  #runTogether(): void {
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = null;
    const group = this.#waiting.splice(0, MOST_TOGETHER);
    if (this.#waiting.length > 0) this.#turn = setImmediate(() => this.#runTogether());
    const answers: (() => void)[] = [];
    try {
      this.transaction(() => {
        for (const { work, done, failed } of group) {
          const before = this.#onCommit.length;
          try {
            // Inside of another transaction: a savepoint.
            const value = this.#sqlite.transaction(work)();
            answers.push(() => done(value));
          } catch (error) {
            this.#onCommit.length = before;
            answers.push(() => failed(error));
            // The disk is full, for instance: SQLite has undone all of it.
            if (!this.#sqlite.inTransaction) throw error;
          }
        }
      });
    } catch (error) {
      for (const { failed } of group) failed(error);
      return;
    }
    for (const answer of answers) answer();
  }

  /**
   * Text was overwritten: within half a second the write-ahead log and the unused parts of pages hold it no more. Call
   * after the commit.
   */
  erased(): void {
    this.#logKeeper.erased();
  }

  /** Commits what waits. */
  close(): void {
    while (this.#waiting.length > 0) this.#runTogether();
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = null;
    this.#logKeeper.close();
  }
}

/**
 * Opens `<dataDir>/business.db`, creating folder and tables as needed. Throws when the file is from a newer version.
 */
export function openDatabase(dataDir: string, onLogError: (error: unknown) => void = () => undefined): Db {
  privateFolder(dataDir);
  const path = join(dataDir, 'business.db');
  privateDatabase(path);
  return new Db(path, onLogError);
}

function migrate(sqlite: Database.Database): void {
  const current = Number(sqlite.pragma('user_version', { simple: true }));
  if (current > MIGRATIONS.length) {
    throw new Error(
      `business.db has schema version ${current}, this program knows up to ${MIGRATIONS.length}`,
    );
  }
  sqlite.function('recalled_number', (type, channel, clientMsgNo) =>
    recalledNumber(Number(type), String(channel), String(clientMsgNo)),
  );
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < current) continue;
    sqlite.transaction(() => {
      sqlite.exec(sql);
      sqlite.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/**
 * The next value of a version counter (`friend`, `group`, `member`, `reminder`, `conversation`): strictly increasing,
 * from 1,000,001 as TSDD's. Call inside the transaction that writes the versioned row.
 */
export function nextVersion(db: Db, kind: string): number {
  const row = db.get<{ value: number }>(
    `INSERT INTO version_counter(kind, value) VALUES (?, 1000001)
     ON CONFLICT(kind) DO UPDATE SET value = value + 1 RETURNING value`,
    kind,
  );
  if (!row) throw new Error('version counter returned no row');
  return row.value;
}

/** Next `extra_version`: microseconds like TSDD's, but strictly increasing also when the clock stands or goes back. */
export function nextExtraVersion(db: Db, nowMs: number): number {
  const row = db.get<{ value: number }>(
    `INSERT INTO version_counter(kind, value) VALUES ('extra', ?)
     ON CONFLICT(kind) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value`,
    nowMs * 1000,
  );
  if (!row) throw new Error('version counter returned no row');
  return row.value;
}
