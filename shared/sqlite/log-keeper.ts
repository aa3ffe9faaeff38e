/**
 * Empties the write-ahead log of a database that one process has open: after something was erased, when it has become
 * long, and at the end. Each time the unused part of the pages is zeroed as well (page-gaps.ts).
 */
import type Database from 'better-sqlite3';
import { checkpoint, logBytes } from './page-gaps.ts';

/**
 * An erasure is off the disk at once, or at most this long after it, together with all that come meanwhile: a
 * checkpoint waits for the disk.
 */
export const ERASED_WITHIN_MS = 500;
/** Where SQLite itself would begin. */
const LOG_LIMIT = 4 * 1024 * 1024;
const LOOK_AT_LOG_MS = 500;
/** While another process reads the file, or the disk takes nothing. */
const RETRY_MS = 500;
/** The thread must not stand still for as long as a write may wait. */
const CHECKPOINT_BUSY_MS = 50;

export class LogKeeper {
  readonly #db: Database.Database;
  readonly #onError: (error: unknown) => void;
  readonly #looking: NodeJS.Timeout;
  #due: NodeJS.Timeout | null = null;
  /** performance.now() of the last checkpoint for an erasure. */
  #erasedAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes over from SQLite's own checkpoints. What a killed process left in the log is dealt with at once.
   * `onError`: a checkpoint failed; it is tried again.
   */
  constructor(db: Database.Database, onError: (error: unknown) => void) {
    this.#db = db;
    this.#onError = onError;
    db.pragma('wal_autocheckpoint = 0');
    // Makes the log's file, if there is none.
    db.pragma('user_version');
    this.#looking = setInterval(() => this.#look(), LOOK_AT_LOG_MS).unref();
    if (logBytes(db, 'main') > 0) this.#empty();
  }

  /** Something was erased. Call after the commit. */
  erased(): void {
    const wait = this.#erasedAt + ERASED_WITHIN_MS - performance.now();
    if (wait > 0) {
      this.#in(wait);
      return;
    }
    this.#erasedAt = performance.now();
    this.#empty();
  }

  /** Empties the log and closes the database. */
  close(): void {
    clearInterval(this.#looking);
    this.#empty();
    if (this.#due) clearTimeout(this.#due);
    this.#db.close();
  }

  #in(ms: number): void {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.#erasedAt = performance.now();
      this.#empty();
    }, ms).unref();
  }

  #look(): void {
    if (this.#due === null && logBytes(this.#db, 'main') > LOG_LIMIT) this.#empty();
  }

  #empty(): void {
    const patience = Number(this.#db.pragma('busy_timeout', { simple: true }));
    this.#db.pragma(`busy_timeout = ${CHECKPOINT_BUSY_MS}`);
    try {
      if (checkpoint(this.#db, 'main')) return;
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#db.pragma(`busy_timeout = ${patience}`);
    }
    this.#in(RETRY_MS);
  }
}
