import { describe, expect, it } from 'vitest';
import type { ContactView, MemberView } from '../../../shared/domain.ts';
import { Role } from '../../../shared/domain.ts';
import { memberPowers, sortedMembers } from '../groups/member-order.ts';
import { paletteEntries } from '../palette/palette-entries.ts';
import { byLetter } from './letters.ts';
import { matchesName, nameStartsWith } from './name-match.ts';

const contact = (uid: string, name: string, sortKey = '', remark = ''): ContactView => ({
  uid,
  name,
  remark,
  username: `${uid}-name`,
  online: false,
  sortKey,
});
const member = (uid: string, role: Role, name = uid): MemberView => ({
  uid,
  name,
  remark: '',
  role,
  mutedUntil: 0,
  online: false,
});

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

describe('matchesName', () => {
  it.each([
    ['林', true],
    ['知夏', true],
    ['linzhi', true],
    ['lzx', true],
    ['', true],
    ['wang', false],
    ['夏林', false],
  ])('%s', (filter, found) => {
    expect(matchesName(filter, ['林知夏'])).toBe(found);
  });
});

describe('nameStartsWith', () => {
  it('fits a name as written and in pinyin, from its start only', () => {
    expect(nameStartsWith('林知夏', '林')).toBe(true);
    expect(nameStartsWith('林知夏', 'linz')).toBe(true);
    expect(nameStartsWith('林知夏', 'zhi')).toBe(false);
    expect(nameStartsWith('Anna', 'an')).toBe(true);
  });
});

describe('members', () => {
  it('are owner, admins, then the others by name', () => {
    const list = [
      member('4', Role.member, '周'),
      member('3', Role.member, '陈'),
      member('2', Role.manager, '林'),
      member('1', Role.owner, '张'),
    ];
    expect(sortedMembers(list, 'zh').map((entry) => entry.uid)).toEqual(['1', '2', '3', '4']);
  });
  it.each([
    [Role.owner, Role.manager, true, true],
    [Role.owner, Role.member, true, true],
    [Role.manager, Role.member, false, true],
    [Role.manager, Role.manager, false, false],
    [Role.manager, Role.owner, false, false],
    [Role.member, Role.member, false, false],
    [null, Role.member, false, false],
  ])('my role %s over role %s', (mine, theirs, setManager, remove) => {
    expect(memberPowers(mine, member('x', theirs), 'me')).toEqual({ setManager, remove });
    expect(memberPowers(mine, member('me', theirs), 'me')).toEqual({ setManager: false, remove: false });
  });
});

describe('paletteEntries', () => {
  const commands = [{ id: 'theme' as const, label: '切换主题', keys: '' }];
  const people = [contact('u1', '林知夏')];
  it('offers people and commands by pinyin, and only commands after >', () => {
    expect(paletteEntries('lin', [], people, commands).map((entry) => entry.id)).toEqual(['1/u1']);
    expect(paletteEntries('>', [], people, commands).map((entry) => entry.id)).toEqual(['command-theme']);
    expect(paletteEntries('>xyz', [], people, commands)).toEqual([]);
    expect(paletteEntries('', [], people, commands)).toEqual([]);
  });
});
