/**
 * Members of groups as they are shown: owner, managers, then the others, each by name. A list is read and sorted once
 * and kept until something in it changes; a page of a group of 10,000 costs no more than one of ten.
 */
import { cleanName, shownName } from '../../../../../shared/display-name.ts';
import { type MemberView, Role } from '../../../../../shared/domain.ts';
import type { MemberPage } from '../../../../../shared/ipc/contract/conversations.ts';
import { WHOLE_MEMBER_LIST } from '../../../../../shared/ipc/contract/limits.ts';
import { beginsWith, foldQuery } from '../../../../../shared/matching/match.ts';
import { nameMatches, sortKey } from './pinyin.ts';
import type { StoreContext } from '../../context.ts';
import { asRole, BLACKLISTED, firstName, type MemberRow } from './people-rows.ts';

/** Of a group that is not given whole: owner, managers and the first others. */
const FIRST_MEMBERS = 50;
/** Lists that are kept. */
const MAX_LISTS = 8;

export interface MemberList {
  /** All of a small group, the first of a large one (`WHOLE_MEMBER_LIST`). */
  first(groupNo: string): MemberView[];
  /**
   * Those with `search` in name, nickname, pinyin or initials, names that begin with it first; all when it is empty.
   */
  page(groupNo: string, query: { search: string; offset: number; limit: number }): MemberPage;
  /** Of these people the ones who are members. */
  some(groupNo: string, uids: readonly string[]): MemberView[];
  /** Who is on the blacklist, whether they are still in the group or not; in no other list. */
  blacklist(groupNo: string): MemberView[];
  /** Something about a group, or about people (null), changed. */
  changed(groupNo: string | null): void;
}

const namesOf = ({ name, remark }: MemberView): string[] => (remark ? [remark, name] : [name]);
const power = (role: Role): number => (role === Role.owner ? 0 : role === Role.manager ? 1 : 2);

interface Listed {
  members: readonly MemberView[];
  byUid: ReadonlyMap<string, MemberView>;
  /** The last search: its pages are asked for one after the other. */
  found: { search: string; members: readonly MemberView[] } | null;
}

export function createMemberList(ctx: StoreContext): MemberList {
  const { me } = ctx;
  type NamedRow = MemberRow & {
    user_name: string | null;
    user_remark: string | null;
    online: number | null;
    short_no: string | null;
    user_destroyed: number | null;
  };
  const columns = `m.*, u.name AS user_name, u.remark AS user_remark, u.online AS online, u.short_no AS short_no,
    u.destroyed AS user_destroyed FROM group_member m LEFT JOIN user u ON u.uid = m.uid WHERE m.group_no = ?`;
  const rowsOf = ctx.db.prepare<[string], NamedRow>(
    `SELECT ${columns} AND m.deleted = 0 AND m.status <> ${BLACKLISTED}`,
  );
  const blacklistOf = ctx.db.prepare<[string], NamedRow>(`SELECT ${columns} AND m.status = ${BLACKLISTED}`);
  const lists = new Map<string, Listed>();
  ctx.onRollback(() => lists.clear());

  function viewOf(row: NamedRow): MemberView {
    const own = row.uid === me.uid ? me.name : '';
    const name = firstName(row.uid, row.user_remark, own, row.user_name, row.name);
    const remark = cleanName(row.remark) && shownName(row.remark, row.uid);
    return {
      uid: row.uid,
      name,
      remark,
      role: asRole(row.role) ?? Role.member,
      mutedUntil: row.muted_until,
      ...(row.short_no ? { shortNo: row.short_no } : {}),
      online: row.online === 1,
      ...(row.destroyed === 1 || row.user_destroyed === 1 ? { destroyed: true as const } : {}),
    };
  }

  function sorted(rows: readonly NamedRow[]): readonly MemberView[] {
    return rows
      .map((row) => {
        const view = viewOf(row);
        return { view, sort: sortKey(view.remark || view.name) };
      })
      .sort(
        (a, b) =>
          power(a.view.role) - power(b.view.role) ||
          (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : a.view.uid < b.view.uid ? -1 : 1),
      )
      .map(({ view }) => view);
  }

  function listed(groupNo: string): Listed {
    const known = lists.get(groupNo);
    if (known) return known;
    const members = sorted(rowsOf.all(groupNo));
    const list: Listed = { members, byUid: new Map(members.map((m) => [m.uid, m])), found: null };
    const [oldest] = lists.keys();
    if (lists.size >= MAX_LISTS && oldest !== undefined) lists.delete(oldest);
    // What a transaction in progress has written may still be taken back.
    if (!ctx.db.inTransaction) lists.set(groupNo, list);
    return list;
  }

  function find(list: Listed, search: string): readonly MemberView[] {
    if (search === '') return list.members;
    if (list.found?.search === search) return list.found.members;
    const begins: MemberView[] = [];
    const others: MemberView[] = [];
    for (const member of list.members) {
      if (namesOf(member).some((name) => beginsWith(name, search))) begins.push(member);
      else if (namesOf(member).some((name) => nameMatches(name, search))) others.push(member);
    }
    const members = [...begins, ...others];
    list.found = { search, members };
    return members;
  }

  return {
    first(groupNo) {
      const { members } = listed(groupNo);
      if (members.length <= WHOLE_MEMBER_LIST) return [...members];
      const leaders = members.findIndex((member) => member.role === Role.member);
      return members.slice(0, Math.min(WHOLE_MEMBER_LIST, Math.max(leaders, 0) + FIRST_MEMBERS));
    },
    page(groupNo, { search, offset, limit }) {
      const members = find(listed(groupNo), foldQuery(search));
      return { members: members.slice(offset, offset + limit), total: members.length };
    },
    blacklist: (groupNo) => [...sorted(blacklistOf.all(groupNo))],
    some(groupNo, uids) {
      const { byUid } = listed(groupNo);
      return [...new Set(uids)].map((uid) => byUid.get(uid)).filter((member) => member !== undefined);
    },
    changed(groupNo) {
      if (groupNo === null) lists.clear();
      else lists.delete(groupNo);
    },
  };
}
