/** The ranges of a channel against a plain set of the seqs they hold, in any order of additions and with rollbacks. */
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContext } from '../../context.ts';
import { createRangeTable } from './ranges.ts';

const CHANNELS = 2;
const HIGHEST = 40;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('next' as const),
      no: fc.nat(CHANNELS - 1),
      length: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      no: fc.nat(CHANNELS - 1),
      from: fc.integer({ min: 1, max: HIGHEST }),
      length: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), no: fc.nat(CHANNELS - 1) }) },
);

test('ranges hold exactly what was added, disjoint and never adjacent', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ step, rolledBack: fc.boolean() }), { maxLength: 40 }), (steps) => {
      const db = new Database(':memory:');
      db.exec(`ATTACH ':memory:' AS outbox; CREATE TABLE seq_range (channel_no INTEGER NOT NULL, from_seq INTEGER NOT NULL,
        to_seq INTEGER NOT NULL, PRIMARY KEY (channel_no, from_seq)) STRICT, WITHOUT ROWID`);
      const ctx = createContext({
        db,
        me: { uid: 'me', name: 'me' },
        now: () => 0,
        serverNow: () => 0,
        offerReedit: () => false,
        log: () => undefined,
      });
      const ranges = createRangeTable(ctx);
      const model = Array.from({ length: CHANNELS }, () => new Set<number>());
      for (const { step: one, rolledBack } of steps) {
        const known = model[one.no] as Set<number>;
        const fromSeq = one.kind === 'add' ? one.from : Math.max(0, ...known) + 1;
        const toSeq = one.kind === 'forget' ? 0 : fromSeq + one.length - 1;
        try {
          ctx.write(() => {
            if (one.kind === 'forget') ranges.forget(one.no);
            else ranges.add(one.no, { fromSeq, toSeq });
            if (rolledBack) throw new RangeError('rolled back');
          });
        } catch (error) {
          if (!rolledBack) throw error;
          continue;
        }
        if (one.kind === 'forget') known.clear();
        for (let seq = fromSeq; seq <= toSeq; seq += 1) known.add(seq);
      }
      for (const [no, known] of model.entries()) {
        const rows = db
          .prepare<[number], { from: number; to: number }>(
            'SELECT from_seq AS "from", to_seq AS "to" FROM seq_range WHERE channel_no = ? ORDER BY from_seq',
          )
          .all(no);
        const held = rows.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect(held).toEqual([...known].sort((a, b) => a - b));
        const gaps = rows.slice(1).map((row, i) => row.from - (rows[i]?.to ?? 0));
        expect(gaps.filter((gap) => gap <= 1)).toEqual([]);
        const top = Math.max(HIGHEST, ...known) + 5;
        const holes = ranges.holes(no, { fromSeq: 1, toSeq: top }, 1_000);
        const missing = holes.flatMap((hole) =>
          Array.from({ length: hole.toSeq - hole.fromSeq + 1 }, (_, i) => hole.fromSeq + i),
        );
        expect(missing.sort((a, b) => a - b)).toEqual(
          Array.from({ length: top }, (_, i) => i + 1).filter((seq) => !known.has(seq)),
        );
      }
      db.close();
    }),
    { numRuns: 300 },
  );
});
