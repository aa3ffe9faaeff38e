/** Users and friends (tsdd-api.md 2). */
import { cleanName, shownName } from '../../../shared/display-name.ts';
import type { z } from 'zod';
import { type ChannelRef, ChannelType, type FriendRequestView } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { RefusedError } from './http.ts';
import { isServersTrouble } from './server-trouble.ts';
import type { DeviceView } from '../../../shared/ipc/contract/account.ts';
import { isObject } from '../../../shared/json.ts';
import type { UserRecord } from '../store/server-records.ts';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { toUserRecord } from './normalise.ts';
import { ChannelDto, DeviceDto, FriendRequestDto, OwnCardDto, SearchUserDto, UserDto } from './schemas.ts';

export interface PersonalSettings {
  mute?: boolean;
  top?: boolean;
  revokeRemind?: boolean;
  flame?: boolean;
  flameSeconds?: number;
  /** Of groups. */
  save?: boolean;
}

/** TSDD's setting endpoints answer 500 to anything but numbers (tsdd-api.md 3.2). */
export function settingBody(settings: PersonalSettings): Record<string, number> {
  const body: Record<string, number> = {};
  if (settings.mute !== undefined) body['mute'] = settings.mute ? 1 : 0;
  if (settings.top !== undefined) body['top'] = settings.top ? 1 : 0;
  if (settings.revokeRemind !== undefined) body['revoke_remind'] = settings.revokeRemind ? 1 : 0;
  if (settings.flame !== undefined) body['flame'] = settings.flame ? 1 : 0;
  if (settings.flameSeconds !== undefined) body['flame_second'] = settings.flameSeconds;
  if (settings.save !== undefined) body['save'] = settings.save ? 1 : 0;
  return body;
}

/** Of a list that is paged: more than anybody has. */
const PAGE_SIZE = 100;

interface OwnCard {
  name: string;
  username: string;
  shortNo: string;
  banned: boolean;
}

const SAID_TO_BE_THIS = /（本机）$/;

export function peopleCalls({ request, log }: Caller) {
  async function firstPage<S extends z.ZodType>(path: `/${string}`, schema: S): Promise<z.output<S>[]> {
    const query = { page_index: 1, page_size: PAGE_SIZE };
    return readRows(path.slice(1), schema, await request({ method: 'GET', path, query }), log);
  }

  return {
    async user(uid: string): Promise<UserRecord> {
      const body = await request({ method: 'GET', path: `/users/${seg(uid)}` });
      return toUserRecord(readAnswer('users/:uid', UserDto, body));
    },

    /**
     * How long what is sent in this channel stays: seconds after which it is deleted (0 = never), and after which it
     * burns once it was opened (null = it does not).
     */
    async endsOf({
      channelId,
      channelType,
    }: ChannelRef): Promise<{ autoDelete: number; flame: number | null }> {
      const body = await request({ method: 'GET', path: `/channels/${seg(channelId)}/${channelType}` });
      const { extra, flame, flame_second: seconds } = readAnswer('channels/:id/:type', ChannelDto, body);
      return { autoDelete: extra.msg_auto_delete, flame: flame ? seconds : null };
    },

    async setAutoDelete({ channelId, channelType }: ChannelRef, seconds: number): Promise<void> {
      const path = `/channels/${seg(channelId)}/${channelType}/message/autodelete` as const;
      await request({ method: 'POST', path, body: { msg_auto_delete: seconds } });
    },

    /**
     * Whether the server has that route: asked of a chat that nobody has, with oneself, and with what is no number,
     * which it refuses before it does anything.
     */
    async offersAutoDelete(me: string): Promise<boolean> {
      const path = `/channels/${seg(me)}/${ChannelType.person}/message/autodelete` as const;
      try {
        await request({ method: 'POST', path, body: { msg_auto_delete: '?' } });
      } catch (error) {
        if (error instanceof RefusedError) return !isServersTrouble(error);
        if (error instanceof CodedError && error.code === 'notCompatible') return false;
        throw error;
      }
      // It takes anything.
      return false;
    },

    /** The signed-in person's own card; `shortNo` is only shown to oneself and friends. */
    async ownCard(uid: string): Promise<OwnCard> {
      const body = await request({ method: 'GET', path: `/users/${seg(uid)}` });
      const dto = readAnswer('users/:uid', OwnCardDto, body);
      return {
        name: cleanName(dto.name),
        username: dto.username,
        shortNo: dto.short_no,
        banned: dto.status === 0,
      };
    },

    async setUserSetting(uid: string, settings: PersonalSettings): Promise<void> {
      await request({ method: 'PUT', path: `/users/${seg(uid)}/setting`, body: settingBody(settings) });
    },

    /** Changes since `version`; `nextVersion` is the next cursor. Removed friends come with `friend: false`. */
    async friendSync(
      version: number,
      limit: number,
    ): Promise<{ users: UserRecord[]; rowCount: number; nextVersion: number }> {
      const body = await request({
        method: 'GET',
        path: '/friend/sync',
        query: { version, limit, api_version: 1 },
      });
      // Rows of removed users have uid "" (tsdd-api.md 2.2).
      const present = Array.isArray(body) ? (body as unknown[]).filter((row) => !isBlankUser(row)) : body;
      const rows = readRows('friend/sync', UserDto, present, log);
      return {
        users: rows.map(toUserRecord),
        rowCount: Array.isArray(body) ? body.length : 0,
        nextVersion: rows.reduce((max, row) => Math.max(max, row.version), version),
      };
    },

    /** Exact short number, user name or phone; null = nobody. */
    async searchUser(keyword: string): Promise<{ uid: string; name: string; vercode: string } | null> {
      const body = await request({ method: 'GET', path: '/user/search', query: { keyword } });
      const { data } = readAnswer('user/search', SearchUserDto, body);
      return data ? { ...data, name: shownName(data.name, data.uid) } : null;
    },

    async applyFriend(uid: string, vercode: string, remark: string): Promise<void> {
      await request({ method: 'POST', path: '/friend/apply', body: { to_uid: uid, vercode, remark } });
    },

    async friendRequests(): Promise<FriendRequestView[]> {
      const rows = await firstPage('/friend/apply', FriendRequestDto);
      return rows.map((row) => ({
        uid: row.to_uid,
        name: shownName(row.to_name, row.to_uid),
        remark: row.remark,
        status: row.status === 1 ? 'accepted' : row.status === 2 ? 'refused' : 'new',
        token: row.token,
      }));
    },

    async acceptFriend(token: string): Promise<void> {
      await request({ method: 'POST', path: '/friend/sure', body: { token } });
    },

    /**
     * All devices that ever signed in, newest first. `self` is not used: TSDD sets it on the first row whatever it is,
     * and says so in its name (tsdd-api.md 12).
     */
    async devices(): Promise<Omit<DeviceView, 'thisDevice'>[]> {
      const rows = await firstPage('/user/devices', DeviceDto);
      return rows.map((row) => ({
        deviceId: row.device_id,
        name: cleanName(row.device_name.replace(SAID_TO_BE_THIS, '')),
        model: cleanName(row.device_model),
        lastLogin: row.last_login,
      }));
    },

    async removeDevice(deviceId: string): Promise<void> {
      await request({ method: 'DELETE', path: `/user/devices/${seg(deviceId)}` });
    },

    async refuseFriend(uid: string): Promise<void> {
      await request({ method: 'PUT', path: `/friend/refuse/${seg(uid)}` });
    },
  };
}

function isBlankUser(row: unknown): boolean {
  return isObject(row) && row['uid'] === '';
}
