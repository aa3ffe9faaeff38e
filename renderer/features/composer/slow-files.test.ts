import { expect, it } from 'vitest';
import { overServer, slowFiles } from './slow-files.ts';

const MIB = 1024 * 1024;
const file = (name: string, size: number) => ({ name, size });

it.each([
  ['nobody knows', [file('a', 100 * MIB)], null, null],
  ['soon done', [file('a', 90 * MIB)], MIB / 2, null],
  ['a little more', [file('a', 90 * MIB + 1)], MIB / 2, 4],
  ['several together', [file('a', 60 * MIB), file('b', 60 * MIB)], MIB / 2, 4],
  ['nothing moves', [file('a', MIB)], 0, null],
])('%s', (_, items, rate, minutes) => {
  expect(slowFiles(items, rate)?.minutes ?? null).toBe(minutes);
});

it('names what goes, and the first that is too large', () => {
  const items = [file('a', 60 * MIB), file('b', 61 * MIB)];
  expect(slowFiles(items, MIB / 2)).toEqual({
    names: ['a', 'b'],
    bytes: 121 * MIB,
    bytesPerSecond: MIB / 2,
    minutes: 5,
  });
  expect(overServer(items, 61 * MIB)?.name).toBe('b');
  expect(overServer(items, null)).toBeUndefined();
});
