/** Makes the databases of a profile what an older version would have left: fewer steps of the schema taken. */
import { chownSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cacheMigrations } from '../../electron/core/store/files/migrations/index.ts';
import { migrate } from '../../electron/core/store/files/migrations/migrate.ts';

function accountFolder(profile: string): string {
  const [account] = readdirSync(join(profile, 'accounts'));
  if (account === undefined) throw new Error('nobody has signed in to this profile');
  return join(profile, 'accounts', account);
}

export function schemaVersions(profile: string): { cache: number; outbox: number } {
  const folder = accountFolder(profile);
  const of = (name: string): number => {
    const db = new Database(join(folder, name), { readonly: true });
    try {
      return Number(db.pragma('user_version', { simple: true }));
    } finally {
      db.close();
    }
  };
  return { cache: of('cache.db'), outbox: of('outbox.db') };
}

/** The cache with the first `steps` steps, and of its rows what the tables had columns for then. */
export function olderSchema(profile: string, steps: number): void {
  const path = join(accountFolder(profile), 'cache.db');
  const { uid, gid } = statSync(path);
  const older = `${path}.older`;
  const db = new Database(older);
  migrate(db, 'main', cacheMigrations.slice(0, steps));
  db.prepare('ATTACH ? AS newer').run(path);
  const names = (schema: string, table: string): string[] =>
    db.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}', '${schema}')`).pluck().all();
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .pluck()
    .all();
  for (const table of tables) {
    const there = new Set(names('newer', table));
    const columns = names('main', table).filter((name) => there.has(name));
    if (columns.length === 0) continue;
    const list = columns.map((name) => `"${name}"`).join(', ');
    db.exec(`INSERT OR REPLACE INTO main."${table}" (${list}) SELECT ${list} FROM newer."${table}"`);
  }
  db.exec('DETACH newer');
  db.close();
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true });
  renameSync(older, path);
  chownSync(path, uid, gid);
}
