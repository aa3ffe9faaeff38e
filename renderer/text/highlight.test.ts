import { describe, expect, it } from 'vitest';
import { rangesOf } from '../../shared/matching/match.ts';
import { excerpt, pieces } from './highlight.ts';

describe('highlight', () => {
  it('cuts a text at its hits', () => {
    expect(
      pieces('不能撤回的撤回', [
        [2, 4],
        [5, 7],
      ]),
    ).toEqual([
      { text: '不能', hit: false },
      { text: '撤回', hit: true },
      { text: '的', hit: false },
      { text: '撤回', hit: true },
    ]);
  });
  it('survives ranges that overlap or leave the text', () => {
    const text = 'abcdef';
    const cut = pieces(text, [
      [4, 99],
      [0, 3],
      [1, 2],
      [7, 9],
      [3, 3],
    ]);
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['abc', 'ef']);
  });
  it('moves the first hit into view and keeps the ranges right', () => {
    const long = `${'字'.repeat(40)}撤回了`;
    const short = excerpt(long, rangesOf(long, '撤回'));
    expect(short.text.length).toBeLessThan(20);
    const [range] = short.ranges;
    expect(short.text.slice(range?.[0], range?.[1])).toBe('撤回');
    expect(excerpt('撤回', [[0, 2]]).text).toBe('撤回');
  });
});
