/** Numbered migrations: each file of this folder is one step, `user_version` says which were taken. */
import type Database from 'better-sqlite3';

export interface Migration {
  /** 1, 2, 3 … without gaps. */
  version: number;
  sql: string;
}

/** The database was written by a newer program; this one must not touch it. */
export class NewerSchema extends Error {
  readonly found: number;
  constructor(schema: string, found: number, known: number) {
    super(`${schema}: schema version ${found} is newer than ${known}, the newest this program knows`);
    this.name = 'NewerSchema';
    this.found = found;
  }
}

export function schemaVersion(db: Database.Database, schema: 'main' | 'outbox'): number {
  return Number(db.pragma(`${schema}.user_version`, { simple: true }));
}

/**
 * Takes the missing steps, each in a transaction of its own together with its `user_version`.
 * @throws NewerSchema when the file is ahead of `migrations`.
 */
export function migrate(
  db: Database.Database,
  schema: 'main' | 'outbox',
  migrations: readonly Migration[],
): void {
  const known = migrations.at(-1)?.version ?? 0;
  const found = schemaVersion(db, schema);
  if (found > known) throw new NewerSchema(schema, found, known);
  for (const step of migrations) {
    if (step.version <= found) continue;
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`${schema}.user_version = ${step.version}`);
    })();
  }
}
