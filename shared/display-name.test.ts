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

  const blank = String.raw` |\u200b|\u3164\u3164|\u2800|\u202e\u202c|\u0301\u0301|\u200d\ufe0f|\ud834\udd59|\uffa0|\u115f\u1160|\u17b4
    |\ud80d\udc41\ud80d\udc42|\ud81b\udfe4|\u180e|\ud834\udd73|\u00a0\u0301|\udb40\udc20|\ufff9|\ufffc|\u1680\u3000
    |\ud834\udd59 \u2800\u200b|\udc00`;
  it.each(['', ...blank.split('|').map((name) => JSON.parse(`"${name.trim() || ' '}"`) as string)])(
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

  it.each([
    [
      'another office',
      '系统助手 官方客服 通知中心 安全中心 管理员 超级管理员 客服 客服01 系统 官方 账号安全提醒 悟空官方',
    ],
    [
      'an office in Latin',
      'Admin Support SupportTeam CustomerService OfficialAccount help-desk kefu WuKongIMSupport',
    ],
    ['the app', 'TangSengDaoDao 唐僧叨叨 唐僧叨叨系统'],
    ['another language', 'Администратор система システム 시스템'],
    ['signs between the letters', '系·统·通·知 S.Y.S.T.E.M sys-tem 系统\u3164通知'],
    ['digits for letters, or around them', 'sys7em 5y5t3m @dmin $ystem ADMlN admin01 Systern System2024'],
    [
      'letters that look like others',
      'ꜱʏꜱᴛᴇᴍ 𝐒𝐲𝐬𝐭𝐞𝐦 Ⓢⓨⓢⓣⓔⓜ 🅢🅨🅢🅣🅔🅜 🇸🇾🇸🇹🇪🇲 S̸y̸s̸t̸e̸m̸ Sуsтем Αdmin аdмin Aԁmin 系統助手 管埋员',
    ],
  ])('%s', (_what, names) => {
    for (const name of [...names.split(' '), 'S y s t e m', 'Support Team', 'System 2024'])
      expect(shownName(name, UID)).toMatch(/ \(fb2a24b4\)$/);
  });

  it('is found in one pass', () => {
    for (const piece of ['system', 'аα', '系统 '])
      expect(growsFasterThanText((text) => shownName(text, UID), piece)).toEqual([]);
  });

  it('the system itself and other names have not', () => {
    expect(shownName('系统通知', 'u_10000')).toBe('系统通知');
    expect(shownName('文件传输助手', 'fileHelper')).toBe('文件传输助手');
    for (const name of ['系统工程师小王', 'Systematic', 'Adminka', '通知', '陈屿', '操作系统研究组'])
      expect(shownName(name, UID)).toBe(name);
    const people =
      '王系统 客服小王 操作系统通知研究 产品安全团队 小助手 Tim Adam Bill Олег Wukong Team AdminJohnson';
    for (const name of people.split(' ')) expect(shownName(name, UID)).toBe(name);
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
