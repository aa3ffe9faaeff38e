import { expect, it } from 'vitest';
import { compareSizes, nameOnLine } from './size-ratchet.ts';

const exception = { place: 'shared/a.ts', lines: 500, why: 'a table of one entry a line' };

it('is content when nothing is too large but what is excepted, exactly', () => {
  expect(compareSizes([], [])).toEqual([]);
  expect(compareSizes([{ place: 'shared/a.ts', lines: 500 }], [exception])).toEqual([]);
});

it('names what is too large, file or function', () => {
  expect(
    compareSizes(
      [
        { place: 'shared/a.ts', lines: 401 },
        { place: 'shared/b.ts > create', lines: 151 },
      ],
      [],
    ),
  ).toEqual([
    'shared/a.ts has 401 lines, 400 at most: split it',
    'shared/b.ts > create has 151 lines, 150 at most: split it',
  ]);
});

it('lets an exception shrink only', () => {
  expect(compareSizes([{ place: 'shared/a.ts', lines: 501 }], [exception])).toEqual([
    'shared/a.ts grew from 500 to 501 lines: split it, do not add to it',
  ]);
  expect(compareSizes([{ place: 'shared/a.ts', lines: 499 }], [exception])).toEqual([
    'shared/a.ts shrank to 499 lines: write that into size-exceptions.ts',
  ]);
  expect(compareSizes([], [exception])).toEqual([
    'shared/a.ts is not too large (any more): take it out of size-exceptions.ts',
  ]);
});

it('wants a reason', () => {
  const found = [{ place: 'shared/a.ts', lines: 500 }];
  expect(compareSizes(found, [{ ...exception, why: ' ' }])).toEqual([
    'shared/a.ts is excepted without a reason',
  ]);
});

it('names a function without a name by what it is given to', () => {
  expect(nameOnLine('export const useMessages = create((set, get) => ({')).toBe('useMessages');
  expect(nameOnLine("  'messages.page': (args) => {")).toBe("'messages.page'");
  expect(nameOnLine('  run(async () => {')).toBe('run');
});
