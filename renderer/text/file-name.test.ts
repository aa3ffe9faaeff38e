import { describe, expect, it } from 'vitest';
import { splitName, tileLabel } from './file-name.ts';

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
