/** Cards of people, the own one, and what is done with somebody (tsdd-api.md 2.2). */
import { cleanName } from '../../../shared/display-name.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ReportReason, Sex } from '../../../shared/ipc/contract/people.ts';
import { isObject } from '../../../shared/json.ts';
import type { UserRecord } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { toUserRecord } from './normalise.ts';
import { OwnProfileDto, ProfileDto, QrCodeDto, ReportCategoryDto } from './schemas.ts';

export interface ProfileRecord {
  user: UserRecord;
  sex: Sex;
  shortNo: string;
  vercode: string;
  groupName: string;
}

/** What the server takes (tsdd-api.md 2.2); each alone, so that one that is refused takes no other with it. */
export type OwnChange = { name: string } | { sex: Sex } | { shortNo: string };

const SEXES: readonly Sex[] = ['female', 'male'];
const sexOf = (value: number): Sex => SEXES[value] ?? 'unsaid';
const sexNumber: Record<Sex, number> = { female: 0, male: 1, unsaid: 2 };

export function profileCalls({ request, log }: Caller) {
  return {
    async profile(uid: string, groupNo: string | null): Promise<ProfileRecord> {
      const query = groupNo === null ? {} : { group_no: groupNo };
      const body = await request({ method: 'GET', path: `/users/${seg(uid)}`, query });
      const dto = readAnswer('users/:uid', ProfileDto, body);
      return {
        user: toUserRecord(dto),
        sex: sexOf(dto.sex),
        shortNo: dto.short_no,
        vercode: dto.vercode,
        groupName: cleanName(dto.group_member.remark),
      };
    },

    async ownProfile(uid: string): Promise<{ name: string; sex: Sex; shortNo: string }> {
      const body = await request({ method: 'GET', path: `/users/${seg(uid)}` });
      const dto = readAnswer('users/:uid', OwnProfileDto, body);
      return { name: cleanName(dto.name), sex: sexOf(dto.sex), shortNo: dto.short_no };
    },

    async changeOwn(change: OwnChange): Promise<void> {
      const body =
        'name' in change
          ? { name: change.name }
          : 'sex' in change
            ? // As text: TSDD writes into its database what it reads of a text only, and refuses a number.
              { sex: String(sexNumber[change.sex]) }
            : { short_no: change.shortNo };
      await request({ method: 'PUT', path: '/user/current', body });
    },

    async changePassword(password: string, newPassword: string): Promise<void> {
      const body = { password, new_password: newPassword };
      await request({ method: 'PUT', path: '/user/updatepassword', body });
    },

    /** What the own code says: an address that TSDD's clients ask who it is (`GET /qrcode/:code`). */
    async ownQrCode(): Promise<string> {
      return readAnswer('user/qrcode', QrCodeDto, await request({ method: 'GET', path: '/user/qrcode' }))
        .data;
    },

    async setRemark(uid: string, remark: string): Promise<void> {
      await request({ method: 'PUT', path: '/friend/remark', body: { uid, remark } });
    },

    async setBlocked(uid: string, on: boolean): Promise<void> {
      await request({ method: on ? 'POST' : 'DELETE', path: `/user/blacklist/${seg(uid)}` });
    },

    async blockedUids(): Promise<string[]> {
      const body = await request({ method: 'GET', path: '/user/blacklists' });
      return (Array.isArray(body) ? body : []).flatMap((row) =>
        isObject(row) && typeof row['uid'] === 'string' ? [row['uid']] : [],
      );
    },

    async removeFriend(uid: string): Promise<void> {
      await request({ method: 'DELETE', path: `/friends/${seg(uid)}` });
    },

    /** Reasons without a parent first, then theirs: whoever reports picks one. */
    async reportReasons(language: 'zh' | 'en'): Promise<ReportReason[]> {
      const body = await request({ method: 'GET', path: '/report/categories', query: { lang: language } });
      const rows = readRows('report/categories', ReportCategoryDto, body ?? [], log);
      return rows.flatMap(({ category_no: id, category_name: name, children }) => [
        { id, name: cleanName(name) },
        ...children.map((child) => ({
          id: child.category_no,
          name: `${cleanName(name)} · ${cleanName(child.category_name)}`,
        })),
      ]);
    },

    async report({ channelId, channelType }: ChannelRef, reasonId: string, remark: string): Promise<void> {
      await request({
        method: 'POST',
        path: '/reports',
        body: { channel_id: channelId, channel_type: channelType, category_no: reasonId, imgs: [], remark },
      });
    },
  };
}
