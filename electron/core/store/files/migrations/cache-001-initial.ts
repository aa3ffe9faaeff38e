import type { Migration } from './migrate.ts';

/**
 * The cache (storage.md, "Tables"). int64 ids are TEXT. `message_extra` has no foreign key: a recall may arrive
 * before its message. Every column of `message` is listed in `message-row.ts`.
 */
export const cache001: Migration = {
  version: 1,
  sql: `
CREATE TABLE main.channel (
  no INTEGER PRIMARY KEY,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  muted INTEGER NOT NULL DEFAULT 0,
  show_recall_notes INTEGER NOT NULL DEFAULT 1,
  extra_version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (channel_id, channel_type)
) STRICT;

CREATE TABLE main.message (
  row INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  channel_no INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  client_msg_no TEXT NOT NULL,
  from_uid TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  setting INTEGER NOT NULL,
  type INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  copy INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  recalled INTEGER NOT NULL,
  revoker TEXT,
  revoker_role INTEGER,
  payload TEXT,
  search_text TEXT,
  quote_message_id TEXT,
  edited INTEGER NOT NULL,
  counts INTEGER NOT NULL,
  mention INTEGER NOT NULL,
  read_count INTEGER
) STRICT;
CREATE INDEX main.message_by_seq ON message (channel_no, seq, shown, counts, mention);
CREATE INDEX main.message_by_client_no ON message (client_msg_no) WHERE client_msg_no <> '';
CREATE INDEX main.message_by_quote ON message (quote_message_id) WHERE quote_message_id IS NOT NULL;
CREATE INDEX main.message_by_expiry ON message (expires_at) WHERE expires_at > 0 AND deleted = 0;

CREATE TABLE main.message_extra (
  message_id TEXT PRIMARY KEY,
  channel_no INTEGER NOT NULL,
  version INTEGER NOT NULL,
  revoke INTEGER NOT NULL,
  revoker TEXT,
  revoker_version INTEGER NOT NULL,
  revoker_role INTEGER,
  read_count INTEGER,
  read INTEGER NOT NULL,
  edit TEXT,
  edit_version INTEGER NOT NULL,
  edited_at INTEGER NOT NULL,
  mutual_deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE main.message_search USING fts5 (
  text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO main.message_search (message_search, rank) VALUES ('secure-delete', 1);

CREATE TABLE main.seq_range (
  channel_no INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  PRIMARY KEY (channel_no, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE main.conversation (
  channel_no INTEGER PRIMARY KEY,
  listed INTEGER NOT NULL DEFAULT 0,
  last_seq INTEGER NOT NULL DEFAULT 0,
  timestamp INTEGER NOT NULL DEFAULT 0,
  offset_seq INTEGER NOT NULL DEFAULT 0,
  version TEXT NOT NULL DEFAULT '0',
  read_seq INTEGER,
  first_live_seq INTEGER,
  hidden_seq INTEGER
) STRICT;

CREATE TABLE main.reminder (
  id INTEGER PRIMARY KEY,
  channel_no INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  type INTEGER NOT NULL,
  done INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX main.reminder_by_channel ON reminder (channel_no, seq) WHERE done = 0;

CREATE TABLE main.user (
  uid TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  remark TEXT NOT NULL,
  username TEXT NOT NULL,
  online INTEGER NOT NULL,
  last_offline INTEGER NOT NULL,
  friend INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  sort_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE main.group_info (
  group_no TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  remark TEXT NOT NULL,
  notice TEXT NOT NULL,
  member_count INTEGER,
  online_count INTEGER,
  my_role INTEGER,
  quit INTEGER,
  muted_until INTEGER,
  forbidden INTEGER NOT NULL,
  invite_only INTEGER NOT NULL,
  disbanded INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  sort_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE main.group_member (
  group_no TEXT NOT NULL,
  uid TEXT NOT NULL,
  name TEXT NOT NULL,
  remark TEXT NOT NULL,
  role INTEGER NOT NULL,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  status INTEGER NOT NULL,
  muted_until INTEGER NOT NULL,
  PRIMARY KEY (group_no, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.group_member_by_uid ON group_member (uid);

CREATE TABLE main.state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
};
