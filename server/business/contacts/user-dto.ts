/** UserDetail and the person form of ChannelResp (tsdd-api.md 2.1): all keys always present, 0/1 for booleans. */
import type { User } from '../accounts/accounts.ts';
import type { Context } from '../context.ts';
import type { Channel } from '../im-client/channel-address.ts';
import { PERSON } from '../im-client/commands.ts';
import { formatDate } from '../store/format.ts';

export type Dto = Record<string, unknown>;

/**
 * A user as `viewer` may see them. `inConversation`: the variant of conversation/sync, where a non-friend shows
 * be_deleted 1.
 */
export function userDetail(context: Context, viewer: string, user: User, inConversation = false): Dto {
  const self = viewer === user.uid;
  const friend = context.friends.row(viewer, user.uid);
  const follow = friend?.is_deleted === 0;
  const setting = context.settings.get(viewer, { channelId: user.uid, channelType: PERSON });
  const presence = context.presence.state(user.uid);
  const asStranger = inConversation && !follow && !self;
  return {
    uid: user.uid,
    name: user.name,
    username: '',
    ...(self ? { email: '', zone: user.zone, phone: user.phone } : {}),
    mute: setting.mute,
    top: setting.top,
    sex: user.sex,
    category: '',
    short_no: self || follow || inConversation ? user.short_no : '',
    chat_pwd_on: setting.chat_pwd_on,
    screenshot: asStranger ? 0 : setting.screenshot,
    revoke_remind: setting.revoke_remind,
    receipt: asStranger ? 0 : setting.receipt,
    online: presence.online,
    last_offline: presence.lastOffline,
    device_flag: presence.deviceFlag,
    follow: follow ? 1 : 0,
    be_deleted: asStranger || friend?.is_alone === 1 ? 1 : 0,
    be_blacklist: context.friends.isBlocked(user.uid, viewer) ? 1 : 0,
    code: '',
    vercode: follow ? friend.vercode : self ? user.vercode : '',
    source_desc: '',
    remark: setting.remark,
    is_upload_avatar: user.avatar === '' ? 0 : 1,
    status: context.friends.isBlocked(viewer, user.uid) ? 2 : 1,
    robot: 0,
    is_destroy: user.destroyed,
    flame: setting.flame,
    flame_second: setting.flame_second,
    join_group_invite_uid: '',
    join_group_invite_name: '',
    join_group_time: '',
  };
}

export function personChannel(context: Context, viewer: string, user: User): Dto {
  const setting = context.settings.get(viewer, { channelId: user.uid, channelType: PERSON });
  const presence = context.presence.state(user.uid);
  const friend = context.friends.row(viewer, user.uid);
  const follow = friend?.is_deleted === 0;
  return {
    channel: { channel_id: user.uid, channel_type: PERSON },
    name: user.name,
    logo: `users/${user.uid}/avatar`,
    remark: setting.remark,
    status: context.friends.isBlocked(viewer, user.uid) ? 2 : 1,
    online: presence.online,
    last_offline: presence.lastOffline,
    device_flag: presence.deviceFlag,
    receipt: setting.receipt,
    robot: 0,
    category: '',
    stick: setting.top,
    mute: setting.mute,
    show_nick: 0,
    follow: follow ? 1 : 0,
    be_deleted: friend?.is_alone === 1 ? 1 : 0,
    be_blacklist: context.friends.isBlocked(user.uid, viewer) ? 1 : 0,
    notice: '',
    save: 0,
    forbidden: 0,
    invite: 0,
    flame: setting.flame,
    flame_second: setting.flame_second,
    extra: {
      chat_pwd_on: setting.chat_pwd_on,
      revoke_remind: setting.revoke_remind,
      screenshot: setting.screenshot,
      sex: user.sex,
      short_no: user.short_no,
      source_desc: '',
      vercode: follow ? friend.vercode : '',
      ...autoDeleteOf(context, viewer, { channelId: user.uid, channelType: PERSON }),
    },
  };
}

/** Of `extra`: only where it is set, as TSDD has it. */
export function autoDeleteOf(context: Context, viewer: string, channel: Channel): Dto {
  const seconds = context.autoDelete.of(viewer, channel);
  return seconds > 0 ? { msg_auto_delete: seconds } : {};
}

/**
 * What a fellow member additionally sees with `?group_no=`: the membership, and its code if adding friends is allowed.
 */
export function groupMembership(context: Context, viewer: string, uid: string, groupNo: string): Dto {
  const group = context.groups.find(groupNo);
  const member = context.groups.member(groupNo, uid);
  if (!group || !member || !context.groups.isMember(groupNo, viewer)) return {};
  const allowed = group.forbidden_add_friend === 0;
  const user = context.accounts.find(uid);
  return {
    ...(allowed ? { vercode: `${member.vercode}@2`, short_no: user?.short_no ?? '' } : {}),
    join_group_invite_uid: member.invite_uid,
    join_group_invite_name: member.invite_uid === '' ? '' : context.accounts.name(member.invite_uid),
    join_group_time: formatDate(member.created_at),
    group_member: {
      uid,
      group_no: groupNo,
      name: user?.name ?? '',
      remark: member.remark,
      role: member.role,
      is_deleted: member.is_deleted,
      status: member.status,
      vercode: allowed ? member.vercode : '',
      invite_uid: member.invite_uid,
      robot: 0,
      forbidden_expir_time: member.forbidden_expir_time,
      created_at: formatDate(member.created_at),
      updated_at: formatDate(member.updated_at),
    },
  };
}
