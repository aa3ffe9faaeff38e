import { describe, expect, it } from 'vitest';
import { MAX_ATTACHMENT_BYTES, MAX_TRAY_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { filesOf, isImageType, MAX_ATTACHMENTS, pastesFiles, sendName, sortOut } from './attachments.ts';

const NONE = { count: 0, bytes: 0 };
const files = (...sizes: number[]): { size: number }[] => sizes.map((size) => ({ size }));

const item = (kind: string, directory: boolean | null, file: File | null) => ({
  kind,
  webkitGetAsEntry: () => (directory === null ? null : { isDirectory: directory }),
  getAsFile: () => file,
});

describe('what can be attached', () => {
  it('refuses empty and too large ones and keeps the rest', () => {
    const { accepted, problems } = sortOut(
      files(0, 1, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENT_BYTES + 1, 0),
      NONE,
    );
    expect(accepted.map(({ size }) => size)).toEqual([1, MAX_ATTACHMENT_BYTES]);
    expect(problems).toEqual({ empty: 2, tooLarge: 1 });
  });
  it('counts what is attached already', () => {
    const { accepted, problems } = sortOut(files(1, 1, 1), { count: MAX_ATTACHMENTS - 1, bytes: 3 });
    expect(accepted).toHaveLength(1);
    expect(problems).toEqual({ tooMany: 2 });
  });
  it('counts the bytes of all together', () => {
    const have = { count: 1, bytes: MAX_TRAY_BYTES - MAX_ATTACHMENT_BYTES };
    const { accepted, problems } = sortOut(files(MAX_ATTACHMENT_BYTES - 1, 2, 1), have);
    expect(accepted.map(({ size }) => size)).toEqual([MAX_ATTACHMENT_BYTES - 1, 1]);
    expect(problems).toEqual({ tooMuch: 1 });
  });
  it('says that folders were among them', () => {
    expect(sortOut([], NONE, 2)).toEqual({ accepted: [], problems: { folder: 2 } });
  });
  it('tells folders from files in what is dropped', () => {
    const file = new File(['x'], 'x.txt');
    const items = [
      item('string', null, null),
      item('file', true, new File([], 'folder')),
      item('file', false, file),
      item('file', null, file),
      item('file', false, null),
    ];
    expect(filesOf({ items } as unknown as DataTransfer)).toEqual({ files: [file, file], folders: 1 });
  });
});

describe('types and names', () => {
  it('shows only what a browser decodes, never svg', () => {
    const types = ['image/png', 'IMAGE/JPEG', 'image/gif', 'image/webp', 'image/svg+xml', 'image/heic', ''];
    expect(types.map(isImageType)).toEqual([true, true, true, true, false, false, false]);
  });
  it('shortens a name to what the contract takes, with its extension', () => {
    expect(sendName(' a.txt ')).toBe('a.txt');
    expect(sendName('   ')).toBe('file');
    const long = sendName(`${'x'.repeat(400)}.pdf`);
    expect([long.length, long.slice(-4)]).toEqual([255, '.pdf']);
    expect(sendName('y'.repeat(400))).toHaveLength(255);
  });
});

describe('what a paste means', () => {
  const png = { name: 'image.png', type: 'image/png' };
  const pdf = { name: '회의록.pdf', type: 'application/pdf' };
  const both = [pdf, { name: 'a b.txt', type: 'text/plain' }];
  const paste = (change: Partial<Parameters<typeof pastesFiles>[0]>) =>
    pastesFiles({ files: [png], folders: 0, plain: '', html: '', ...change });
  it.each([
    ['a picture', paste({}), true],
    ['a picture of a page', paste({ html: '<img src="https://a.example/x.png">' }), true],
    ['that with its address', paste({ plain: 'https://a.example/x.png', html: '<img src="…">' }), true],
    ['a file with its name (Finder)', paste({ files: [pdf], plain: '회의록.pdf'.normalize('NFD') }), true],
    ['its name without the ending', paste({ files: [pdf], plain: '회의록' }), true],
    ['files with their names', paste({ files: both, plain: '회의록.pdf\ra b.txt' }), true],
    [
      'files with their addresses',
      paste({ files: both, plain: 'file:///tmp/a%20b.txt\r\n/tmp/회의록.pdf\r\n' }),
      true,
    ],
    ['a folder with its name', paste({ files: [], folders: 1, plain: 'Documents' }), true],
    ['a broken address', paste({ files: [pdf], plain: 'file:///tmp/%E0%A4%A.pdf' }), false],
    ['cells with their picture', paste({ plain: 'A1\tB1', html: '<table><tr><td>A1' }), false],
    ['a cell that is called so', paste({ plain: 'image.png', html: '<TABLE><tr><td>image.png' }), false],
    ['words of a page with a picture', paste({ plain: 'Some words', html: '<p>Some <img> words' }), false],
    ['words that name more than the file', paste({ files: [pdf], plain: '회의록.pdf\nsee above' }), false],
    ['words', paste({ files: [], plain: 'words' }), false],
    ['nothing', paste({ files: [] }), false],
  ])('%s', (_what, meant, files) => expect(meant).toBe(files));
});
