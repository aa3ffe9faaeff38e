import { describe, expect, it } from 'vitest';
import { cleanName, isolated, shownFileName, shownName } from './display-name.ts';
import { growsFasterThanText } from './testing/slow-text.ts';

const UID = 'fb2a24b4b70b40bbb908ca3b9b433fc1';
/** Grows with `text`, and stays below the length from which the middle of a file's name is left out. */
const dots = (text: string): string => `${'.'.repeat(text.length / 7)}a`;

describe('a name without what nobody sees', () => {
  it.each([
    ['an override', 'Ann\u202egnA', 'AnngnA'],
    ['isolates and marks', '\u2067Ann\u2069\u200f\u061c', 'Ann'],
    ['zero width', 'A\u200bn\u2060n\ufeff', 'Ann'],
    ['joiners in Latin or Han', '系\u200d统\u200c通知 A\u200dB', '系统通知 AB'],
    ['a soft hyphen, a grapheme joiner, fillers', 'A\u00adn\u034fn\u3164\uffa0\u115f', 'Ann'],
    ['tags', `Ann\u{e0041}\u{e007f}`, 'Ann'],
    ['controls and lines', 'Ann\u0000\u0007\nB\u2028C\u0085', 'Ann B C'],
    ['wide blanks', '\u3000Ann\u00a0\u2003B ', 'Ann B'],
    ['variation selectors on letters', 'A\ufe0fn\ufe0en', 'Ann'],
    ['half a character', 'A\ud83d', 'A'],
  ])('%s', (_what, name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  it.each([
    '👨‍👩‍👧‍👦',
    '👩🏽‍💻 Ann',
    '❤️‍🔥',
    '🏳️‍🌈',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '1️⃣',
    '👁️‍🗨️',
    'می‌خواهم',
    'क्‍ष',
    'ශ්‍රී',
    '葛󠄀城',
    'José',
    'Łukasz',
    '陈屿',
  ])('%s stays as it is', (name) => {
    expect(cleanName(name)).toBe(name);
  });

  it.each(['', ' ', '\u200b', '\u3164\u3164', '\u2800', '\u202e\u202c', '\u0301\u0301', '\u200d\ufe0f'])(
    'of nothing (%j) the id is shown',
    (name) => {
      expect(cleanName(name)).toBe('');
      expect(shownName(name, UID)).toBe('fb2a24b4');
    },
  );

  it('is read once', () => {
    expect(growsFasterThanText(cleanName)).toEqual([]);
    expect(growsFasterThanText(shownFileName)).toEqual([]);
    expect(growsFasterThanText((text) => shownFileName(dots(text)), 'x')).toEqual([]);
  });
});

describe('a name that passes for the system', () => {
  it.each([
    '系统通知',
    '系\u200b统通知',
    '【系统通知】',
    '系統通知',
    '系 统 通 知',
    '🔔系统消息',
    '文件传输助手',
    '檔案傳輸助手',
    'System',
    'ＳＹＳＴＥＭ',
    'Sуstеm',
    'System Notification',
    'admin',
  ])('%s has its id beside it', (name) => {
    expect(shownName(name, UID)).toMatch(/ \(fb2a24b4\)$/);
  });

  it('the system itself and other names have not', () => {
    expect(shownName('系统通知', 'u_10000')).toBe('系统通知');
    expect(shownName('文件传输助手', 'fileHelper')).toBe('文件传输助手');
    for (const name of ['系统工程师小王', 'Systematic', 'Adminka', '通知', '陈屿', '操作系统研究组'])
      expect(shownName(name, UID)).toBe(name);
  });
});

it.each([
  ['photo\u202egpj.exe', 'photogpj.exe'],
  ['photo.jpg\u200b.exe', 'photo.jpg.exe'],
  ['a.jpg                    .exe', 'a.jpg .exe'],
  ['a.jpg\n\n.exe', 'a.jpg .exe'],
  ['report.exe. . .', 'report.exe'],
  ['report.exe\u3164', 'report.exe'],
  ['می‌خواهم.pdf', 'می‌خواهم.pdf'],
  ['\u202e', ''],
])('the file %j is shown as %j', (name, shown) => {
  expect(shownFileName(name)).toBe(shown);
});

it('a right-to-left name does not turn the sentence around it', () => {
  expect(isolated('علی')).toBe('\u2068علی\u2069');
  expect(isolated('Ann 陈')).toBe('Ann 陈');
});
