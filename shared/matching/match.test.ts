import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../testing/slow-text.ts';
import { foldText, holds, rangesOf } from './match.ts';
import { hitRanges, queryPhrases } from './terms.ts';

/** Each the same to a reader, or as good as: whichever is stored, the other finds it. */
const SAME: [string, string][] = [
  ['회의록', '회의록'.normalize('NFD')],
  ['Đặng Tiến', 'Đặng Tiến'.normalize('NFD')],
  ['がぎぐ', 'がぎぐ'.normalize('NFD')],
  ['ガイド', 'ｶﾞｲﾄﾞ'],
  ['Ｒｅｐｏｒｔ　２０２６', 'report 2026'],
  ['STRASSE', 'Straße'],
  ['GROẞ', 'gross'],
  ['İSTANBUL', 'istanbul'],
  ['DİYARBAKIR', 'diyarbakır'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσεύς'],
  ['Ёлка', 'елка'],
  ['Résumé', 'resume'],
  ['ﬁle', 'file'],
  ['①②', '12'],
  ['zero\u200bwidth\u2060d', 'zerowidthd'],
  ['می\u200cخواهم', 'میخواهم'],
  ['مُحَمَّد', 'محمد'],
  ['שָׁלוֹם', 'שלום'],
  ['soft\u00adhyphen', 'softhyphen'],
  ['❤️', '❤'],
  ['👩‍❤️‍👨', '👩‍❤‍👨'],
];
/** The second does not hold the first. */
const OTHERS: [string, string][] = [
  ['й', 'и'],
  ['が', 'か'],
  ['🇪🇺', '🇩🇪🇺🇸'],
  ['👍🏽', '👍🏿'],
  ['💻', 'word'],
];

describe('texts that are the same', () => {
  it.each(SAME)('%s and %s', (one, other) => {
    expect(foldText(one)).toBe(foldText(other));
    for (const [text, query] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(rangesOf(`x ${text} y`, query)).toEqual([[2, 2 + text.length]]);
      const hits = hitRanges(`x ${text} y`, queryPhrases(query));
      expect([hits[0]?.[0], hits.at(-1)?.[1]]).toEqual([2, 2 + text.length]);
    }
  });
  it.each(OTHERS)('%s is not in %s', (query, text) => {
    expect(holds(text, query)).toBe(false);
    expect(hitRanges(text, queryPhrases(query))).toEqual([]);
  });
});

describe('emoji', () => {
  it.each([
    ['👍', 'gut 👍🏽!', [[4, 8]]],
    ['👩‍💻', 'x👩🏽‍💻', [[1, 8]]],
    ['👩', '👩‍👩‍👧', [[0, 8]]],
    ['🇺🇸', '🇩🇪🇺🇸', [[4, 8]]],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'go 🏴󠁧󠁢󠁥󠁮󠁧󠁿', [[3, 17]]],
    ['⭐', '⭐️⭐', [[0, 3]]],
    ['1️⃣', '第1️⃣步', [[1, 4]]],
  ] as [string, string, [number, number][]][])('%s in %s, marked whole', (query, text, ranges) => {
    expect(hitRanges(text, queryPhrases(query))).toEqual(ranges);
  });
});

/** As long as `text`: one flag in fifty is another. */
const flags = (text: string): string => `${'🇨🇳'.repeat(49)}🇺🇸`.repeat(text.length / 200);

describe('marks', () => {
  it('never split a character, and what is not marked holds nothing of the query', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(text, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), text, (a, word, b) => {
        const whole = a + word + b;
        const edges = new Set([...segmenter.segment(whole)].map(({ index }) => index).concat(whole.length));
        const split: [number, number][] = [];
        for (const ranges of [rangesOf(whole, word), hitRanges(whole, queryPhrases(word))]) {
          let last = 0;
          for (const [start, end] of ranges) {
            const isWhole = edges.has(start) && edges.has(end) && start >= last && end > start;
            if (!isWhole) split.push([start, end]);
            last = end;
          }
        }
        expect(split).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
  it('in rows of flags cost no more than the text is long', { timeout: 60_000 }, () => {
    expect(growsFasterThanText((text) => rangesOf(flags(text), '🇺🇸'), 'x')).toEqual([]);
    expect(growsFasterThanText((text) => hitRanges(flags(text), queryPhrases('🇺🇸')), 'x')).toEqual([]);
    expect(rangesOf(flags('x'.repeat(400)), '🇺🇸')).toEqual([
      [196, 200],
      [396, 400],
    ]);
  });
  it('of a part of a character that folds to two letters are the whole of it', () => {
    expect(rangesOf('Straße', 'stras')).toEqual([[0, 5]]);
    expect(hitRanges('Straße', queryPhrases('stras'))).toEqual([[0, 5]]);
    expect(rangesOf('5㎏', 'g')).toEqual([[1, 2]]);
  });
});

describe('normal forms', () => {
  it('fold to the same, and a folded text stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        expect(foldText(text.normalize('NFD'))).toBe(foldText(text.normalize('NFC')));
      }),
      { numRuns: 1_000 },
    );
  });
  it('of every character fold to the same', () => {
    const other: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const char = String.fromCodePoint(point);
      for (const form of ['NFC', 'NFD'] as const) {
        const written = char.normalize(form);
        if (written !== char && foldText(`x${written}y`) !== foldText(`x${char}y`))
          other.push(`${form} ${char}`);
      }
    }
    expect(other).toEqual([]);
  });
  it('cost linear time, whatever joins what', { timeout: 60_000 }, () => {
    expect(growsFasterThanText((text) => foldText(text))).toEqual([]);
    const odd = ['\u0301\u0323', '\u200d👩', '\ufe0f', '🏽', '\u1161', '\u{e0067}', '🇩', 'ㅠ'];
    for (const unit of odd) {
      const folded = foldText(`e${unit.repeat(200_000)}`);
      expect(folded.length).toBeLessThan(1_000_000);
    }
  });
});
