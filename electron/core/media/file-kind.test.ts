import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProgram, isOpenableName, objectExtension, safeFileName } from './file-kind.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('what is not opened', () => {
  it.each([
    'a.exe',
    'A.EXE',
    'x.pdf.lnk',
    'setup.msi',
    'run.sh',
    'x.desktop',
    'page.html',
    'pic.svg',
    'noextension',
    '',
    'x.docm',
    'x.xlsm',
    'x.doc',
    'x.xll',
    'x.iqy',
    'x.library-ms',
    'x.url',
    'x.rtf',
    'list.m3u',
    'x.tar.gz',
    'x.iso',
    'x.py',
    'x.unheard-of',
    'x.pdf.exe',
    'x.pdf:evil.exe',
    'photo\u202efdp.exe',
    `${'a'.repeat(300)}.exe`,
    `x.pdf${' '.repeat(300)}.exe`,
    'x.pdf\u0000.exe',
    'x.pdf/',
    'x.p df',
    'x.ｐｄｆ',
    'x．pdf',
    '.pdf',
  ])('%j is only saved', (name) => expect(isOpenableName(safeFileName(name))).toBe(false));
  it.each([
    'a.pdf',
    '报告.docx',
    'P.PNG',
    'v.mp4',
    'x.exe.pdf',
    'x.zip',
    'x.pdf. . ',
    'x.pdf\u200b',
    'a.txt',
  ])('%j is opened', (name) => expect(isOpenableName(safeFileName(name))).toBe(true));
  it.each([
    '\u007fELF',
    'MZ\u0090',
    '#!/bin/sh',
    '\u00cf\u00fa\u00ed\u00fe',
    '\u00ca\u00fe\u00ba\u00bf',
    'L\0\0\0\u0001\u0014\u0002\0\0',
    '[Desktop Entry]\nExec=x',
    '[InternetShortcut]\r\nURL=x',
  ])('%j is a program', (head) => expect(isProgram(bytes(head))).toBe(true));
  it('a document is no program', () => expect(isProgram(bytes('%PDF-1.7'))).toBe(false));
});

const FORBIDDEN = /[/\\:*?"<>|\p{Cc}]|(?![\u200c\u200d])\p{Cf}|^[. ]|[. ]$/u;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

describe('names of files', () => {
  it.each([
    ['报告 2026.pdf', '报告 2026.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\Windows\\x.dll', 'C__Windows_x.dll'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a\u200b\u2066b\u0000c.txt', 'abc.txt'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com1.log', '_Com1.log'],
    ['COM¹', '_COM¹'],
    ['command.txt', 'command.txt'],
    ['CON .txt', '_CON .txt'],
    ['aux.tar.gz', '_aux.tar.gz'],
    ['lpt\u00b2.log', '_lpt\u00b2.log'],
    ['CONIN$', '_CONIN$'],
    ['nul\u200b.txt', '_nul.txt'],
    ['a<b>c|d?e"f.txt', 'a_b_c_d_e_f.txt'],
    ['👨\u200d👩\u200d👧.png', '👨\u200d👩\u200d👧.png'],
    ['می\u200cخواهم.txt', 'می\u200cخواهم.txt'],
    ['क्\u200dष.txt', 'क्\u200dष.txt'],
    ['a\u200d.\u200dexe', 'a.exe'],
    ['pd\u200df\u200c', 'pdf'],
    ['x\uffff.txt', 'x.txt'],
    ['.bashrc', 'bashrc'],
    ['name. . ', 'name'],
    ['...', 'file'],
    ['', 'file'],
    ['a\tb\nc.txt', 'abc.txt'],
    ['\ud800x.txt', '_x.txt'],
  ])('%j becomes %j', (given, safe) => expect(safeFileName(given)).toBe(safe));

  it('takes no time for a name of a megabyte', () => {
    expect(safeFileName(`${'名'.repeat(400_000)}.pdf`)).toMatch(/^名+\.pdf$/);
  });

  it.each([
    [`${'a'.repeat(199)}. b${'c'.repeat(20)}`],
    [`${'a'.repeat(190)}${'. '.repeat(20)}x`],
    [`${'a'.repeat(180)}${'. '.repeat(20)}.pdf`],
    [`${'名'.repeat(66)}. ${'字'.repeat(9)}`],
  ])('does not end in a dot or space after it was cut: %j', (name) => {
    const safe = safeFileName(name);
    expect(safe).not.toMatch(/[. ]$|[. ]\.pdf$/);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
  });

  it('keeps the extension of a long name', () => {
    const safe = safeFileName(`${'很长的名字'.repeat(60)}.pdf`);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
    expect(safe.endsWith('.pdf')).toBe(true);
  });

  it('is one safe name whatever came, and stays itself', () => {
    const parts = ['a', 'A', '.', 'é', '文', '/', '\\', ':', '*', '"', '<', '\0', '\n', ' ', 'con', 'lpt9'];
    const nasty = fc.string({
      unit: fc.constantFrom(...parts, '\u202e', '\u2066', '\u200f', '\u200d', '\ud800'),
    });
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
    const isSafe = fc.property(fc.oneof(nasty, units), (given) => {
      const safe = safeFileName(given);
      return (
        safe !== '' &&
        safe === safe.toWellFormed() &&
        !FORBIDDEN.test(safe) &&
        !RESERVED.test(safe) &&
        Buffer.byteLength(safe) <= 200 &&
        safeFileName(safe) === safe
      );
    });
    expect(fc.check(isSafe, { numRuns: 2_000 })).toMatchObject({ failed: false });
  });
});

it('the extension of an uploaded object never promises other bytes', () => {
  expect(objectExtension('x.jpeg', { mime: 'image/png', extension: 'png' })).toBe('png');
  expect(objectExtension('x.PDF', null)).toBe('pdf');
  expect(objectExtension('fake.png', null)).toBe('bin');
  expect(objectExtension('page.html', null)).toBe('bin');
  expect(objectExtension('名字', null)).toBe('bin');
  expect(objectExtension('x.$$', null)).toBe('bin');
});
