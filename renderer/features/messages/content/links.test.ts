import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLinks, openableUrl } from './links.ts';

const found = (text: string): string[] => findLinks(text).map((link) => text.slice(link.start, link.end));

describe('links', () => {
  it.each([
    ['规则见https://a.example/x，好的', ['https://a.example/x']],
    ['see http://a.example/x.', ['http://a.example/x']],
    ['(https://a.example/x)', ['https://a.example/x']],
    ['https://a.example/x_(y) z', ['https://a.example/x_(y)']],
    ['https://a.example?q=1&b=2#c!', ['https://a.example?q=1&b=2#c']],
    ['规则见 docs.wukong.example/recall', ['docs.wukong.example/recall']],
    ['mailto:me@a.example', ['mailto:me@a.example']],
    ['两个 https://a.example https://b.example', ['https://a.example', 'https://b.example']],
    ['1.5/2 and/or v2.2.5', []],
    ['javascript:alert(1) file:///etc/passwd ftp://a.example/b', []],
    ['https:// http://', []],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));

  it('shows the true host of a look-alike', () => {
    expect(findLinks('https://ex\u0430mple.com/x').map((l) => l.href)).not.toContain('https://example.com/x');
    expect(findLinks('https://bank.example@evil.example/x')).toEqual([]);
  });

  it('never opens another scheme', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const href = openableUrl(text);
        expect(href === null || /^(https?:\/\/|mailto:)/.test(href)).toBe(true);
      }),
    );
  });

  it('returns ascending ranges inside the text', () => {
    const word = fc.constantFrom('https://a.example/b', ' ', '好', '.', ')', 'x.y/z', 'mailto:a@b.cd', 'a');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join('');
        let last = 0;
        for (const link of findLinks(text)) {
          expect(link.start).toBeGreaterThanOrEqual(last);
          expect(link.end).toBeGreaterThan(link.start);
          expect(link.end).toBeLessThanOrEqual(text.length);
          last = link.end;
        }
      }),
    );
  });
});
