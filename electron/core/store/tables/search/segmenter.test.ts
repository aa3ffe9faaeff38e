import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameMatches, sortKey } from '../people/pinyin.ts';
import { hitRanges, queryPhrases, terms } from '../../../../../shared/matching/terms.ts';
import { slowTexts } from '../../../../../shared/testing/slow-text.ts';
import { indexText, matchExpression } from './segmenter.ts';

/** Dense runs, words and separators next to each other. */
const mixed = fc.string({
  unit: fc.constantFrom('今', '天', 'ー', '㎏', 'Ⅷ', 'ｶ', 'A', 'z', '7', ' ', '。', '⺀'),
  maxLength: 20,
});

describe('indexText', () => {
  test.each([
    ['今天开会', '今天 天开 开会 会'],
    ['会', '会'],
    ['iPhone手机', 'iphone 手机 机'],
    ['Ｈｅｌｌｏ，世界！', 'hello 世界 界'],
    ['v2.10 beta', 'v2 10 beta'],
    ['カタカナ', 'カタ タカ カナ ナ'],
    ['𠮷野家', '𠮷野 野家 家'],
    ['👍 …', '\ue03d\ue44d'],
    ['❤️', '\ue827\ue964'],
    ['ที่', 'ท\ue80e\ue935\ue80e\ue948'],
    ['회의록'.normalize('NFD'), '회의 의록 록'],
    ['Straße Ⅷ ﬁn café', 'strasse viii fin cafe'],
    ['', ''],
  ])('%s', (text, expected) => expect(indexText(text)).toBe(expected));

  test('is pure, total, and its offsets point into the original', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), mixed), (text) => {
        const found = terms(text);
        // As many words for FTS5 as there are terms.
        expect(indexText(text).split(' ').filter(Boolean)).toHaveLength(found.length);
        expect(indexText(text)).toMatch(/^[\p{L}\p{N}\ue000-\ue9ff ]*$/u);
        let last = 0;
        for (const token of found) {
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          last = token.start;
        }
      }),
    );
  });
});

describe('queries', () => {
  test.each([
    ['开会', '"开会"'],
    ['会', '"会" *'],
    ['今天开会', '"今天 天开 开会"'],
    ['Hel', '"hel" *'],
    ['iPhone手', '"iphone 手" *'],
    ['手机iph', '"手机 机 iph" *'],
    ['开会 hello', '"开会" AND "hello" *'],
    ['" OR (*', '"or" *'],
    ['…', ''],
  ])('%s', (query, expected) => expect(matchExpression(queryPhrases(query))).toBe(expected));

  test.each<[string, string, [number, number][]]>([
    [
      '明天开会，后天开会',
      '开会',
      [
        [2, 4],
        [7, 9],
      ],
    ],
    [
      '会议室开会',
      '会',
      [
        [0, 1],
        [4, 5],
      ],
    ],
    [
      'Hello helium',
      'hel',
      [
        [0, 3],
        [6, 9],
      ],
    ],
    [
      'ＨＥＬＬＯ there',
      'hello the',
      [
        [0, 5],
        [6, 9],
      ],
    ],
    ['今天开会', '天开会', [[1, 4]]],
    ['nothing here', 'absent', []],
  ])('hits in "%s" of "%s"', (text, query, expected) => {
    expect(hitRanges(text, queryPhrases(query))).toEqual(expected);
  });

  test('every part of a dense run is found, with a range that covers it', () => {
    const han = fc.array(fc.constantFrom('撤', '回', '消', '息', '今', '天', '开', '会', '测', '试'), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(han, fc.nat(), fc.nat(), (characters, from, length) => {
        const start = from % characters.length;
        const end = start + 1 + (length % (characters.length - start));
        const query = characters.slice(start, end).join('');
        const ranges = hitRanges(characters.join(''), queryPhrases(query));
        expect(ranges.some(([a, b]) => a <= start && b >= end)).toBe(true);
      }),
    );
  });
});

test('names: sorting key and matching by pinyin, initials and text', () => {
  expect(sortKey('张三')).toBe('zhangsan zs');
  expect(sortKey('Alice Smith')).toBe('alicesmith as');
  for (const query of ['张', 'zhang', 'zs', 'zhangsan']) expect(nameMatches('张三', query)).toBe(true);
  for (const query of ['li', 'sanzhang', '']) expect(nameMatches('张三', query)).toBe(false);
});

describe('of a very long text', () => {
  test('the beginning is indexed, whatever its characters stand for', () => {
    const longest = slowTexts.map(([, of]) => indexText(of(1_000_000)).length);
    expect(Math.max(...longest)).toBeLessThan(300_000);
    const text = `${'ab '.repeat(20_000)}tiger ${'ab '.repeat(20_000)}lion`;
    expect(indexText(text)).toContain('tiger');
    expect(indexText(text)).not.toContain('lion');
  });
});
