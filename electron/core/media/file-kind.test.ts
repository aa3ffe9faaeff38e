import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpened, isProgram, isOpenableName, objectExtension, safeFileName } from './file-kind.ts';

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

const box = (brand: string): string => `\0\0\0\u0018ftyp${brand}\0\0\0\0`;
const PAGE = '<html><script>1</script></html>';
/** What is of each kind, and names of it. */
const KINDS: [names: string[], contents: string[]][] = [
  [['pdf'], ['%PDF-1.7\n%\u00e2\u00e3']],
  [['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp'], ['PK\u0003\u0004\u0014\0']],
  [['zip'], ['PK\u0003\u0004\u0014\0', 'PK\u0005\u0006\0\0']],
  [
    ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'bmp', 'heic', 'heif', 'tif', 'tiff'],
    [
      '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR',
      '\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF',
      'GIF89a\u0001\0',
      'RIFF\u0010\0\0\0WEBPVP8 ',
      box('avif'),
      box('heic'),
      'II*\0\u0008\0',
      'MM\0*\0\0',
      `BM${'\0'.repeat(12)}\u0028\0\0\0`,
    ],
  ],
  [
    'mp3 m4a aac wav flac ogg oga opus wma amr aif aiff mp4 m4v mov mkv webm avi wmv mpg mpeg 3gp'.split(' '),
    [
      'ID3\u0004\0',
      '\u00ff\u00fb\u0090\0',
      '\u00ff\u00f1\u0050\0',
      'OggS\0',
      'fLaC\0',
      'RIFF\u0010\0\0\0WAVEfmt ',
      'RIFF\u0010\0\0\0AVI LIST',
      'FORM\0\0\0\u0010AIFF',
      '#!AMR\n\u003c',
      box('isom'),
      box('M4A '),
      '\0\0\0\u0008wide\0\0',
      '\u001aE\u00df\u00a3\u009f',
      '0&\u00b2u\u008ef\u00cf\u0011\u00a6',
      '\0\0\u0001\u00ba\u0044',
      `G${'\u0001'.repeat(187)}G`,
    ],
  ],
  [
    ['txt', 'log', 'md', 'csv'],
    [
      '',
      'words',
      '\u00ef\u00bb\u00bf\u00e5\u00ad\u0097',
      '\u00d7\u00d6\u00b7\u00fb in another code',
      '<134>Jan 1 host: started',
      '# heading\n<b>further down</b>',
      '1 < 2',
      '\u001b[31mred\u001b[0m',
      'about [Desktop Entry]',
      'id,name\n1,a',
    ],
  ],
];
/** What is of no kind, whatever it is called. */
const FOREIGN = [
  PAGE,
  `\n \t${PAGE}`,
  `\u00ef\u00bb\u00bf${PAGE}`,
  '<!DOCTYPE html><p>x',
  '<!-- x --><script>1</script>',
  '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
  '<?xml version="1.0"?><svg/>',
  '<?php x();',
  '<a href="x">x</a>',
  '</p><script>1</script>',
  '\u00ff\u00fe<\0h\0t\0m\0l\0',
  '#!/bin/sh\nx',
  '\n#!/bin/sh\nx',
  '# x\n\n[Desktop Entry]\nExec=x',
  '; x\r\n[InternetShortcut]\r\nURL=x',
  '@echo off\r\nx',
  'MIME-Version: 1.0\r\nContent-Type: multipart/related',
  '{\\rtf1 x}',
  '%!PS-Adobe-3.0',
  'ID;PWXL;N;E\nC;X1;Y1;EEXEC("x")',
  'Windows Registry Editor Version 5.00',
  'MZ\u0090\0',
  '\u007fELF\u0002',
  '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1',
  'Rar!\u001a\u0007',
  'words\0and more',
  'BM, two letters of a text\0',
];

describe('bytes that are not what their name says', () => {
  it.each(KINDS)('%j are opened with bytes of their kind, with no others', (names, contents) => {
    const others = [...FOREIGN, ...KINDS.filter(([of]) => of !== names).flatMap(([, all]) => all)];
    const zips = KINDS[1]?.[1] ?? [];
    const isOther = (content: string): boolean =>
      !contents.includes(content) &&
      !(contents.some((own) => own.startsWith('PK')) && zips.includes(content));
    for (const name of names) {
      const opened = (content: string): boolean => isOpened(`x.${name}`, bytes(content));
      expect(contents.filter((content) => !opened(content))).toEqual([]);
      // (The containers of HEIF and AVIF are those of films: a player finds no picture worth running.)
      const also = name === 'mp4' || names.includes('mp4') ? [box('avif'), box('heic')] : [];
      expect(
        others.filter((content) => isOther(content) && !also.includes(content) && opened(content)),
      ).toEqual([]);
    }
  });

  it.each(['html', 'svg', 'exe', 'doc', 'rtf', ''])('no bytes make an opened file of .%s', (name) => {
    for (const content of [...FOREIGN, ...KINDS.flatMap(([, all]) => all)])
      expect(isOpened(`x.${name}`, bytes(content))).toBe(false);
  });
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
    ['e\u200b\u0301.txt', 'é.txt'],
    ['e\ue000\u0301.txt', 'é.txt'],
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
