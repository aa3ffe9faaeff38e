/**
 * What the first sign-in would wait for and that is the same for everybody, done by a worker that does not know yet for
 * whom it is (electron/main/accounts/spare-worker.ts): the database program, the tables, the first request.
 */
import Database from 'better-sqlite3';
import { createKeyPair } from '../../shared/wire/crypto.ts';
import { cacheMigrations, outboxMigrations } from './store/files/migrations/index.ts';
import { migrate } from './store/files/migrations/migrate.ts';
import { loadReadings } from './store/tables/people/read-aloud.ts';

/** Never throws: what is missing says so when it is needed. */
export function loadDatabaseProgram(): void {
  try {
    new Database(':memory:').close();
  } catch {
    // See above.
  }
}

/** Never throws, as well. */
export async function warmUp(): Promise<void> {
  try {
    const db = new Database(':memory:');
    db.exec("ATTACH ':memory:' AS outbox");
    migrate(db, 'main', cacheMigrations);
    migrate(db, 'outbox', outboxMigrations);
    db.close();
    createKeyPair();
    loadReadings();
    // Asks nobody for anything: it loads what asks.
    await (await globalThis.fetch('data:application/json,{}')).json();
  } catch {
    // See above.
  }
}
