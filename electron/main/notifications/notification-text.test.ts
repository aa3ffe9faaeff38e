import { describe, expect, it } from 'vitest';
import { bySender, notificationBody, notificationTitle, titleOf } from './notification-text.ts';

describe('what a daemon that reads markup gets to read', () => {
  it.each([
    ['<b>bold</b>', '&lt;b&gt;bold&lt;/b&gt;'],
    ['<a href="https://evil.example">bank</a>', '&lt;a href="https://evil.example"&gt;bank&lt;/a&gt;'],
    ['<img src="https://evil.example/x.png"/>', '&lt;img src="https://evil.example/x.png"/&gt;'],
    ['a & b &lt; c', 'a &amp; b &amp;lt; c'],
    ['if (a < b) c > d', 'if (a &lt; b) c &gt; d'],
    ['plain words 你好', 'plain words 你好'],
  ])('body %j', (text, expected) => {
    expect(notificationBody(text, 'linux')).toBe(expected);
  });

  it.each([
    ['<b>Ann</b>', '‹b›Ann‹/b›'],
    ['R&amp;D &#60;', 'R＆amp;D ＆#60;'],
    ['R & D, 3 < 4', 'R & D, 3 < 4'],
    ['系\u200b统', '系统'],
  ])('title %j', (text, expected) => {
    expect(notificationTitle(text, 'linux')).toBe(expected);
  });

  it.each(['win32', 'darwin'] as const)('%s takes plain text', (platform) => {
    expect(notificationBody('<b>&', platform)).toBe('<b>&');
    expect(notificationTitle('<b>&amp;', platform)).toBe('<b>&amp;');
  });

  it('a right-to-left name stands before what it said', () => {
    expect(bySender('علی', 'hi')).toBe('\u2068علی\u2069: hi');
    expect(bySender('', 'hi')).toBe('hi');
    expect(bySender('A\u202enn', 'gpj\u202e.exe\u200b')).toBe('Ann: gpj.exe');
  });

  it('a right-to-left name does not change places with the account', () => {
    expect(notificationTitle(titleOf('محمد', 'Work'), 'linux')).toBe('\u2068محمد\u2069 · Work');
    expect(notificationTitle(titleOf('Group', 'علی'), 'linux')).toBe('Group · \u2068علی\u2069');
    expect(notificationTitle(titleOf('A\u2069\u202enn', 'B\u2068'), 'linux')).toBe('Ann · B');
    expect(titleOf('A\u2068nn', null)).toBe('Ann');
  });
});
