/** Groups and their members (tsdd-api.md 3). */
import type { z } from 'zod';
import type { MuteMinutes } from '../../../shared/ipc/contract/groups.ts';
import type { GroupRecord, MemberRecord } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { toGroupRecord, toMemberRecord } from './normalise.ts';
import { type PersonalSettings, settingBody } from './people-calls.ts';
import { GroupDto, GroupRecallDto, MemberDto } from './schemas.ts';

export type GroupRule =
  | 'invite'
  | 'forbidden_add_friend'
  | 'allow_view_history_msg'
  | 'allow_member_pinned_message';

/** TSDD's numbers of these spans. */
const MUTE_KEYS: Readonly<Record<MuteMinutes, number>> = { 10: 2, 60: 3, 1_440: 4, 43_200: 6 };

export function groupCalls({ request, log }: Caller) {
  return {
    /** null = the server knows no such group (TSDD answers a literal `null`). */
    async group(groupNo: string): Promise<GroupRecord | null> {
      const body = await request({ method: 'GET', path: `/groups/${seg(groupNo)}` });
      return body === null ? null : toGroupRecord(readAnswer('groups/:no', GroupDto, body), true);
    },

    /** Rejects with `notCompatible` where the server keeps no log of recalls (TSDD without a guard). */
    async groupRecalls(
      groupNo: string,
      asked: { before: string; since: number; revoker: string; limit: number },
    ): Promise<z.output<typeof GroupRecallDto>[]> {
      const body = await request({ method: 'GET', path: `/groups/${seg(groupNo)}/recalls`, query: asked });
      return readRows('groups/:no/recalls', GroupRecallDto, body, log);
    },

    /** Groups the account saved to its address book. Only the numbers and names of these rows are reliable. */
    async savedGroups(): Promise<string[]> {
      const body = await request({ method: 'GET', path: '/group/my' });
      return readRows('group/my', GroupDto, body, log).map((row) => row.group_no);
    },

    /** Member rows above `version`, ascending, removed members included. */
    async memberSync(
      groupNo: string,
      version: number,
      limit: number,
    ): Promise<{ members: MemberRecord[]; rowCount: number }> {
      const body = await request({
        method: 'GET',
        path: `/groups/${seg(groupNo)}/membersync`,
        query: { version, limit },
        timeoutMs: 20_000,
      });
      const members = readRows('groups/:no/membersync', MemberDto, body, log).map((row) =>
        toMemberRecord(groupNo, row),
      );
      return { members, rowCount: Array.isArray(body) ? body.length : 0 };
    },

    /** One page of active members; the only way in a super group. */
    async memberPage(groupNo: string, page: number, limit: number): Promise<MemberRecord[]> {
      const body = await request({
        method: 'GET',
        path: `/groups/${seg(groupNo)}/members`,
        query: { page, limit },
      });
      return readRows('groups/:no/members', MemberDto, body, log).map((row) => toMemberRecord(groupNo, row));
    },

    async createGroup(memberUids: readonly string[], name: string): Promise<GroupRecord> {
      const body = await request({
        method: 'POST',
        path: '/group/create',
        body: name === '' ? { members: memberUids } : { members: memberUids, name },
      });
      return toGroupRecord(readAnswer('group/create', GroupDto, body), false);
    },

    /** One key per call, string values (tsdd-api.md 3.2). */
    async updateGroup(groupNo: string, key: 'name' | 'notice', value: string): Promise<void> {
      await request({ method: 'PUT', path: `/groups/${seg(groupNo)}`, body: { [key]: value } });
    },

    async setGroupSetting(groupNo: string, settings: PersonalSettings): Promise<void> {
      await request({ method: 'PUT', path: `/groups/${seg(groupNo)}/setting`, body: settingBody(settings) });
    },

    /** Rules that owner and managers set; numbers (tsdd-api.md 3.2). */
    async setGroupRule(groupNo: string, rule: GroupRule, on: boolean): Promise<void> {
      const body = { [rule]: on ? 1 : 0 };
      await request({ method: 'PUT', path: `/groups/${seg(groupNo)}/setting`, body });
    },

    async addMembers(groupNo: string, uids: readonly string[]): Promise<void> {
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/members`, body: { members: uids } });
    },

    async removeMembers(groupNo: string, uids: readonly string[]): Promise<void> {
      await request({ method: 'DELETE', path: `/groups/${seg(groupNo)}/members`, body: { members: uids } });
    },

    async setManager(groupNo: string, uid: string, on: boolean): Promise<void> {
      // The body is a bare array.
      await request({
        method: on ? 'POST' : 'DELETE',
        path: `/groups/${seg(groupNo)}/managers`,
        body: [uid],
      });
    },

    async setForbidden(groupNo: string, on: boolean): Promise<void> {
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/forbidden/${on ? 1 : 0}` });
    },

    async transferGroup(groupNo: string, uid: string): Promise<void> {
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/transfer/${seg(uid)}` });
    },

    /** `minutes` 0 lifts it. */
    async muteMember(groupNo: string, uid: string, minutes: MuteMinutes | 0): Promise<void> {
      await request({
        method: 'POST',
        path: `/groups/${seg(groupNo)}/forbidden_with_member`,
        body: { member_uid: uid, action: minutes === 0 ? 0 : 1, key: minutes === 0 ? 0 : MUTE_KEYS[minutes] },
      });
    },

    async setBlacklisted(groupNo: string, uids: readonly string[], on: boolean): Promise<void> {
      const path = `/groups/${seg(groupNo)}/blacklist/${on ? 'add' : 'remove'}` as const;
      await request({ method: 'POST', path, body: { uids } });
    },

    async setNickname(groupNo: string, uid: string, remark: string): Promise<void> {
      const path = `/groups/${seg(groupNo)}/members/${seg(uid)}` as const;
      await request({ method: 'PUT', path, body: { remark } });
    },

    async leaveGroup(groupNo: string): Promise<void> {
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/exit` });
    },

    async disbandGroup(groupNo: string): Promise<void> {
      await request({ method: 'DELETE', path: `/groups/${seg(groupNo)}/disband` });
    },
  };
}
