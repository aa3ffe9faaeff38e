/**
 * Shapes of TSDD's answers (tsdd-api.md 1-5), as tolerant as is safe: unknown keys are ignored, absent ones have
 * defaults, fields of no consequence fall back; ids, seqs and authors must be right or the row is left out. A recall
 * flag of odd type counts as a recall: withholding too much is repaired by the next sync, showing too much is not.
 */
import { z } from 'zod';
import { asReaction } from '../../../shared/content/reaction.ts';
import { MAX_FLAME_SECONDS } from '../../../shared/content/flame.ts';
import { MAX_EXPIRE_SECONDS } from '../../../shared/content/system-lines.ts';
import { MAX_CHANNEL_ID_LENGTH } from '../../../shared/domain.ts';

/**
 * What a code for cameras says: the largest one of those that are drawn holds 1,663 bytes (`ui/qr-code.tsx`). Half a
 * character has no bytes: a code cannot say it, and whoever draws one throws.
 */
export const QrText = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1_000);

/** 0/1 number of TSDD; a boolean does as well. */
export const Bit = z
  .unknown()
  .optional()
  .transform((value) => value === 1 || value === true)
  .catch(false);
/** As `Bit`, true when the key is absent (`revoke_remind`, whose default is on). */
export const BitOn = z
  .unknown()
  .optional()
  .transform((value) => value !== 0 && value !== false);
const RevokeBit = z
  .unknown()
  .optional()
  .transform(
    (value) =>
      value !== undefined &&
      value !== null &&
      value !== 0 &&
      value !== false &&
      value !== '' &&
      value !== '0',
  );

/** Decimal int64: from the string key or from a number that `parseExact` kept exact. */
export const IdText = z
  .union([z.string().regex(/^\d{1,19}$/), z.int().positive().transform(String)])
  .refine((id) => /[1-9]/.test(id), 'not an id');
const OptionalId = IdText.optional().catch(undefined);
/** Versions are at most ~1.8e15 (microseconds) and safe; negative or fractional ones count as none. */
export const Version = z.int().min(0).catch(0);
const Text = z.string().catch('');
const Count = z.int().min(0).catch(0);
const Id = z.string().min(1).max(MAX_CHANNEL_ID_LENGTH);
export const ChannelTypeNo = z.int().min(1).max(255);

export const MessageExtraDto = z
  .object({
    message_id: OptionalId,
    message_id_str: OptionalId,
    revoke: RevokeBit,
    revoker: Text,
    readed: Bit,
    readed_count: z.int().min(0).nullable().catch(null).default(null),
    is_mutual_deleted: Bit,
    content_edit: z.unknown().optional(),
    edited_at: Count,
    extra_version: Version,
  })
  .transform((dto, context) => {
    const messageId = dto.message_id_str ?? dto.message_id;
    if (messageId === undefined) {
      context.addIssue({ code: 'custom', path: ['message_id_str'], message: 'no id' });
      return z.NEVER;
    }
    return { ...dto, messageId };
  });
export type MessageExtraDto = z.output<typeof MessageExtraDto>;

export const MessageDto = z
  .object({
    message_id: OptionalId,
    message_idstr: OptionalId,
    message_seq: z.int().min(0),
    client_msg_no: Text,
    setting: z.int().min(0).max(255).catch(0),
    from_uid: z.string(),
    channel_id: Text,
    channel_type: z.int().min(0).max(255).catch(0),
    expire: Count,
    timestamp: z.number().min(0),
    payload: z.unknown().optional(),
    is_deleted: Bit,
    readed: Bit,
    voice_status: Bit,
    revoke: RevokeBit,
    revoker: Text,
    readed_count: z.int().min(0).nullable().catch(null).default(null),
    extra_version: Version,
    message_extra: z.unknown().optional(),
    event_meta: z.unknown().optional(),
    reactions: z.unknown().optional(),
  })
  .transform((dto, context) => {
    const messageId = dto.message_idstr ?? dto.message_id;
    if (messageId === undefined) {
      context.addIssue({ code: 'custom', path: ['message_idstr'], message: 'no id' });
      return z.NEVER;
    }
    return { ...dto, messageId };
  });
