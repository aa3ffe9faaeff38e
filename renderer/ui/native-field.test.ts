// oxlint-disable-next-line no-restricted-imports -- looks through the sources
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { difference } from './native-field.tsx';

describe('what is typed to make one text another', () => {
  it.each([
    ['', 'abc', [0, 0, 'abc']],
    ['abc', '', [0, 3, '']],
    ['abc', 'abc', [3, 3, '']],
    ['请 @苏', '请 @苏航 ', [4, 4, '航 ']],
    ['aa', 'aaa', [2, 2, 'a']],
    ['@Lin rest', 'rest', [0, 5, '']],
    // Both begin with the same half.
    ['😀', '😁', [0, 2, '😁']],
    ['a😀b', 'a😁b', [1, 3, '😁']],
    // Both end with the same half (U+1F600, U+1FA00 differ in the first).
    ['x\u{1f600}', 'x\u{1fa00}', [1, 3, '\u{1fa00}']],
  ])('%j to %j', (before, after, expected) => {
    const [from, to, piece] = difference(before, after);
    expect([from, to, piece]).toEqual(expected);
    expect(before.slice(0, from) + piece + before.slice(to)).toBe(after);
  });
});

it('no text field is written by React: that would cut its undo into letters and bring back other words', () => {
  const files = Object.keys(import.meta.glob('../**/*.tsx')).filter(
    (path) => !/native-field|\.test\./.test(path),
  );
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((path) => {
    const source = readFileSync(new URL(path, import.meta.url), 'utf8');
    return [...source.matchAll(/<(?:textarea\b|input\b(?![^>]*type="(?:checkbox|file|radio|range)"))/g)].map(
      () => path,
    );
  });
  expect(found).toEqual([]);
});
