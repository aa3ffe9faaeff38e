import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from './testing/slow-text.ts';
import {
  characterEdge,
  cutCodePoints,
  cutText,
  cutWithMark,
  endOfText,
  oneLine,
  withoutMiddle,
} from './text-cut.ts';

const CHARACTERS = ['a', '字', '😀', '👨‍👩‍👧', '🇨🇳', 'e\u0301', '각', '👍🏽', '\r\n', ' ', '1️⃣', 'नि'];
const segmenter = new Intl.Segmenter();
const edges = (text: string): Set<number> =>
  new Set([...Array.from(segmenter.segment(text), ({ index }) => index), text.length]);

describe('cuts of text', () => {
  it('lie between characters as readers see them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CHARACTERS)), fc.nat(60), (characters, max) => {
        const text = characters.join('');
        const at = edges(text);
        const beginning = cutText(text, max);
        expect(text.startsWith(beginning)).toBe(true);
        expect(beginning.length).toBeLessThanOrEqual(max);
        expect(at.has(beginning.length)).toBe(true);
        const end = endOfText(text, max);
        expect(text.endsWith(end)).toBe(true);
        expect(end.length).toBeLessThanOrEqual(max);
        expect(at.has(text.length - end.length)).toBe(true);
        const marked = cutWithMark(text, max + 1);
        expect(marked === text || (marked.endsWith('…') && marked.length <= max + 1)).toBe(true);
      }),
    );
  });

  it('keep as much as fits', () => {
    expect(cutText('ab👨‍👩‍👧', 9)).toBe('ab');
    expect(cutText('ab👨‍👩‍👧', 10)).toBe('ab👨‍👩‍👧');
    expect(cutText('🇨🇳🇫🇷🇯🇵', 11)).toBe('🇨🇳🇫🇷');
    expect(cutCodePoints('😀😀😀', 2)).toBe('😀😀');
    expect(cutCodePoints('ab👨‍👩‍👧', 6)).toBe('ab');
    expect(cutCodePoints('ab👨‍👩‍👧', 7)).toBe('ab👨‍👩‍👧');
    expect(cutCodePoints('🇨🇳🇫🇷', 3)).toBe('🇨🇳');
    expect(cutCodePoints('a', 20)).toBe('a');
    expect(cutText('🇨🇳'.repeat(500), 1_003)).toBe('🇨🇳'.repeat(250));
    expect(endOfText('👨‍👩‍👧ab', 9)).toBe('ab');
    expect(withoutMiddle('abcdef', 4)).toBe('ab…ef');
    expect(withoutMiddle('abcd', 4)).toBe('abcd');
    expect(withoutMiddle('🇨🇳abcd🇫🇷', 6)).toBe('…');
  });

  it('halve no surrogate pair even in one endless cluster', () => {
    const marks = `a${'\u{1d165}'.repeat(1_000)}`;
    for (let max = 300; max < 310; max += 1) {
      expect(cutText(marks, max).isWellFormed()).toBe(true);
      expect(endOfText(marks, max).isWellFormed()).toBe(true);
    }
  });

  it('fold white space for one line', () => {
    expect(oneLine('  a \n\n b\u3000c ', 20)).toBe('a b c');
    expect(oneLine(`${'字'.repeat(199)}😀`, 200)).toBe('字'.repeat(199));
    expect(oneLine(`${'字'.repeat(200)} x`, 200)).toBe('字'.repeat(200));
  });

  it.each<[string, (text: string) => unknown]>([
    ['in the middle', (text) => characterEdge(text, text.length >> 1)],
    ['of the end', (text) => endOfText(text, text.length >> 1)],
    ['on one line', (text) => oneLine(text, text.length)],
  ])('cost no more than the text is long: %s', { timeout: 60_000 }, (_name, work) =>
    expect(growsFasterThanText(work)).toEqual([]),
  );
});
