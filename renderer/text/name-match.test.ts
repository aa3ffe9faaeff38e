import { describe, expect, it } from 'vitest';
import { matchesName, nameStartsWith } from './name-match.ts';

describe('matchesName', () => {
  it.each([
    ['林', true],
    ['知夏', true],
    ['linzhi', true],
    ['lzx', true],
    ['', true],
    ['wang', false],
    ['夏林', false],
  ])('%s', (filter, found) => {
    expect(matchesName(filter, ['林知夏'])).toBe(found);
  });
});

describe('nameStartsWith', () => {
  it('fits a name as written and in pinyin, from its start only', () => {
    expect(nameStartsWith('林知夏', '林')).toBe(true);
    expect(nameStartsWith('林知夏', 'linz')).toBe(true);
    expect(nameStartsWith('林知夏', 'zhi')).toBe(false);
    expect(nameStartsWith('Anna', 'an')).toBe(true);
  });
});
