import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownNames } from './known-names.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
  db.exec(`CREATE TABLE named (name TEXT NOT NULL, owed INTEGER) STRICT;
    CREATE INDEX named_by_name ON named (name) WHERE name <> ''`);
});
afterEach(() => void db.close());

/** Ids, and whatever else a server may call a message: above all what UTF-16 and UTF-8 sort differently. */
const name = fc.oneof(
  fc.integer({ min: 90, max: 120 }).map(String),
  fc.constantFrom('', '-5', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '😀1', '\u{10ffff}', 'a\0b', 'a'),
);

/** So that what lies between two names is often nothing. */
const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: 3 });

test('exactly those that are there, however the table and the question lie', () => {
  const indexed = { partial: "AND x.name <> ''" };
  const from = 'named x INDEXED BY named_by_name';
  const asked = [
    knownNames(db, 'name', from, indexed),
    knownNames(db, 'name', from, { ...indexed, isSpread: true }),
    knownNames(db, 'name', from, { ...indexed, only: 'AND x.owed IS NOT NULL' }),
  ];
  const insert = db.prepare('INSERT INTO named VALUES (?, ?)');
  fc.assert(
    fc.property(few(fc.tuple(name, fc.boolean())), few(name), (rows, names) => {
      db.exec('DELETE FROM named');
      for (const [of, owed] of rows) insert.run(of, owed ? 1 : null);
      const held = (which: (owed: boolean) => boolean): string[] =>
        [...new Set(names)].filter(
          (one) => one !== '' && rows.some(([of, owed]) => of === one && which(owed)),
        );
      const found = asked.map((known) => [...known(new Set(names))].sort());
      const all = held(() => true).sort();
      expect(found).toEqual([all, all, held((owed) => owed).sort()]);
    }),
    { numRuns: 1_000 },
  );
});
