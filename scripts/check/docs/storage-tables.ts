/** The tables that docs/storage.md lists are those the migrations leave behind, per database. */
import { parsePage } from './markdown.ts';
import type { Repository } from './repository.ts';

const PAGE = 'docs/storage.md';
/** Made while running (search-shards.ts), not by a migration: one per 8,192 rows. */
const NUMBERED = { table: /^message_search_\d+$/, database: 'cache.db' };
const DATABASES: Readonly<Record<string, string>> = { main: 'cache.db', outbox: 'outbox.db' };

export function storageTableProblems(repository: Repository): string[] {
  const made = tablesOfMigrations(repository);
  const page = parsePage(PAGE, repository.read(PAGE));
  const problems: string[] = [];
  for (const database of Object.values(DATABASES)) {
    const table = page.tables.find(({ header }) => header[0] === database);
    if (!table) {
      problems.push(`${PAGE} has no table of ${database}`);
      continue;
    }
    const listed = table.rows
      .flatMap((row) => [...(row[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
      .filter((name) => !name.startsWith('_'))
      .filter((name) => !(NUMBERED.table.test(name) && database === NUMBERED.database));
    const there = made.get(database) ?? new Set();
    for (const name of listed)
      if (!there.has(name)) problems.push(`${PAGE}:${table.line} lists ${name}, which no migration makes`);
    for (const name of there)
      if (!listed.includes(name)) problems.push(`${PAGE}:${table.line} leaves out ${name} of ${database}`);
  }
  return problems;
}

function tablesOfMigrations(repository: Repository): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  const migrations = repository.files.filter((file) =>
    /\/migrations\/(?:cache|outbox)-\d+-[\w-]+\.ts$/.test(file),
  );
  for (const file of migrations)
    for (const [, verb, schema = '', name = ''] of repository
      .read(file)
      .matchAll(/\b(CREATE(?: VIRTUAL)?|DROP) TABLE (\w+)\.(\w+)/g)) {
      const database = DATABASES[schema] ?? schema;
      const names = tables.get(database) ?? new Set();
      if (verb === 'DROP') names.delete(name);
      else names.add(name);
      tables.set(database, names);
    }
  return tables;
}
