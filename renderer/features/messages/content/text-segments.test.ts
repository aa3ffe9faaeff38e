import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hitRanges, queryPhrases } from '../../../../shared/matching/terms.ts';
import { segmentText } from './text-segments.ts';

const names = [
  { uid: 'u1', name: '李' },
  { uid: 'u2', name: '李雷' },
  { uid: 'u3', name: 'Han Meimei' },
];
const mentions = (text: string, uids: string[], all = false, me = 'me') =>
  segmentText(text, { all, uids }, names, me)
    .filter((segment) => segment.kind === 'mention')
    .map((segment) => [segment.text, segment.kind === 'mention' && segment.me]);

describe('text segments', () => {
  it('marks the mentioned, the longest name first', () => {
    expect(mentions('@李雷 你好 @李 好', ['u1', 'u2'])).toEqual([
      ['@李雷', false],
      ['@李', false],
    ]);
    expect(mentions('hi @Han Meimei, ok', ['u3'], false, 'u3')).toEqual([['@Han Meimei', true]]);
  });

  it('does not mark an @name that the payload does not mention', () => {
    expect(mentions('@李雷 你好', [])).toEqual([]);
    expect(mentions('@李雷雷', ['u2'])).toEqual([['@李雷', false]]);
    expect(mentions('@Han Meimeis', ['u3'])).not.toContainEqual(['@Han Meimei', false]);
  });

  it('marks everyone as the reader', () => {
    expect(mentions('@所有人 开会', [], true)).toEqual([['@所有人', true]]);
  });

  it('finds a mention whose name is no longer known', () => {
    expect(mentions('@旧名字 你好', ['gone'], false, 'gone')).toEqual([['@旧名字', true]]);
  });

  it('leaves an @ inside a link alone', () => {
    const segments = segmentText('https://a.example/@李雷 @李雷 ', { all: false, uids: ['u2'] }, names, 'me');
    expect(segments.map((s) => s.kind)).toContain('link');
    expect(segments.filter((s) => s.kind === 'mention').length).toBeGreaterThan(0);
  });

  it('marks hits between other segments', () => {
    const text = '撤回 @李 撤回';
    const segments = segmentText(
      text,
      { all: false, uids: ['u1'] },
      names,
      'me',
      hitRanges(text, queryPhrases('撤回')),
    );
    expect(segments.filter((s) => s.kind === 'text' && s.hit)).toHaveLength(2);
  });

  it('joined, the pieces are the text again', () => {
    const piece = fc.constantFrom(
      '@李雷',
      '@李',
      ' ',
      'https://a.example/x',
      '撤回',
      '\n',
      '@',
      '😀',
      '所有人',
      '@所有人',
      '.',
    );
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.boolean(),
        fc.subarray(['u1', 'u2', 'u3', 'gone']),
        (pieces, all, uids) => {
          const text = pieces.join('');
          const segments = segmentText(
            text,
            { all, uids },
            names,
            'u1',
            hitRanges(text, queryPhrases('撤回')),
          );
          expect(segments.map((s) => s.text).join('')).toBe(text);
        },
      ),
    );
  });
});
