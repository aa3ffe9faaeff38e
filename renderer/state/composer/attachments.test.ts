import { describe, expect, it } from 'vitest';
import { MAX_ATTACHMENT_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { filesOf, isImageType, MAX_ATTACHMENTS, sendName, sortOut } from './attachments.ts';

const files = (...sizes: number[]): { size: number }[] => sizes.map((size) => ({ size }));

const item = (kind: string, directory: boolean | null, file: File | null) => ({
  kind,
  webkitGetAsEntry: () => (directory === null ? null : { isDirectory: directory }),
  getAsFile: () => file,
});

describe('what can be attached', () => {
  it('refuses empty and too large ones and keeps the rest', () => {
    const { accepted, problems } = sortOut(files(0, 1, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENT_BYTES + 1, 0), 0);
    expect(accepted.map(({ size }) => size)).toEqual([1, MAX_ATTACHMENT_BYTES]);
    expect(problems).toEqual({ empty: 2, tooLarge: 1 });
  });
  it('counts what is attached already', () => {
    const { accepted, problems } = sortOut(files(1, 1, 1), MAX_ATTACHMENTS - 1);
    expect(accepted).toHaveLength(1);
    expect(problems).toEqual({ tooMany: 2 });
  });
  it('says that folders were among them', () => {
    expect(sortOut([], 0, 2)).toEqual({ accepted: [], problems: { folder: 2 } });
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
