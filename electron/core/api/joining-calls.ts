/** Invitations to confirm, and QR codes of groups (tsdd-api.md 3.2). */
import type { z } from 'zod';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isObject } from '../../../shared/json.ts';
import { readAnswer } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { ConfirmPageDto, GroupCodeDto, GroupDetailDto, InvitationDto, ScannedDto } from './schemas.ts';

/** What a code leads to; null = something this client knows nothing about. */
export type ScanAnswer =
  | { kind: 'member'; groupNo: string }
  | { kind: 'group'; groupNo: string; authCode: string }
  | { kind: 'person'; uid: string; vercode: string }
  | null;

const AUTH_CODE = /^[\w-]{1,128}$/;

export function joiningCalls({ request }: Caller) {
  /** TSDD answers with the address of a page; only the code in it is used, for the call that the page makes. */
  async function confirmCode(groupNo: string, inviteNo: string): Promise<string> {
    const body = await request({
      method: 'GET',
      path: `/groups/${seg(groupNo)}/member/h5confirm`,
      query: { invite_no: inviteNo },
    });
    const { url } = readAnswer('groups/:no/member/h5confirm', ConfirmPageDto, body);
    const code = URL.parse(url)?.searchParams.get('auth_code') ?? '';
    if (!AUTH_CODE.test(code))
      throw new CodedError('refused', 'the address to confirm this invitation holds no code');
    return code;
  }

  return {
    async invite(groupNo: string, uids: readonly string[], remark: string): Promise<void> {
      const body = { uids, remark };
      await request({ method: 'POST', path: `/groups/${seg(groupNo)}/member/invite`, body });
    },

    /** Who is invited. TSDD asks for no authority here. */
    async invitation(inviteNo: string): Promise<z.output<typeof InvitationDto>> {
      const body = await request({ method: 'GET', path: `/group/invites/${seg(inviteNo)}` });
      return readAnswer('group/invites/:no', InvitationDto, body);
    },

    /** Owner or manager lets the invited in. */
    async confirmInvitation(groupNo: string, inviteNo: string): Promise<void> {
      const query = { auth_code: await confirmCode(groupNo, inviteNo) };
      await request({ method: 'POST', path: '/group/invite/sure', query });
    },

    /** Not in TSDD: only where an invitation says that it can be refused. */
    async refuseInvitation(groupNo: string, inviteNo: string): Promise<void> {
      const query = { auth_code: await confirmCode(groupNo, inviteNo) };
      await request({ method: 'POST', path: '/group/invite/refuse', query });
    },

    async groupCode(groupNo: string): Promise<z.output<typeof GroupCodeDto>> {
      const body = await request({ method: 'GET', path: `/groups/${seg(groupNo)}/qrcode` });
      return readAnswer('groups/:no/qrcode', GroupCodeDto, body);
    },

    /** `code`: the last part of the address in a QR code. Only this server is asked, whatever stood before it. */
    async scan(code: string): Promise<ScanAnswer> {
      const body = await request({ method: 'GET', path: `/qrcode/${seg(code)}` });
      const { type, data } = readAnswer('qrcode/:code', ScannedDto, body);
      const text = (key: string): string => (typeof data[key] === 'string' ? data[key] : '');
      if (type === 'group' && text('group_no') !== '') return { kind: 'member', groupNo: text('group_no') };
      if (type === 'userInfo' && text('uid') !== '')
        return { kind: 'person', uid: text('uid'), vercode: text('vercode') };
      const page = type === 'webview' ? URL.parse(text('url'))?.searchParams : undefined;
      const groupNo = page?.get('group_no') ?? '';
      const authCode = page?.get('auth_code') ?? '';
      return groupNo !== '' && AUTH_CODE.test(authCode) ? { kind: 'group', groupNo, authCode } : null;
    },

    /** What a card of a group shows to somebody who is not in it. (TSDD tells everybody, and ignores the code.) */
    async groupDetail(groupNo: string, authCode: string): Promise<z.output<typeof GroupDetailDto>> {
      const query = { auth_code: authCode };
      const body = await request({ method: 'GET', path: `/groups/${seg(groupNo)}/detail`, query });
      return readAnswer('groups/:no/detail', GroupDetailDto, body);
    },

    async joinByCode(groupNo: string, authCode: string): Promise<void> {
      const query = { auth_code: authCode };
      await request({ method: 'GET', path: `/groups/${seg(groupNo)}/scanjoin`, query });
    },
  };
}

/** The code in what a QR code, a link or somebody typing says; null = it cannot be one. */
export function codeIn(text: string): string | null {
  const [, code] = /(?:^|\/qrcode\/)([\w-]{6,100})\/?(?:[?#].*)?$/.exec(text.trim()) ?? [];
  return code ?? null;
}

/** What the embedded server says beside TSDD's words when somebody has asked to come in. */
export const waitsForApproval = (body: unknown): boolean =>
  isObject(body) && body['code'] === 'waits_for_approval';
