import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { isUploading, pictureBox, shareOf, splitName, tileLabel } from './media-layout.ts';

describe('size of an image in the flow', () => {
  it.each([
    ['as large as it is', 300, 126, 300, 126],
    ['scaled down to the width', 4000, 3000, 320, 240],
    ['scaled down to the height', 1000, 1500, 240, 360],
    ['not narrower than 96', 20, 20, 96, 96],
    ['a long receipt is cropped', 400, 8000, 96, 360],
    ['a thin banner keeps something to click', 2000, 20, 320, 48],
    ['unknown', 0, 0, 240, 160],
    ['nonsense', Number.NaN, -4, 240, 160],
  ])('%s', (_name, width, height, shownWidth, shownHeight) => {
    expect(pictureBox(width, height)).toEqual({ width: shownWidth, height: shownHeight });
  });
});

describe('names of files', () => {
  it('keep their end', () => {
    expect(splitName('annual report 2026-final.pdf')).toEqual({
      head: 'annual report 2026-f',
      tail: 'inal.pdf',
    });
    expect(splitName('撤回泄漏测试报告.pdf')).toEqual({ head: '撤回泄漏', tail: '测试报告.pdf' });
    expect(splitName('no extension at all')).toEqual({ head: 'no extension at', tail: ' all' });
    expect(splitName('a.txt')).toEqual({ head: '', tail: 'a.txt' });
  });
  it('are not cut inside a character', () => {
    const family = '👨‍👩‍👧';
    expect(splitName(`${family.repeat(6)}.png`).head).toBe(family.repeat(2));
  });
  it('give the type for the tile', () => {
    expect(['a.pdf', 'b.DOCX', 'c.tar.gz', 'none', 'long.extension', '.env'].map(tileLabel)).toEqual([
      'PDF',
      'DOCX',
      'GZ',
      '',
      '',
      'ENV',
    ]);
  });
});

const message = (
  content: MessageView['content'],
  state: 'queued' | 'sending' | 'sent',
): Pick<MessageView, 'content' | 'send'> => ({ content, send: { state } });
const file = (url: string) => ({ kind: 'file' as const, url, name: 'a', size: 1 });
const uploading = (value: Pick<MessageView, 'content' | 'send'>) => isUploading(value as MessageView);

describe('transfers', () => {
  it('have a share once something has moved and the size is known', () => {
    expect(shareOf(undefined)).toBeNull();
    expect(shareOf({ doneBytes: 0, totalBytes: 100 })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: null })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: 0 })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: 200 })).toBe(0.25);
    expect(shareOf({ doneBytes: 300, totalBytes: 200 })).toBe(1);
  });
  it('are uploads only while an own attachment has no address', () => {
    expect(uploading(message(file(''), 'queued'))).toBe(true);
    expect(uploading(message(file(''), 'sending'))).toBe(true);
    expect(uploading(message(file('file/preview/x'), 'sending'))).toBe(false);
    expect(uploading(message(file(''), 'sent'))).toBe(false);
    expect(uploading(message({ kind: 'unsupported', type: 0 }, 'queued'))).toBe(false);
  });
});
