/**
 * TSDD rows -> the records the store takes. The pitfalls are TSDD's (tsdd-api.md 4.1, 5.1, 7): a person message's
 * channel_id is computed from its sender and may be my own uid, so the channel that was asked for wins; the flat recall
 * flags and `message_extra` may each be present alone.
 */
import { cleanName } from '../../../shared/display-name.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import {
  type GroupRecord,
  type MemberRecord,
  NO_EXTRA,
  type Reminder,
  type ServerConversation,
  type ServerExtra,
  type ServerMessage,
  type ServerReaction,
  type UserRecord,
} from '../store/server-records.ts';
import { isDeeperThan, isObject, MAX_PAYLOAD_DEPTH, withoutDeepFields } from '../../../shared/json.ts';
import { readRows } from './answer.ts';
import { streamOf } from './event-meta.ts';
import type { Log } from './http.ts';
import {
  type ConversationDto,
  type GroupDto,
  type MemberDto,
  MessageDto,
  MessageExtraDto,
  ReactionDto,
  type ReminderDto,
  type UserDto,
} from './schemas.ts';
import type { z } from 'zod';

/**
 * Fields nested so deeply that they could be neither stored nor shown are left out; what is no object counts as
 * "unsupported".
 */
export function usablePayload(payload: unknown): unknown {
  if (isObject(payload)) return withoutDeepFields(payload, MAX_PAYLOAD_DEPTH);
  return payload === undefined || isDeeperThan(payload, MAX_PAYLOAD_DEPTH) ? null : payload;
}

export function toServerExtra(dto: MessageExtraDto): ServerExtra {
  return {
    messageId: dto.messageId,
    version: dto.extra_version,
    revoke: dto.revoke,
    revoker: dto.revoker || null,
    readCount: dto.readed_count,
    read: dto.readed,
    contentEdit: usablePayload(dto.content_edit),
    editedAt: dto.edited_at,
    mutualDeleted: dto.is_mutual_deleted,
  };
}

/** Extra of a message row: `message_extra` and the flat keys merged, recall winning. null = nothing to say. */
function extraOf(dto: MessageDto): ServerExtra | null {
  // The row's own id is the authority for what its extra is about.
  const nested = isObject(dto.message_extra)
    ? MessageExtraDto.safeParse({
        ...dto.message_extra,
        message_id_str: dto.messageId,
        message_id: undefined,
      })
    : null;
  const extra: ServerExtra = nested?.success
    ? toServerExtra(nested.data)
    : { ...NO_EXTRA, messageId: dto.messageId };
  const merged: ServerExtra = {
    ...extra,
    version: Math.max(extra.version, dto.extra_version),
    revoke: extra.revoke || dto.revoke,
    revoker: extra.revoker ?? (dto.revoker || null),
    readCount: extra.readCount ?? dto.readed_count,
    read: extra.read || dto.readed,
  };
  const empty =
    !nested && merged.version === 0 && !merged.revoke && !merged.read && merged.readCount === null;
  return empty ? null : merged;
}

export function toServerReaction(dto: ReactionDto, messageId: string): ServerReaction {
  const { uid, name, emoji, is_deleted: isBack, seq } = dto;
  return { messageId, uid, name: cleanName(name), emoji: isBack ? '' : emoji, seq };
}

/** `status` of a user detail (tsdd-api.md 2.1). */
const BLOCKED_BY_ME = 2;

/** As many as are kept of one message. */
const MOST_REACTIONS = 1_000;

/** Rows of the wrong shape are left out: a message is not lost for them. */
function reactionsOf({ messageId, reactions }: MessageDto): ServerReaction[] {
  if (!Array.isArray(reactions)) return [];
  return reactions.slice(0, MOST_REACTIONS).flatMap((row) => {
    const parsed = ReactionDto.safeParse(row);
    return parsed.success ? [toServerReaction(parsed.data, messageId)] : [];
  });
}

export function toServerMessage(dto: MessageDto, channel: ChannelRef): ServerMessage {
  const reactions = reactionsOf(dto);
  return {
    channel,
    messageId: dto.messageId,
    messageSeq: dto.message_seq,
    clientMsgNo: dto.client_msg_no,
    fromUid: dto.from_uid,
    timestamp: dto.timestamp,
    expire: dto.expire,
    setting: dto.setting,
    payload: usablePayload(dto.payload),
    deleted: dto.is_deleted,
    voicePlayed: dto.voice_status,
    extra: extraOf(dto),
    stream: streamOf(dto.event_meta),
    ...(reactions.length > 0 && { reactions }),
  };
}

