import { type MemberView, Role } from '../../../shared/domain.ts';

const rank = (role: Role): number => (role === Role.owner ? 0 : role === Role.manager ? 1 : 2);
export const memberName = (member: MemberView): string => member.remark || member.name;

/** Owner, managers, then the others; each by name. */
export function sortedMembers(members: readonly MemberView[], language: 'zh' | 'en'): MemberView[] {
  const collator = new Intl.Collator(language === 'zh' ? 'zh-CN' : 'en');
  return [...members].sort(
    (a, b) =>
      rank(a.role) - rank(b.role) ||
      collator.compare(memberName(a), memberName(b)) ||
      (a.uid < b.uid ? -1 : 1),
  );
}

/** What `me` may do to `member`: the owner everything, a manager only to plain members. `remove`: also for good. */
export function memberPowers(
  myRole: Role | null,
  member: MemberView,
  meUid: string,
): { setManager: boolean; remove: boolean; mute: boolean } {
  if (member.uid === meUid || member.role === Role.owner)
    return { setManager: false, remove: false, mute: false };
  const over = myRole === Role.owner || (myRole === Role.manager && member.role === Role.member);
  return { setManager: myRole === Role.owner, remove: over, mute: over };
}
