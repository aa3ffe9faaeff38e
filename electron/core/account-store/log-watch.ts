/** Keeps the write-ahead log from growing without end while nothing is erased. */
import type { StoreLog } from '../store/context.ts';
import { emptyLongLogs, isLogLong, limitLogs, type OpenedDatabase } from '../store/files/database.ts';

/** How often the length of the log is looked at: a look asks the system four times, and reading makes no log longer. */
const COMMITS_PER_LOOK = 16;
/** Whatever is written past the store's own transactions. */
const CALLS_PER_LOOK = 1_024;
/** From seeing that it is long to emptying it. */
const LONG_LOG_MS = 3_000;

interface Parts {
  opened: () => OpenedDatabase;
  guarded: (call: () => void) => void;
  isClosed: () => boolean;
  log: StoreLog;
}

export class LogWatch {
  readonly #parts: Parts;
  #commits = 0;
  #calls = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something was written. */
  committed(): void {
    this.#commits += 1;
  }

  /** A call of the store is done. */
  called(): void {
    this.#calls += 1;
    if (this.#commits < COMMITS_PER_LOOK && this.#calls < CALLS_PER_LOOK) return;
    this.#commits = 0;
    this.#calls = 0;
    if (!this.#parts.isClosed()) this.#look(limitLogs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** What was called before is done, whatever becomes of this. */
  #look(shorten: (db: OpenedDatabase['db']) => void): void {
    const { guarded, isClosed, log, opened } = this.#parts;
    try {
      guarded(() => {
        const { db, readOnly } = opened();
        if (readOnly || db.inTransaction) return;
        shorten(db);
        if (this.#timer || !isLogLong(db)) return;
        this.#timer = setTimeout(() => {
          this.#timer = null;
          if (!isClosed()) this.#look(emptyLongLogs);
        }, LONG_LOG_MS).unref();
      });
    } catch (error) {
      log('warn', `the write-ahead log could not be emptied: ${String(error)}`);
    }
  }
}