export function toServerMessages(
  what: string,
  rows: unknown,
  channel: ChannelRef,
  log: Log,
): ServerMessage[] {
  return readRows(what, MessageDto, rows, log).map((dto) => toServerMessage(dto, channel));
}

export function toServerConversation(dto: ConversationDto, log: Log): ServerConversation {
  const channel = { channelId: dto.channel_id, channelType: dto.channel_type };
  return {
    channel,
    unread: dto.unread,
    muted: dto.mute,
    pinned: dto.stick,
    timestamp: dto.timestamp,
    lastMessageSeq: dto.last_msg_seq,
    offsetSeq: dto.offset_msg_seq,
    version: dto.version,
    recents: Array.isArray(dto.recents)
      ? toServerMessages('conversation/sync recents', dto.recents, channel, log)
      : [],
  };
}

export function toUserRecord(dto: UserDto): UserRecord {
  return {
    uid: dto.uid,
    name: cleanName(dto.name),
    remark: cleanName(dto.remark),
    username: dto.username,
    shortNo: dto.short_no,
    online: dto.online,
    lastOffline: dto.last_offline,
    friend: dto.follow && !dto.is_deleted,
    muted: dto.mute,
    pinned: dto.top,
    showRecallNotes: dto.revoke_remind,
    blocked: dto.be_blacklist,
    ...(dto.status === BLOCKED_BY_ME ? { blockedByMe: true } : {}),
    device: dto.online ? dto.device_flag : null,
    ...(dto.is_destroy === undefined ? {} : { destroyed: dto.is_destroy }),
    ...(dto.receipt === undefined ? {} : { receipt: dto.receipt }),
    ...(dto.flame === undefined ? {} : { flame: dto.flame, flameSeconds: dto.flame_second }),
  };
}

/** `detailed`: the source fills counts, role and quit (only GET /groups/:no does, tsdd-api.md 3.1). */
export function toGroupRecord(dto: GroupDto, detailed: boolean): GroupRecord {
  return {
    groupNo: dto.group_no,
    name: cleanName(dto.name),
    remark: cleanName(dto.remark),
    notice: dto.notice,
    memberCount: detailed ? dto.member_count : null,
    onlineCount: detailed ? dto.online_count : null,
    myRole: detailed ? dto.role : null,
    quit: detailed ? dto.quit : null,
    mutedUntil: detailed ? dto.forbidden_expir_time : null,
    forbidden: dto.forbidden,
    inviteOnly: dto.invite,
    friendsForbidden: dto.forbidden_add_friend,
    pastHidden: !dto.allow_view_history_msg,
    membersPin: dto.allow_member_pinned_message,
    saved: dto.save,
    disbanded: dto.status === 2,
    muted: dto.mute,
    pinned: dto.top,
    showRecallNotes: dto.revoke_remind,
    receipt: dto.receipt,
    // `/group/my` has zeros for what it does not look up (tsdd-api.md 3.1): a zero there is no "off".
    ...(detailed || dto.flame ? { flame: dto.flame, flameSeconds: dto.flame_second } : {}),
  };
}

export function toMemberRecord(groupNo: string, dto: MemberDto): MemberRecord {
  return {
    groupNo,
    uid: dto.uid,
    name: cleanName(dto.name),
    remark: cleanName(dto.remark),
    role: dto.role,
    version: dto.version,
    deleted: dto.is_deleted,
    status: dto.status,
    ...(dto.is_destroy === undefined ? {} : { destroyed: dto.is_destroy }),
    mutedUntil: dto.forbidden_expir_time,
  };
}

export function toReminder(dto: z.output<typeof ReminderDto>): Reminder {
  return {
    id: dto.id,
    channel: { channelId: dto.channel_id, channelType: dto.channel_type },
    messageSeq: dto.message_seq,
    messageId: dto.message_id,
    type: dto.reminder_type,
    done: dto.done,
    version: dto.version,
  };
}
