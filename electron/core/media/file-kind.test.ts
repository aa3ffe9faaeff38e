import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageTypeOf, isProgram, isRunnableName, objectExtension, safeFileName } from './file-kind.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('image types by their bytes', () => {
  it.each([
    ['\u0089PNG\r\n\u001a\n....', 'image/png', 'png'],
    ['\u00ff\u00d8\u00ff\u00e0', 'image/jpeg', 'jpg'],
    ['GIF89a', 'image/gif', 'gif'],
    ['GIF87a', 'image/gif', 'gif'],
    ['RIFF\u0000\u0000\u0000\u0000WEBPVP8 ', 'image/webp', 'webp'],
    ['\u0000\u0000\u0000\u0020ftypavif', 'image/avif', 'avif'],
  ])('%j is %s', (head, mime, extension) => expect(imageTypeOf(bytes(head))).toEqual({ mime, extension }));

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?><svg>',
    '<html>',
    'RIFF\u0000\u0000\u0000\u0000WAVE',
    '\u0089PNG',
    ' GIF89a',
    '',
  ])('%j is none', (head) => expect(imageTypeOf(bytes(head))).toBeNull());
});

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
  ])('%j is runnable', (name) => expect(isRunnableName(name)).toBe(true));
  it.each(['a.pdf', '报告.docx', 'x.tar.gz', 'p.png', 'v.mp4'])('%j is not', (name) =>
    expect(isRunnableName(name)).toBe(false),
  );
  it.each(['\u007fELF', 'MZ\u0090', '#!/bin/sh', '\u00cf\u00fa\u00ed\u00fe'])('%j is a program', (head) =>
    expect(isProgram(bytes(head))).toBe(true),
  );
  it('a document is no program', () => expect(isProgram(bytes('%PDF-1.7'))).toBe(false));
});

const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Cf}]|^[. ]|[. ]$/u;
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

  it('keeps the extension of a long name', () => {
    const safe = safeFileName(`${'很长的名字'.repeat(60)}.pdf`);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
    expect(safe.endsWith('.pdf')).toBe(true);
  });

  it('is one safe name whatever came, and stays itself', () => {
    const parts = ['a', 'A', '.', 'é', '文', '/', '\\', ':', '*', '"', '<', '\0', '\n', ' ', 'con', 'lpt9'];
    const nasty = fc.string({ unit: fc.constantFrom(...parts, '\u202e', '\u2066', '\u200f', '\ud800') });
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
