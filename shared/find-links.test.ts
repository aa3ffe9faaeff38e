import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openableUrl } from './openable-url.ts';
import { findLinks, MAX_LINKS } from './find-links.ts';

const found = (text: string): string[] => findLinks(text).map((link) => text.slice(link.start, link.end));
const only = (text: string) => findLinks(text).map(({ shown, href }) => [shown, href]);

describe('links', () => {
  it.each<[string, string[]]>([
    ['规则见https://a.example/x，好的', ['https://a.example/x']],
    ['see http://a.example/x.', ['http://a.example/x']],
    ['(https://a.example/x)', ['https://a.example/x']],
    ['(见 https://a.example/x)后面', ['https://a.example/x']],
    ['https://a.example/x_(y) z', ['https://a.example/x_(y)']],
    ['https://a.example?q=1&b=2#c!', ['https://a.example?q=1&b=2#c']],
    ['https://a.example/?t=YWJj==', ['https://a.example/?t=YWJj==']],
    ['规则见 docs.wukong.example/recall', ['docs.wukong.example/recall']],
    ['mailto:me@a.example', ['mailto:me@a.example']],
    ['两个 https://a.example https://b.example', ['https://a.example', 'https://b.example']],
    ['https://a.example,https://b.example', ['https://a.example', 'https://b.example']],
    ['1.5/2 and/or v2.2.5', []],
    ['javascript:alert(1) file:///etc/passwd ftp://a.example/b', []],
    ['https:// http://', []],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));

  it.each<[string, string[]]>([
    ['链接:https://a.example/b', ['https://a.example/b']],
    ['链接：https://a.example/b。', ['https://a.example/b']],
    ['【https://a.example/b】', ['https://a.example/b']],
    ['「https://a.example/b」', ['https://a.example/b']],
    ['“https://a.example/b”', ['https://a.example/b']],
    ["'https://a.example/b' *https://a.example/c*", ['https://a.example/b', 'https://a.example/c']],
    ['a.https://a.example/b', ['https://a.example/b']],
    ['_https://a.example/b', ['https://a.example/b']],
    ['HTTPS://A.example/B Http://b.example', ['HTTPS://A.example/B', 'Http://b.example']],
    ['https://a.example/路径/页 后', ['https://a.example/路径/页']],
    ['https://a.example/路径/页？好', ['https://a.example/路径/页']],
    ['https://ru.example/вики/Страница', ['https://ru.example/вики/Страница']],
    ['https://fr.example/café?q=é#ñ', ['https://fr.example/café?q=é#ñ']],
    ['https://fa.example/می\u200cخواهم', ['https://fa.example/می\u200cخواهم']],
    ['https://hi.example/हिन्दी', ['https://hi.example/हिन्दी']],
    ['https://a.example/b👍', ['https://a.example/b']],
    ['访问https://a.example查看', ['https://a.example']],
    ['去www.a.example看', ['www.a.example']],
    ['看:WWW.A.example/x；', ['WWW.A.example/x']],
    ['邮箱me@a.example谢谢', ['me@a.example']],
    ['<me+x@a.example>, b_c@d.example.', ['me+x@a.example', 'b_c@d.example']],
    ['me@例子.中国', ['me@例子.中国']],
    ['hi@bob a@b @c.d/e', []],
    ['https://例子.中国/路', ['https://例子.中国/路']],
    ['https://münchen.example', ['https://münchen.example']],
    ['http://localhost:8080/x http://[::1]:90/y', ['http://localhost:8080/x', 'http://[::1]:90/y']],
  ])('in the text of all languages: %s', (text, expected) => expect(found(text)).toEqual(expected));

  it.each<[string, string[]]>([
    ['https://a.examplehttps://b.example/x', ['https://a.example', 'https://b.example/x']],
    ['https://a.example:80HTTP://b.example', ['https://a.example:80', 'HTTP://b.example']],
    ['www.a.examplehttps://b.example', ['www.a.example', 'https://b.example']],
    ['me@a.examplehttps://b.example', ['me@a.example', 'https://b.example']],
    ['mailto:me@a.examplehttp://b.example', ['mailto:me@a.example', 'http://b.example']],
    ['https://中国https://b.example', ['https://中国', 'https://b.example']],
    ['https://https://a.example', ['https://a.example']],
    ['https://a.example/x?u=https://b.example', ['https://a.example/x?u=https://b.example']],
    ['https://a.examplehttp', ['https://a.examplehttp']],
  ])('pasted one behind the other: %s', (text, expected) => expect(found(text)).toEqual(expected));

  it('shows the host that is opened', () => {
    expect(only('https://ex\u0430mple.com/x')).toEqual([
      ['https://xn--exmple-4nf.com/x', 'https://xn--exmple-4nf.com/x'],
    ]);
    // All Cyrillic, before a Latin top-level domain; in front of its own it is a name like others.
    expect(only('https://аррӏе.com')[0]?.[0]).toBe('https://xn--80ak6aa92e.com');
    expect(only('https://пример.рф/x')[0]?.[0]).toBe('https://пример.рф/x');
    expect(only('https://例子.中国/路')[0]).toEqual([
      'https://例子.中国/路',
      'https://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF',
    ]);
    expect(only('http://0x7f.1/ http://3232235521')).toEqual([
      ['http://127.0.0.1/', 'http://127.0.0.1/'],
      ['http://192.168.0.1', 'http://192.168.0.1/'],
    ]);
    expect(only('https://ｂａｎｋ.example/')[0]?.[0]).toBe('https://bank.example/');
    expect(only('https://אבג.example/דהו')[0]?.[0]).toBe('https://xn--4dbcd.example/דהו');
    expect(only('https://bank.com丿evil.example/x')[0]?.[0]).toMatch(/^https:\/\/bank\.xn--/);
  });

  it.each([
    'https://bank.example@evil.example/x',
    'https://bank.example:443@evil.example',
    'https://bank.example:pw@evil.example',
  ])('makes no link of a name before a host: %s', (text) => expect(found(text)).toEqual([]));

  it('takes a name before a host without a scheme for what it is, a mail address', () =>
    expect(only('www.bank.example@evil.example/x')).toEqual([
      ['www.bank.example@evil.example', 'mailto:www.bank.example@evil.example'],
    ]));

  it('ends at what cannot be seen', () => {
    for (const char of '\u202e\u2066\u200b\u00ad\u3164\ufeff\u200f\u0000')
      expect(found(`https://a.example/b${char}c`)).toEqual(['https://a.example/b']);
    expect(only('\u202ehttps://a.example/b')).toEqual([['https://a.example/b', 'https://a.example/b']]);
  });

  it('keeps address, subject and body of a mail, and shows that', () => {
    const kept = 'mailto:a@b.example?subject=x%20y&body=z';
    expect(only('mailto:a@b.example?subject=x%20y&body=z')).toEqual([[kept, kept]]);
    expect(only('mailto:a@b.example?attach=/etc/passwd&bcc=c@d.example&Subject=x%20y&body=z')).toEqual([
      [kept, kept],
    ]);
    expect(openableUrl('mailto:a@b.example%0d%0abcc:c@d.example')).toBeNull();
    expect(openableUrl('mailto:a@b.example,c@d.example')).toBeNull();
    expect(openableUrl('mailto:a@b.example?subject=x%0d%0aBcc:%20c@d.example')).not.toContain('%0');
  });

  it('never opens another scheme', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const href = openableUrl(text);
        expect(href === null || /^(https?:\/\/|mailto:)/.test(href)).toBe(true);
      }),
    );
  });

  it('returns bounded, ascending ranges inside the text, whose href is in normal form', () => {
    const pieces =
      'https://a.example/b 好 . ) x.y/z mailto:a@b.cd a @ www. : / \u202e https:// é ( a@b.example 😀 \ud83d 中国 HTTP:// ? # %';
    const word = fc.constantFrom(' ', ...pieces.split(' '));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 300 }), (words) => {
        const text = words.join('');
        let last = 0;
        const links = findLinks(text);
        for (const link of links) {
          expect(link.start).toBeGreaterThanOrEqual(last);
          expect(link.end).toBeGreaterThan(link.start);
          expect(link.end).toBeLessThanOrEqual(text.length);
          expect(openableUrl(link.href)).toBe(link.href);
          last = link.end;
        }
        expect(links.length).toBeLessThanOrEqual(MAX_LINKS);
      }),
    );
  });
});
