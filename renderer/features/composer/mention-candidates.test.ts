import { describe, expect, it } from 'vitest';
import type { MemberView } from '../../../shared/domain.ts';
import { mentionCandidates } from './mention-candidates.ts';

const member = (uid: string, name: string, role: 0 | 1 | 2 = 0, remark = ''): MemberView => ({
  uid,
  name,
  remark,
  role,
  mutedUntil: 0,
  online: false,
});
const members = [
  member('me', '许一诺'),
  member('lin', '林知夏', 2),
  member('chen', '陈屿', 1),
  member('su', '苏航'),
  member('bob', 'Bob', 0, '老鲍'),
];
const names = (query: string, canMentionAll = false): string[] =>
  mentionCandidates(members, query, { meUid: 'me', canMentionAll, everyone: '所有人' }).map((c) => c.name);

describe('mention candidates', () => {
  it('offers everyone first to those who may, then owner, managers, members, never oneself', () => {
    expect(names('', true)).toEqual(['所有人', '陈屿', '林知夏', '老鲍', '苏航']);
    expect(names('')).not.toContain('所有人');
    expect(names('')).not.toContain('许一诺');
  });

  it('finds by name, nickname and pinyin', () => {
    expect(names('知')).toEqual(['林知夏']);
    expect(names('lzx')).toEqual(['林知夏']);
    expect(names('suhang')).toEqual(['苏航']);
    expect(names('bob')).toEqual(['老鲍']);
    expect(names('zzz')).toEqual([]);
  });

  it('keeps the order of those whom the core has found', () => {
    const found = [member('ts1', '同事 1'), member('me', '许一诺'), member('bob', 'Bob', 1)];
    const options = { meUid: 'me', canMentionAll: false, everyone: '所有人', matched: true };
    expect(mentionCandidates(found, 'ts1', options).map((c) => c.name)).toEqual(['同事 1', 'Bob']);
  });

  it('finds everyone by name and pinyin', () => {
    expect(names('所', true)).toEqual(['所有人']);
    expect(names('syr', true)).toContain('所有人');
  });
});
