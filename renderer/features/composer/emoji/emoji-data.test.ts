import en from 'emojibase-data/en/compact.json';
import zh from 'emojibase-data/zh/compact.json';
import { describe, expect, it } from 'vitest';
import { findEmoji, mergeEmoji, withRecent, withTone } from './emoji-data.ts';
import { panelRows, stepRow } from './emoji-rows.ts';

const all = mergeEmoji(zh, en);
const chars = (query: string): string[] => findEmoji(all, query).map(({ char }) => char);

const named = (name: string) => all.find(({ en: english }) => english === name);
const cells = (n: number) => Array.from({ length: n }, (_, at) => ({ char: `${at}`, name: `${at}` }));

describe('the emoji', () => {
  it('are all of Unicode, in categories, without the bare tones', () => {
    expect(all.length).toBeGreaterThan(1_800);
    expect(new Set(all.map(({ category }) => category)).size).toBe(9);
    expect(all.map(({ char }) => char)).not.toContain('🏽');
  });
  it.each([
    ['笑', '😀'],
    ['grin', '😀'],
    ['猴', '🐵'],
    ['MONKEY face', '🐵'],
    ['中国', '🇨🇳'],
    ['thumbs', '👍️'],
    ['👍🏽', '👍️'],
  ])('are found by %s', (query, char) => expect(chars(query).map(bare)).toContain(bare(char)));
  it('are not found by what none is called', () => expect(chars('qqqxyz')).toEqual([]));
  it('take the skin tone that was chosen, where they have one', () => {
    const thumb = named('thumbs up');
    const grin = named('grinning face');
    if (!thumb || !grin) throw new Error('the data names them otherwise');
    expect([0, 1, 5].map((tone) => bare(withTone(thumb, tone)))).toEqual(['👍', '👍🏻', '👍🏿']);
    expect(withTone(grin, 3)).toBe('😀');
    for (const { tones } of all) expect(tones === null || new Set(tones).size === 5).toBe(true);
  });
  it('used last come first, eight of them, each once', () => {
    const used = 'abcdefgha'.split('').reduce<string[]>(withRecent, []);
    expect(used).toEqual('ahgfedcb'.split(''));
  });
});

const bare = (char: string): string => char.replaceAll('\ufe0f', '');

it('moves by rows in the same column, to the end of a shorter one', () => {
  const rows = panelRows([
    ['recent', cells(3)],
    ['smileys', cells(10)],
    ['people', []],
  ]);
  expect(rows.map(({ kind }) => kind)).toEqual(['head', 'cells', 'head', 'cells', 'cells']);
  expect(stepRow(rows, 1, 1)).toBe(4);
  expect(stepRow(rows, 10, 1)).toBe(12);
  expect(stepRow(rows, 12, 1)).toBe(12);
  expect(stepRow(rows, 12, -1)).toBe(4);
  expect(stepRow(rows, 2, -1)).toBe(2);
});
