/** Groups and their members (tsdd-api.md 3). */
import type { z } from 'zod';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { GroupRecord, MemberRecord } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { toGroupRecord, toMemberRecord } from './normalise.ts';
import { type PersonalSettings, settingBody } from './people-calls.ts';
import { ConfirmPageDto, GroupDto, InvitationDto, MemberDto } from './schemas.ts';

export function groupCalls({ request, log }: Caller) {
  return {
    /** null = the server knows no such group (TSDD answers a literal `null`). */
    async group(groupNo: string): Promise<GroupRecord | null> {
      const body = await request({ method: 'GET', path: `/groups/${seg(groupNo)}` });
      return body === null ? null : toGroupRecord(readAnswer('groups/:no', GroupDto, body), true);
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

    /** Who is invited (tsdd-api.md 3.2). Asked without authority, as TSDD's page does. */
    async invitation(inviteNo: string): Promise<z.output<typeof InvitationDto>> {
      const body = await request({ method: 'GET', path: `/group/invites/${seg(inviteNo)}` });
      return readAnswer('group/invites/:no', InvitationDto, body);
    },

    /**
     * Owner or manager lets the invited in. TSDD answers with the address of a page; only the code in it is used, for
     * the call that the page makes.
     */
    async confirmInvitation(groupNo: string, inviteNo: string): Promise<void> {
      const body = await request({
        method: 'GET',
        path: `/groups/${seg(groupNo)}/member/h5confirm`,
        query: { invite_no: inviteNo },
      });
      const { url } = readAnswer('groups/:no/member/h5confirm', ConfirmPageDto, body);
      const code = URL.parse(url)?.searchParams.get('auth_code') ?? '';
      if (!/^[\w-]{1,128}$/.test(code))
        throw new CodedError('refused', 'the address to confirm this invitation holds no code');
      await request({ method: 'POST', path: '/group/invite/sure', query: { auth_code: code } });
    },

    /** One key per call, string values (tsdd-api.md 3.2). */
    async updateGroup(groupNo: string, key: 'name' | 'notice', value: string): Promise<void> {
      await request({ method: 'PUT', path: `/groups/${seg(groupNo)}`, body: { [key]: value } });
    },

    async setGroupSetting(groupNo: string, settings: PersonalSettings): Promise<void> {
      await request({ method: 'PUT', path: `/groups/${seg(groupNo)}/setting`, body: settingBody(settings) });
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

    async leaveGroup(groupNo: string): Promise<void> {
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/exit` });
    },

    async disbandGroup(groupNo: string): Promise<void> {
      await request({ method: 'DELETE', path: `/groups/${seg(groupNo)}/disband` });
    },
  };
}
