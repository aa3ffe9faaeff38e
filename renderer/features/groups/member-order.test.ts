import { describe, expect, it } from 'vitest';
import { type MemberView, Role } from '../../../shared/domain.ts';
import { memberPowers, sortedMembers } from './member-order.ts';

const member = (uid: string, role: Role, name = uid): MemberView => ({
  uid,
  name,
  remark: '',
  role,
  mutedUntil: 0,
  online: false,
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
    expect(memberPowers(mine, member('x', theirs), 'me')).toEqual({ setManager, remove, mute: remove });
    expect(memberPowers(mine, member('me', theirs), 'me')).toEqual({
      setManager: false,
      remove: false,
      mute: false,
    });
  });
});
