/** Changes that share a transaction: each for itself, all on the disk before anybody is answered. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { type Db, openDatabase } from './database.ts';

let dir: string;
let db: Db;

beforeEach(() => {
  dir = tempFolder('wukong-together-');
  db = openDatabase(dir);
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (key: string): void => void db.run("INSERT INTO meta(key, value) VALUES (?, 'x')", key);
const keys = (of: { all: Db['all'] } = db): string[] =>
  of.all<{ key: string }>("SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY key").map(({ key }) => key);

/** As another process sees the file: what is committed. */
function committed(): string[] {
  const other = new Database(join(dir, 'business.db'), { readonly: true });
  const rows = other
    .prepare<[], { key: string }>("SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY key")
    .all();
  other.close();
  return rows.map(({ key }) => key);
}

test('are one transaction, and answered after it', async () => {
  const seen: string[][] = [];
  const works = ['k1', 'k2', 'k3'].map((key) =>
    db
      .together(() => {
        write(key);
        seen.push(committed());
        return key;
      })
      .then((answer) => [answer, committed()]),
  );
  expect(keys()).toEqual([]);
  const all = ['k1', 'k2', 'k3'];
  expect(await Promise.all(works)).toEqual(all.map((key) => [key, all]));
  // While they ran, nobody else saw anything of them.
  expect(seen).toEqual([[], [], []]);
});

test('one that throws is undone alone', async () => {
  const happened: string[] = [];
  const work = (key: string, fails: boolean) => () => {
    write(key);
    db.onCommit(() => happened.push(key));
    if (fails) throw new Error(`no ${key}`);
  };
  const results = await Promise.allSettled([
    db.together(work('k1', false)),
    db.together(work('k2', true)),
    db.together(work('k3', false)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(keys()).toEqual(['k1', 'k3']);
  expect(happened).toEqual(['k1', 'k3']);
});

test('when the commit fails, nobody is told that it is done, and nothing is kept', async () => {
  const happened: string[] = [];
  const work = (key: string) => () => {
    write(key);
    db.onCommit(() => happened.push(key));
  };
  const works = [
    db.together(work('k1')),
    db.together(() => {
      // A row without its parent, looked at only by COMMIT.
      db.run('PRAGMA defer_foreign_keys = ON');
      db.run('CREATE TABLE IF NOT EXISTS parent(id INTEGER PRIMARY KEY)');
      db.run('CREATE TABLE IF NOT EXISTS child(parent INTEGER REFERENCES parent(id))');
      db.run('INSERT INTO child VALUES (7)');
    }),
    db.together(work('k3')),
  ];
  const results = await Promise.allSettled(works);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(keys()).toEqual([]);
  expect(happened).toEqual([]);
  await db.together(work('k4'));
  expect(keys()).toEqual(['k4']);
  expect(happened).toEqual(['k4']);
});

test('what waits is kept when the server ends', () => {
  void db.together(() => write('k1'));
  db.close();
  expect(committed()).toEqual(['k1']);
  db = openDatabase(dir);
});
