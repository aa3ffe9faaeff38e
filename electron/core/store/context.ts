/** What every part of the store shares: the open database, the clocks, the change log and the transaction wrapper. */
import type Database from 'better-sqlite3';
import { createChangeLog, type ChangeLog } from './change-log.ts';

export type StoreLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** Content that left the databases. `payloads` as they were stored (JSON). */
export type ErasedContent =
  /** By a recall (or the end) of the message with these ids: its own, a waiting edit, a waiting forward of it. */
  | { by: 'recall'; messageIds: readonly string[]; payloads: readonly string[] }
  /** By a deletion, by expiry, or with a history that was cleared. */
  | { by: 'gone'; payloads: readonly string[] }
  /** By an edit: what the message said until then. */
  | { by: 'edit'; messageId: string; payload: string };

export interface StoreContext {
  readonly db: Database.Database;
  /** The name changes when it is edited on another device. */
  readonly me: { readonly uid: string; name: string };
  /** Local ms since epoch. */
  readonly now: () => number;
  /** Server time in ms. */
  readonly serverNow: () => number;
  readonly offerReedit: () => boolean;
  /** Seconds after which a message is removed from this computer, whatever the server keeps; null = never. */
  readonly keepSeconds?: number | null;
  readonly log: StoreLog;
  readonly changes: ChangeLog;
  /** A stored message ends at this server time (ms). */
  readonly endsAt?: (atMs: number) => void;
  /** A message burned: the outbox has to tell the server. After the commit. */
  readonly onBurned?: () => void;
  /** Gets what was erased, after the commit (for the leak check's fingerprints). Must not keep it. */
  readonly onContentErased?: (erased: ErasedContent) => void;
  /** Runs `work` in a transaction over both databases; inside another one it simply joins it. */
  write<T>(work: () => T): T;
  /**
   * The same without waiting for the disk: a killed process loses nothing, a power cut may take the newest of these
   * transactions back (never one before another, never one that came before a `write` to the outbox). Only for what the
   * next start finds out anew.
   */
  writeRepeatable<T>(work: () => T): T;
  /** Runs once at the end of the transaction in progress, inside it. */
  beforeCommit(hook: () => void): void;
  /** Runs once after the commit of the transaction in progress; dropped when it rolls back. */
  afterCommit(hook: () => void): void;
  /** In-memory mirrors of rows register here to be emptied when a transaction rolls back. */
  onRollback(reset: () => void): void;
}

export function createContext(
  base: Pick<
    StoreContext,
    | 'db'
    | 'me'
    | 'now'
    | 'serverNow'
    | 'offerReedit'
    | 'keepSeconds'
    | 'log'
    | 'endsAt'
    | 'onBurned'
    | 'onContentErased'
  > & {
    changes?: ChangeLog;
    /** A transaction was committed. Nothing may be read or written here. */
    committed?: () => void;
  },
): StoreContext {
  const { committed, db, ...given } = base;
  const changes = given.changes ?? createChangeLog();
  const resets: (() => void)[] = [];
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let hooks: (() => void)[] = [];
  let last: (() => void)[] = [];

  /** Whether the outbox's commits wait for the disk; changed only when the next one wants the other. */
  let durable: boolean | null = null;

  function transaction<T>(wantDurable: boolean, work: () => T): T {
    if (db.inTransaction) return work();
    if (durable !== wantDurable) {
      db.pragma(`outbox.synchronous = ${wantDurable ? 'FULL' : 'NORMAL'}`);
      durable = wantDurable;
    }
    begin.run();
    let result: T;
    try {
      result = work();
      while (last.length > 0) {
        const due = last;
        last = [];
        for (const hook of due) hook();
      }
      commit.run();
    } catch (error) {
      hooks = [];
      last = [];
      changes.rollback();
      for (const reset of resets) reset();
      if (db.inTransaction) rollback.run();
      throw error;
    }
    committed?.();
    const due = hooks;
    hooks = [];
    for (const hook of due) hook();
    changes.commit();
    return result;
  }

  return {
    ...given,
    db,
    changes,
    write: (work) => transaction(true, work),
    writeRepeatable: (work) => transaction(false, work),
    beforeCommit: (hook) => void last.push(hook),
    afterCommit: (hook) => void hooks.push(hook),
    onRollback: (reset) => void resets.push(reset),
  };
}
