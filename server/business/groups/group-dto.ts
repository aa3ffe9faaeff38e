/** GroupResp, Member and the group form of ChannelResp (tsdd-api.md 2.1, 3.1). */
import type { Context } from '../context.ts';
import { autoDeleteOf, type Dto } from '../contacts/user-dto.ts';
import { GROUP } from '../im-client/commands.ts';
import { formatDate } from '../store/format.ts';
import type { GroupRow, MemberRow } from './group-rows.ts';

function counts(context: Context, groupNo: string): { member_count: number; online_count: number } {
  const members = context.groups.members(groupNo);
  return {
    member_count: members.length,
    online_count: members.filter((each) => context.presence.isOnline(each.uid)).length,
  };
}

/**
 * `detailed`: the answer of GET /groups/:no; elsewhere the counted fields are 0 as in TSDD. Someone who left sees no
 * notice and no counts.
 */
export function groupDto(context: Context, viewer: string, group: GroupRow, detailed = false): Dto {
  const setting = context.settings.get(viewer, { channelId: group.group_no, channelType: GROUP });
  const member = context.groups.member(group.group_no, viewer);
  const current = member?.is_deleted === 0;
  const numbers =
    detailed && current ? counts(context, group.group_no) : { member_count: 0, online_count: 0 };
  return {
    group_no: group.group_no,
    group_type: 0,
    category: '',
    name: group.name,
    remark: setting.remark,
    notice: current ? group.notice : '',
    mute: setting.mute,
    top: setting.top,
    show_nick: setting.show_nick,
    save: setting.save,
    forbidden: group.forbidden,
    invite: group.invite,
    chat_pwd_on: setting.chat_pwd_on,
    screenshot: setting.screenshot,
    revoke_remind: setting.revoke_remind,
    join_group_remind: setting.join_group_remind,
    forbidden_add_friend: group.forbidden_add_friend,
    status: group.status,
    receipt: setting.receipt,
    flame: setting.flame,
    flame_second: setting.flame_second,
    allow_view_history_msg: group.allow_view_history_msg,
    ...numbers,
    quit: detailed && !current ? 1 : 0,
    role: detailed && current ? member.role : 0,
    forbidden_expir_time: detailed && current ? member.forbidden_expir_time : 0,
    allow_member_pinned_message: group.allow_member_pinned_message,
    created_at: formatDate(group.created_at),
    updated_at: formatDate(group.updated_at),
    version: group.version,
  };
}

export function memberDtos(context: Context, rows: readonly MemberRow[]): Dto[] {
  const users = context.accounts.findMany(rows.map((row) => row.uid));
  return rows.map((row) => ({
    id: row.id,
    uid: row.uid,
    group_no: row.group_no,
    name: users.get(row.uid)?.name ?? '',
    remark: row.remark,
    role: row.role,
    version: row.version,
    is_deleted: row.is_deleted,
    status: row.status,
    vercode: '',
    invite_uid: row.invite_uid,
    robot: 0,
    // Not in TSDD, which says it on a person's card only.
    ...(users.get(row.uid)?.destroyed === 1 ? { is_destroy: 1 } : {}),
    forbidden_expir_time: row.forbidden_expir_time,
    created_at: formatDate(row.created_at),
    updated_at: formatDate(row.updated_at),
  }));
}

export function groupChannel(context: Context, viewer: string, group: GroupRow): Dto {
  const setting = context.settings.get(viewer, { channelId: group.group_no, channelType: GROUP });
  const member = context.groups.member(group.group_no, viewer);
  const current = member?.is_deleted === 0;
  return {
    channel: { channel_id: group.group_no, channel_type: GROUP },
    name: group.name,
    logo: `groups/${group.group_no}/avatar`,
    remark: setting.remark,
    status: group.status,
    online: 0,
    last_offline: 0,
    device_flag: 0,
    receipt: setting.receipt,
    robot: 0,
    category: '',
    stick: setting.top,
    mute: setting.mute,
    show_nick: setting.show_nick,
    follow: 0,
    be_deleted: 0,
    be_blacklist: 0,
    notice: current ? group.notice : '',
    save: setting.save,
    forbidden: group.forbidden,
    invite: group.invite,
    flame: setting.flame,
    flame_second: setting.flame_second,
    extra: {
      forbidden_add_friend: group.forbidden_add_friend,
      screenshot: setting.screenshot,
      revoke_remind: setting.revoke_remind,
      join_group_remind: setting.join_group_remind,
      chat_pwd_on: setting.chat_pwd_on,
      allow_view_history_msg: group.allow_view_history_msg,
      group_type: 0,
      allow_member_pinned_message: group.allow_member_pinned_message,
      ...(current ? counts(context, group.group_no) : { quit: 1 }),
      ...(current && member.role !== 0 ? { role: member.role } : {}),
      ...(current && member.forbidden_expir_time > 0
        ? { forbidden_expir_time: member.forbidden_expir_time }
        : {}),
      ...(current ? autoDeleteOf(context, viewer, { channelId: group.group_no, channelType: GROUP }) : {}),
    },
  };
}