export type MessageDto = z.output<typeof MessageDto>;

/** In a message, and with its `message_id` in `reaction/sync`. What is no emoji counts as none. */
export const ReactionDto = z.object({
  message_id: OptionalId,
  uid: Id,
  name: Text,
  emoji: z
    .string()
    .transform((text) => asReaction(text) ?? '')
    .catch(''),
  is_deleted: Bit,
  seq: z.int().min(0),
});
export type ReactionDto = z.output<typeof ReactionDto>;

export const PinnedDto = z.object({
  pinned_messages: z.unknown().optional(),
  messages: z.unknown().optional(),
});
export const PinDto = z.object({
  message_id: IdText,
  message_seq: z.int().min(1),
  is_deleted: Bit,
  version: Version,
  created_at: Text,
});

export const ConversationDto = z.object({
  channel_id: Id,
  channel_type: ChannelTypeNo,
  unread: Count,
  mute: Bit,
  stick: Bit,
  timestamp: z.number().min(0).catch(0),
  last_msg_seq: Count,
  offset_msg_seq: Count,
  version: z.union([z.string().regex(/^\d{1,19}$/), z.int().min(0).transform(String)]).catch('0'),
  recents: z.unknown().optional(),
});
export type ConversationDto = z.output<typeof ConversationDto>;

export const ConversationExtraDto = z.object({
  channel_id: Id,
  channel_type: ChannelTypeNo,
  browse_to: Count,
  keep_message_seq: Count,
  keep_offset_y: z.int().catch(0),
  draft: Text,
  version: Version,
});

/** Seconds of burn after reading; a server's word is not believed beyond a day. */
const FlameSeconds = z
  .number()
  .transform((value) => Math.ceil(Math.min(Math.max(value, 0), MAX_FLAME_SECONDS)))
  .catch(0);

export const UserDto = z.object({
  uid: Id,
  name: Text,
  username: Text,
  short_no: Text,
  remark: Text,
  mute: Bit,
  top: Bit,
  revoke_remind: BitOn,
  online: Bit,
  last_offline: Count,
  device_flag: z.int().min(0).max(255).nullable().catch(null).default(null),
  is_destroy: Bit.optional(),
  follow: Bit,
  be_blacklist: Bit,
  status: z.int().catch(1),
  vercode: Text,
  receipt: Bit.optional(),
  flame: Bit.optional(),
  flame_second: FlameSeconds,
  is_deleted: Bit,
  version: Version,
});
export type UserDto = z.output<typeof UserDto>;

/** `msg_auto_delete` in seconds, as a SEND can carry it. */
const Seconds = z
  .number()
  .transform((value) => Math.ceil(Math.min(Math.max(value, 0), MAX_EXPIRE_SECONDS)))
  .catch(0);
/** Of `GET /channels/:id/:type`: what no other answer has. */
export const ChannelDto = z.object({
  flame: Bit.catch(false),
  flame_second: FlameSeconds,
  extra: z.object({ msg_auto_delete: Seconds }).catch({ msg_auto_delete: 0 }),
});

const RoleNo = z.union([z.literal(0), z.literal(1), z.literal(2)]).catch(0);

