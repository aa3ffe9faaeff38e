/**
 * One core per account folder, whatever starts it: the single-instance lock of the shell knows profiles, not folders
 * that two profiles share over a link. The lock is a file lock of SQLite's, so it ends with the process, also by kill
 * -9.
 */
import Database from 'better-sqlite3';
import { errorCode } from '../../../../shared/errors.ts';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../../shared/ipc/result.ts';

export const LOCK_FILE = 'in-use.lock';

export interface AccountLock {
  release(): void;
}

/**
 * @throws CodedError `inUse` when another core has the folder; SQLite's error when the lock file cannot be made (a
 * folder that takes no writes needs no lock: nobody can damage anything in it).
 */
export function lockAccount(accountDir: string): AccountLock {
  const path = join(accountDir, LOCK_FILE);
  try {
    return lockFile(path);
  } catch (error) {
    // Something wrote into it. It holds nothing, and the same file stays: whoever has it locked keeps the lock.
    if (errorCode(error) !== 'SQLITE_NOTADB') throw error;
    truncateSync(path);
    return lockFile(path);
  }
}

function lockFile(path: string): AccountLock {
  const db = new Database(path, { timeout: 0 });
  try {
    // No page is ever written: the file stays empty.
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (/^SQLITE_(BUSY|LOCKED)/.test(errorCode(error)))
      throw new CodedError('inUse', 'this account is open in another copy of the app');
    throw error;
  }
  return { release: () => void db.close() };
}
