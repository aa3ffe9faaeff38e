import { describe, expect, it } from 'vitest';
import { contactView } from '../../testing/views.ts';
import { byLetter } from './letters.ts';

const contact = (uid: string, name: string, sortKey = '', remark = '') =>
  contactView(uid, name, { sortKey, remark });

describe('byLetter', () => {
  it('sorts by pinyin, remarks first, and puts the rest under #', () => {
    const groups = byLetter([
      contact('1', '周明远', 'zhoumingyuan'),
      contact('2', '陈屿'),
      contact('3', '123'),
      contact('4', '陈安', 'chenan'),
      contact('5', '老王', 'laowang', 'Anna'),
    ]);
    expect(groups.map((group) => group.letter)).toEqual(['A', 'C', 'Z', '#']);
    expect(groups[1]?.contacts.map((entry) => entry.name)).toEqual(['陈安', '陈屿']);
  });
});
