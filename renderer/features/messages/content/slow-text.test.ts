import { describe, expect, it } from 'vitest';
import { growsFasterThanText, slowTexts } from '../../../../shared/testing/slow-text.ts';
import { findLinks, MAX_LINKS } from '../../../../shared/find-links.ts';
import { blocksOf, SHOWN_AT_FIRST, shownLength } from './long-text.ts';
import { hitRanges, queryPhrases } from '../../../../shared/matching/terms.ts';
import { MAX_MENTIONS, mentionRanges, segmentText } from './text-segments.ts';

const names = [
  { uid: 'u1', name: '李' },
  { uid: 'u2', name: '李雷' },
  { uid: 'u3', name: 'Han Meimei' },
  { uid: 'u4', name: '@'.repeat(90) },
  { uid: 'u5', name: 'a' },
];
const mention = { all: true, uids: ['u1', 'u2', 'u3', 'u4', 'u5', 'gone', 'left'] };
const segments = (text: string) =>
  segmentText(text, mention, names, 'u1', hitRanges(text, queryPhrases('a')));

const people = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ uid: `u${at}`, name: `n${at}` }));

const mentionAll = (text: string): unknown => {
  const many = people(text.length >> 3);
  return mentionRanges(
    '@n1 @n2 '.repeat(1_000),
    { all: false, uids: many.map(({ uid }) => uid) },
    many,
    'u1',
  );
};

describe('the work of drawing a text is linear', () => {
  it.each<[string, (text: string) => unknown]>([
    ['links', (text) => findLinks(text)],
    // Without a bound on their number: none of them may cost more than itself.
    ['all links', (text) => findLinks(text, Infinity)],
    ['mentions', (text) => mentionRanges(text, mention, names, 'u1')],
    ['links, mentions and hits', segments],
    ['what is shown at first', shownLength],
    ['blocks of a long text', (text) => blocksOf([{ kind: 'text', text, hit: false }])],
  ])('%s', { timeout: 120_000 }, (_name, work) => expect(growsFasterThanText(work)).toEqual([]));

  it('with many names, whichever of them are mentioned', () => {
    expect(growsFasterThanText(mentionAll, 'a')).toEqual([]);
  });
});

describe('what is drawn is bounded', () => {
  it.each(slowTexts)('in links, mentions and pieces: %s', (_name, of) => {
    const pieces = segments(of(50_000));
    expect(pieces.filter(({ kind }) => kind === 'link').length).toBeLessThanOrEqual(MAX_LINKS);
    expect(pieces.filter(({ kind }) => kind === 'mention').length).toBeLessThanOrEqual(MAX_MENTIONS);
    expect(pieces.length).toBeLessThan(2_500);
  });

  it('at first to 5,000 characters, in which nothing is cut in two', () => {
    const flags = '🇨🇳'.repeat(5_000);
    expect(shownLength(flags) % 4).toBe(0);
    const family = `a${'👨‍👩‍👧'.repeat(2_000)}`;
    expect((shownLength(family) - 1) % 8).toBe(0);
    const link = `${'字'.repeat(4_980)} https://a.example/${'b'.repeat(100)} z`;
    expect(shownLength(link)).toBe(4_981);
  });

  it.each(slowTexts)('at first to 5,000 characters, then in blocks of the same text: %s', (_name, of) => {
    const text = of(30_000);
    expect(shownLength(text)).toBeLessThanOrEqual(SHOWN_AT_FIRST);
    const blocks = blocksOf(segmentText(text, mention, names, 'u1')).map((block) =>
      block.map((piece) => piece.text).join(''),
    );
    expect(blocks.join('') === text).toBe(true);
    expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThan(13_000);
  });
});