export const GroupDto = z.object({
  group_no: Id,
  name: Text,
  remark: Text,
  notice: Text,
  mute: Bit,
  top: Bit,
  forbidden: Bit,
  invite: Bit,
  forbidden_add_friend: Bit,
  allow_view_history_msg: BitOn,
  allow_member_pinned_message: Bit,
  save: Bit,
  revoke_remind: BitOn,
  status: z.int().catch(1),
  receipt: Bit,
  flame: Bit,
  flame_second: FlameSeconds,
  member_count: Count,
  online_count: Count,
  quit: Bit,
  role: RoleNo,
  forbidden_expir_time: Count,
});
export const ConfirmPageDto = z.object({ url: z.string() });
/** `status` 1: confirmed. What follows `items` is not in TSDD (embedded-servers.md). */
export const InvitationDto = z.object({
  group_no: Text,
  inviter: Text,
  inviter_name: Text,
  remark: Text,
  status: z.int().catch(0),
  items: z.array(z.object({ uid: Text, name: Text })).catch([]),
  by_code: Bit,
  answered_by_name: Text,
  created_at: Count,
  can_refuse: Bit,
});
export const GroupCodeDto = z.object({
  qrcode: QrText,
  day: z.int().min(1).max(366).catch(7),
  scan_approval: Bit,
});
export const ScannedDto = z.object({ type: Text, data: z.record(z.string(), z.unknown()).catch({}) });
export const GroupDetailDto = z.object({
  name: Text,
  member_count: Count,
  invite: Bit.optional(),
});
export const NoticeDto = z.object({
  id: z.int().min(1),
  content: Text,
  uid: Text,
  name: Text,
  created_at: Count,
  read_count: Count,
  unread_count: Count,
  read: Bit,
  remind_at: Count,
});
export const GroupRecallDto = z.object({
  id: z.string().min(1).max(60),
  at: Count,
  from_uid: Text,
  revoker: Text,
  type: Count,
});
export const ReaderDto = z.object({ uid: Id, name: Text });
export const NoticeReaderDto = z.object({ uid: Id, name: Text, read_at: Count });
export const RemindDto = z.object({ uids: z.array(z.string()).catch([]) });
export type GroupDto = z.output<typeof GroupDto>;

export const MemberDto = z.object({
  uid: Id,
  name: Text,
  remark: Text,
  role: RoleNo,
  version: Version,
  is_deleted: Bit,
  status: z.int().catch(1),
  is_destroy: Bit.optional(),
  forbidden_expir_time: Count,
});
export type MemberDto = z.output<typeof MemberDto>;

export const ReminderDto = z.object({
  id: z.int(),
  channel_id: Id,
  channel_type: ChannelTypeNo,
  message_seq: Count,
  message_id: z.union([z.string(), z.int().transform(String)]).catch(''),
  reminder_type: z.int().catch(0),
  done: Bit,
  version: Version,
});

export const FriendRequestDto = z.object({
  to_uid: Id,
  to_name: Text,
  remark: Text,
  status: z.int().catch(0),
  token: Text,
});

export const DeviceDto = z.object({ device_id: Id, device_name: Text, device_model: Text, last_login: Text });

export const LoginDto = z.object({
  uid: Id,
  name: Text,
  username: Text,
  short_no: Text,
  token: z.string().min(1),
});

/** `status` 0: the account is banned. */
/** A card (`GET /users/:uid`); `group_member` with `?group_no=` only. */
export const ProfileDto = UserDto.extend({
  sex: z.int().catch(-1),
  group_member: z.object({ remark: Text }).catch({ remark: '' }),
});
export const OwnProfileDto = z.object({ name: Text, sex: z.int().catch(-1), short_no: Text });
export const QrCodeDto = z.object({ data: QrText });
const ReportChildDto = z.object({ category_no: Id, category_name: Text });
export const ReportCategoryDto = ReportChildDto.extend({ children: z.array(ReportChildDto).catch([]) });
export const OwnCardDto = z.object({ name: Text, username: Text, short_no: Text, status: z.int().catch(1) });

/** The one shape a server is recognised by (tsdd-api.md 1.4). */
export const AppConfigDto = z.object({
  revoke_second: z.int().min(-1),
  register_invite_on: z.number().catch(0),
  /** 1: late recalls are refused, and recalled words are sent to nobody. Not in TSDD. */
  recall_enforced: z.number().catch(0),
});
export const RegisterCodeDto = z.object({ exist: z.number().catch(0) });

const Address = z
  .string()
  .transform((value) => (value.trim() === '' ? null : value.trim()))
  .nullable()
  .catch(null)
  .default(null);
export const ImRouteDto = z.object({ tcp_addr: Address, ws_addr: Address, wss_addr: Address });

export const SearchUserDto = z.object({
  exist: z.unknown().optional(),
  data: z.object({ uid: Id, name: Text, vercode: Text }).optional().catch(undefined),
});
