/** Groups and what belongs to them: codes, invitations, notices. */
import { GroupCodes } from './group-codes.ts';
import type { GroupsDeps } from './group-writes.ts';
import { Groups } from './groups.ts';
import { Invitations } from './invitations.ts';
import { Notices } from './notices.ts';

export interface GroupParts {
  groups: Groups;
  groupCodes: GroupCodes;
  invitations: Invitations;
  notices: Notices;
}

export function groupParts(deps: Omit<GroupsDeps, 'noticePublished'>): GroupParts {
  const notices = new Notices(deps);
  const groups = new Groups({
    ...deps,
    noticePublished: (groupNo, by, content) => notices.published(groupNo, by, content),
  });
  return {
    groups,
    groupCodes: new GroupCodes(deps.db, groups, deps.now),
    invitations: new Invitations({ ...deps, groups }),
    notices,
  };
}
