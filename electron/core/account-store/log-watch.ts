/** Keeps the write-ahead log from growing without end while nothing is erased. */
import type { StoreLog } from '../store/context.ts';
import { isLogOver, limitLog, LONG_LOG, LONGEST_LOG, type OpenedDatabase } from '../store/files/database.ts';

/** How often the length of the log is looked at. */
const CALLS_PER_LOOK = 16;
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
  #calls = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  called(): void {
    this.#calls += 1;
    if (this.#calls % CALLS_PER_LOOK === 0 && !this.#parts.isClosed()) this.#look(LONGEST_LOG);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** What was called before is done, whatever becomes of this. */
  #look(most: number): void {
    const { guarded, isClosed, log, opened } = this.#parts;
    try {
      guarded(() => {
        const { db, readOnly } = opened();
        if (readOnly || db.inTransaction) return;
        limitLog(db, most);
        if (this.#timer || !isLogOver(db, LONG_LOG)) return;
        this.#timer = setTimeout(() => {
          this.#timer = null;
          if (!isClosed()) this.#look(LONG_LOG);
        }, LONG_LOG_MS).unref();
      });
    } catch (error) {
      log('warn', `the write-ahead log could not be emptied: ${String(error)}`);
    }
  }
}
