/** Rows of the tables `user`, `group_info` and `group_member`. */
import { cleanName, shownName } from '../../../../../shared/display-name.ts';
import { Role } from '../../../../../shared/domain.ts';

/** Who refuses the other's words. What older versions stored as 1 was either of the two. */
export const BlockedBy = { nobody: 0, them: 1, me: 2 } as const;

export interface UserRow {
  uid: string;
  name: string;
  remark: string;
  username: string;
  online: number;
  last_offline: number;
  friend: number;
  /** One of `BlockedBy`. */
  blocked: number;
  sort_key: string;
  short_no: string;
  /** Class of the device they are online with; null = not known. */
  device: number | null;
  destroyed: number;
}

export interface GroupRow {
  group_no: string;
  name: string;
  remark: string;
  notice: string;
  member_count: number | null;
  online_count: number | null;
  my_role: number | null;
  quit: number | null;
  muted_until: number | null;
  forbidden: number;
  invite_only: number;
  disbanded: number;
  receipt: number;
  sort_key: string;
  saved: number;
  friends_forbidden: number;
  past_hidden: number;
  members_pin: number;
}

export interface MemberRow {
  group_no: string;
  uid: string;
  name: string;
  remark: string;
  role: number;
  version: number;
  deleted: number;
  status: number;
  muted_until: number;
  destroyed: number;
}
/** `status` of who is on a group's blacklist. */
export const BLACKLISTED = 2;

export const asRole = (value: number | null | undefined): Role | null =>
  value === Role.member || value === Role.owner || value === Role.manager ? value : null;

/** The first of these names that says something, as it is shown; the short form of the id when none does. */
export function firstName(id: string, ...names: (string | null | undefined)[]): string {
  return shownName(names.find((name) => name && cleanName(name) !== '') ?? '', id);
}

/** Looks rows up. */
export interface FindPeople {
  user(uid: string): UserRow | undefined;
  group(groupNo: string): GroupRow | undefined;
  member(groupNo: string, uid: string): MemberRow | undefined;
}
