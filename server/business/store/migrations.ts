/**
 * Schema, one entry per version (`user_version`). Message ids are TEXT: decimal int64. Times are ms since epoch unless
 * named `timestamp` (s).
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE version_counter(kind TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE user(
    uid TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, zone TEXT NOT NULL, phone TEXT NOT NULL,
    password TEXT NOT NULL, short_no TEXT NOT NULL UNIQUE COLLATE NOCASE, vercode TEXT NOT NULL, sex INTEGER NOT NULL,
    setting TEXT NOT NULL, msg_expire_second INTEGER NOT NULL DEFAULT 0, last_offline INTEGER NOT NULL DEFAULT 0,
    avatar TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE session(
    token_hash BLOB PRIMARY KEY, token TEXT NOT NULL, uid TEXT NOT NULL REFERENCES user(uid), flag INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, UNIQUE(uid, flag)) WITHOUT ROWID;
  CREATE TABLE device(
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, device_id TEXT NOT NULL, device_name TEXT NOT NULL, device_model TEXT NOT NULL,
    last_login INTEGER NOT NULL, UNIQUE(uid, device_id));

  CREATE TABLE friend(
    uid TEXT NOT NULL, to_uid TEXT NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0, is_alone INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL, vercode TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY(uid, to_uid)) WITHOUT ROWID;
  CREATE INDEX friend_version ON friend(uid, version);
  CREATE TABLE friend_apply(
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, applicant TEXT NOT NULL, remark TEXT NOT NULL, status INTEGER NOT NULL,
    token TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, UNIQUE(uid, applicant));
  CREATE TABLE friend_apply_reddot(uid TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE blacklist(uid TEXT NOT NULL, to_uid TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY(uid, to_uid)) WITHOUT ROWID;
  CREATE TABLE channel_setting(
    uid TEXT NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY(uid, channel_type, channel_id)) WITHOUT ROWID;

  CREATE TABLE chat_group(
    group_no TEXT PRIMARY KEY, name TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '', creator TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 1, forbidden INTEGER NOT NULL DEFAULT 0, invite INTEGER NOT NULL DEFAULT 0,
    forbidden_add_friend INTEGER NOT NULL DEFAULT 0, allow_view_history_msg INTEGER NOT NULL DEFAULT 1,
    allow_member_pinned_message INTEGER NOT NULL DEFAULT 0, avatar TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE group_member(
    id INTEGER PRIMARY KEY, group_no TEXT NOT NULL REFERENCES chat_group(group_no), uid TEXT NOT NULL, remark TEXT NOT NULL DEFAULT '',
    role INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0, vercode TEXT NOT NULL,
    invite_uid TEXT NOT NULL DEFAULT '', forbidden_expir_time INTEGER NOT NULL DEFAULT 0, history_offset INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE(group_no, uid));
  CREATE INDEX group_member_version ON group_member(group_no, version);
  CREATE INDEX group_member_uid ON group_member(uid);
  CREATE INDEX group_member_muted ON group_member(forbidden_expir_time) WHERE forbidden_expir_time > 0;

  -- Where messages are, learned from the webhook: no content. channel_id is the stored form (fake id for person channels).
  CREATE TABLE message_index(
    message_id TEXT PRIMARY KEY, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, message_seq INTEGER NOT NULL,
    from_uid TEXT NOT NULL, client_msg_no TEXT NOT NULL, timestamp INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX message_index_client ON message_index(channel_id, channel_type, client_msg_no);

  -- What changed about a message after it was sent: recall, edit, receipts, deletion for everybody.
  CREATE TABLE message_extra(
    message_id TEXT PRIMARY KEY, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, message_seq INTEGER NOT NULL,
    from_uid TEXT NOT NULL, client_msg_no TEXT NOT NULL, revoke INTEGER NOT NULL DEFAULT 0, revoker TEXT NOT NULL DEFAULT '',
    revoked_at INTEGER NOT NULL DEFAULT 0, payload_type INTEGER NOT NULL DEFAULT 0, readed_count INTEGER NOT NULL DEFAULT 0, is_mutual_deleted INTEGER NOT NULL DEFAULT 0,
    content_edit TEXT, edited_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL) WITHOUT ROWID;
  CREATE UNIQUE INDEX message_extra_version ON message_extra(channel_id, channel_type, version);
  CREATE INDEX message_extra_recalled_copy ON message_extra(client_msg_no, from_uid) WHERE revoke = 1;
  CREATE TABLE message_read(
    message_id TEXT NOT NULL, uid TEXT NOT NULL, readed_at INTEGER NOT NULL, PRIMARY KEY(message_id, uid)) WITHOUT ROWID;
  CREATE TABLE message_deleted_for(message_id TEXT NOT NULL, uid TEXT NOT NULL, PRIMARY KEY(message_id, uid)) WITHOUT ROWID;

  CREATE TABLE reminder(
    id INTEGER PRIMARY KEY, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, publisher TEXT NOT NULL,
    message_seq INTEGER NOT NULL, message_id TEXT NOT NULL, reminder_type INTEGER NOT NULL, uid TEXT NOT NULL, text TEXT NOT NULL,
    version INTEGER NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0, UNIQUE(message_id, uid));
  CREATE INDEX reminder_uid ON reminder(uid, version);
  CREATE TABLE reminder_done(
    reminder_id INTEGER NOT NULL, uid TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(reminder_id, uid)) WITHOUT ROWID;
  CREATE TABLE conversation_extra(
    uid TEXT NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, browse_to INTEGER NOT NULL,
    keep_message_seq INTEGER NOT NULL, keep_offset_y INTEGER NOT NULL, draft TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY(uid, channel_type, channel_id)) WITHOUT ROWID;

  -- Calls to the IM server that must reach it even if it is down now. Jobs of one lane run in order.
  CREATE TABLE im_job(
    id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL);
  CREATE TABLE stored_file(
    path TEXT PRIMARY KEY, uid TEXT NOT NULL, size INTEGER NOT NULL, content_type TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Which messages use which uploaded file: paths, no content.
  CREATE TABLE file_ref(
    path TEXT NOT NULL, message_id TEXT NOT NULL, from_uid TEXT NOT NULL, recalled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(path, message_id)) WITHOUT ROWID;
  CREATE INDEX file_ref_message ON file_ref(message_id);
  -- 1 = to be erased from disk, 2 = erased; the name is never given to another file.
  ALTER TABLE stored_file ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX stored_file_to_erase ON stored_file(path) WHERE erased = 1;
  `,
  `
  -- By channel first: what a page looks up lies together, however many records other channels have.
  DROP INDEX message_extra_recalled_copy;
  CREATE INDEX message_extra_recalled_copy ON message_extra(channel_id, channel_type, client_msg_no) WHERE revoke = 1;
  `,
  `
  -- Tokens are kept as digests. seed: what a token shared by a device class is made from, with a key beside the database.
  CREATE TABLE session_by_digest(
    token_hash BLOB PRIMARY KEY, uid TEXT NOT NULL REFERENCES user(uid), flag INTEGER NOT NULL, shared INTEGER NOT NULL,
    seed TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO session_by_digest SELECT token_hash, uid, flag, 1, '', 0, expires_at FROM session;
  -- Which device has which session. Before this version nobody knew: removing any of them ends what there was.
  CREATE TABLE session_device(
    token_hash BLOB NOT NULL, uid TEXT NOT NULL, device_id TEXT NOT NULL, PRIMARY KEY(token_hash, device_id)) WITHOUT ROWID;
  INSERT INTO session_device SELECT s.token_hash, s.uid, d.device_id FROM session s JOIN device d ON d.uid = s.uid;
  DROP TABLE session;
  ALTER TABLE session_by_digest RENAME TO session;
  CREATE INDEX session_uid ON session(uid, flag);
  CREATE INDEX session_device_uid ON session_device(uid, device_id);
  `,
  `
  -- collectable: erased when no message uses it. Not what was there before uses were recorded as they are now.
  ALTER TABLE stored_file ADD COLUMN collectable INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX stored_file_uid ON stored_file(uid, erased, size);
  CREATE INDEX stored_file_collectable ON stored_file(created_at) WHERE erased = 0 AND collectable = 1;
  -- When the message expires, seconds; 0 never.
  ALTER TABLE file_ref ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX file_ref_expiry ON file_ref(expires_at) WHERE recalled = 0 AND expires_at > 0;
  CREATE INDEX chat_group_creator ON chat_group(creator, created_at);
  CREATE INDEX friend_apply_applicant ON friend_apply(applicant, status);
  `,
  `
  -- For whoever runs the server.
  CREATE TABLE report(
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL,
    category_no TEXT NOT NULL, imgs TEXT NOT NULL, remark TEXT NOT NULL, created_at INTEGER NOT NULL);
  CREATE INDEX report_uid ON report(uid, id);
  CREATE INDEX user_vercode ON user(vercode);
  `,
  `
  -- Up to where somebody has cleared the own history of a chat; the others keep theirs.
  CREATE TABLE cleared_history(
    uid TEXT NOT NULL REFERENCES user(uid), channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY(uid, channel_type, channel_id)) WITHOUT ROWID;
  `,
  `
  -- status 2: on the group's blacklist, also after leaving.
  ALTER TABLE group_member ADD COLUMN status INTEGER NOT NULL DEFAULT 1;
  -- Of a QR code: whoever knows it may join, as long as its maker is a member. Times: ms.
  CREATE TABLE group_code(
    code TEXT PRIMARY KEY, group_no TEXT NOT NULL REFERENCES chat_group(group_no), uid TEXT NOT NULL, expires_at INTEGER NOT NULL,
    UNIQUE(group_no, uid)) WITHOUT ROWID;
  -- Invitations that owner or managers have to confirm; whoever scanned a code invites himself.
  CREATE TABLE group_invite(
    invite_no TEXT PRIMARY KEY, group_no TEXT NOT NULL REFERENCES chat_group(group_no), inviter TEXT NOT NULL, maker TEXT NOT NULL,
    remark TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0, answered_by TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX group_invite_inviter ON group_invite(inviter, created_at);
  CREATE TABLE group_invite_item(
    id INTEGER PRIMARY KEY, invite_no TEXT NOT NULL REFERENCES group_invite(invite_no), uid TEXT NOT NULL, UNIQUE(invite_no, uid));
  -- Notices that were published, the newest last, and who has read which.
  CREATE TABLE group_notice(
    id INTEGER PRIMARY KEY, group_no TEXT NOT NULL REFERENCES chat_group(group_no), uid TEXT NOT NULL, content TEXT NOT NULL,
    reminded_at INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL);
  CREATE INDEX group_notice_group ON group_notice(group_no, id);
  CREATE TABLE group_notice_read(
    notice_id INTEGER NOT NULL, uid TEXT NOT NULL, read_at INTEGER NOT NULL, PRIMARY KEY(notice_id, uid)) WITHOUT ROWID;
  -- The account was closed by its owner; its name stays beside what it said.
  ALTER TABLE user ADD COLUMN destroyed INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Voice messages somebody has heard, on whichever device.
  CREATE TABLE voice_read(message_id TEXT NOT NULL, uid TEXT NOT NULL, PRIMARY KEY(message_id, uid)) WITHOUT ROWID;
  `,
  `
  -- Seconds after which the messages of a chat are deleted. Of two people: both uids, sorted, with @ between them.
  CREATE TABLE auto_delete(
    channel_type INTEGER NOT NULL, channel_id TEXT NOT NULL, seconds INTEGER NOT NULL,
    PRIMARY KEY(channel_type, channel_id)) WITHOUT ROWID;
  `,
  `
  -- What people reacted to messages with. seq: counted over all channels; is_deleted: taken back.
  CREATE TABLE reaction(
    message_id TEXT NOT NULL, uid TEXT NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, emoji TEXT NOT NULL,
    is_deleted INTEGER NOT NULL, seq INTEGER NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY(message_id, uid)) WITHOUT ROWID;
  CREATE INDEX reaction_seq ON reaction(channel_id, channel_type, seq);
  `,
  `
  -- Messages pinned in a chat. is_deleted: no longer; version: ms, counted over all channels.
  CREATE TABLE pinned_message(
    message_id TEXT PRIMARY KEY, message_seq INTEGER NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX pinned_version ON pinned_message(channel_id, channel_type, version);
  `,
  `
  -- Pictures that people collected to send them again: names of files. object: the one in stored_file.
  CREATE TABLE sticker(
    uid TEXT NOT NULL, path TEXT NOT NULL, object TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, format TEXT NOT NULL,
    category TEXT NOT NULL, title TEXT NOT NULL, placeholder TEXT NOT NULL, added_at INTEGER NOT NULL, PRIMARY KEY(uid, path)) WITHOUT ROWID;
  `,
  `
  -- By place: a page of history is one stretch of the table, however many messages other channels have recalled. By id it
  -- was a hundred searches through rows that lay among all others.
  CREATE TABLE message_extra_by_place(
    message_id TEXT NOT NULL, channel_id TEXT NOT NULL, channel_type INTEGER NOT NULL, message_seq INTEGER NOT NULL,
    from_uid TEXT NOT NULL, client_msg_no TEXT NOT NULL, revoke INTEGER NOT NULL DEFAULT 0, revoker TEXT NOT NULL DEFAULT '',
    revoked_at INTEGER NOT NULL DEFAULT 0, payload_type INTEGER NOT NULL DEFAULT 0, readed_count INTEGER NOT NULL DEFAULT 0, is_mutual_deleted INTEGER NOT NULL DEFAULT 0,
    content_edit TEXT, edited_at INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL,
    PRIMARY KEY(channel_id, channel_type, message_seq, message_id)) WITHOUT ROWID;
  INSERT INTO message_extra_by_place(message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoke, revoker,
    revoked_at, payload_type, readed_count, is_mutual_deleted, content_edit, edited_at, version)
    SELECT message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoke, revoker,
    revoked_at, payload_type, readed_count, is_mutual_deleted, content_edit, edited_at, version
    FROM message_extra ORDER BY channel_id, channel_type, message_seq, message_id;
  DROP TABLE message_extra;
  ALTER TABLE message_extra_by_place RENAME TO message_extra;
  CREATE UNIQUE INDEX message_extra_id ON message_extra(message_id);
  CREATE UNIQUE INDEX message_extra_version ON message_extra(channel_id, channel_type, version);
  CREATE INDEX message_extra_recalled_copy ON message_extra(channel_id, channel_type, client_msg_no) WHERE revoke = 1;
  `,
  `
  -- Packs of stickers that people have added. sort_num: the largest comes first.
  CREATE TABLE sticker_pack(
    uid TEXT NOT NULL, category TEXT NOT NULL, sort_num INTEGER NOT NULL, PRIMARY KEY(uid, category)) WITHOUT ROWID;
  `,
  `
  -- Of all recalled messages: recalled-number.ts, whose function is known to the connection that migrates.
  CREATE TABLE recalled_number(number INTEGER PRIMARY KEY);
  INSERT OR IGNORE INTO recalled_number(number)
    SELECT recalled_number(channel_type, channel_id, client_msg_no) FROM message_extra
    WHERE revoke = 1 AND client_msg_no <> '' ORDER BY 1;
  `,
  `
  -- Of an upload, hex: a download that broke off goes on with the same bytes or not at all. Gone with the file.
  ALTER TABLE stored_file ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
  `,
];
