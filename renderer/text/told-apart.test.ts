import { expect, test } from 'vitest';
import { toldApart } from './told-apart.ts';

const details = (...entries: [id: string, name: string, ...facts: string[]][]): Record<string, string> =>
  Object.fromEntries(toldApart(entries.map(([id, name, ...facts]) => ({ id, name, facts }))));

test('who is the only one of a name needs nothing beside it', () => {
  expect(details(['u1', '张伟', '10001'], ['u2', '李娜', '10002'])).toEqual({});
  // Listed twice, as a chat and as a friend: one person.
  expect(details(['u1', '张伟', '10001'], ['u1', '张伟', '10001'])).toEqual({});
});

test('two of one name, however it is written, show the first thing only one of them has', () => {
  expect(details(['u1', '张伟', '销售部张伟', '10001'], ['u2', '张伟', '', '10002'])).toEqual({
    u1: '销售部张伟',
    u2: '10002',
  });
  expect(details(['u1', 'Ann', 'A', '1'], ['u2', ' ann ', 'A', '2'], ['u3', 'ＡＮＮ', 'A', '3'])).toEqual({
    u1: '1',
    u2: '2',
    u3: '3',
  });
});

test('of whom nothing else is known the end of the id is shown', () => {
  expect(details(['0123abcd', '群'], ['4567ef01', '群'])).toEqual({
    '0123abcd': '#abcd',
    '4567ef01': '#ef01',
  });
});

test('ten thousand of one name take no longer than they are many', () => {
  const many = Array.from({ length: 3_000 }, (_, n): [string, string, string] => [`u${n}`, '同名', `${n}`]);
  expect(Object.keys(details(...many))).toHaveLength(3_000);
});
