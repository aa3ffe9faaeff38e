import type { Migration } from './migrate.ts';

/** What the user typed or decided and the server does not know yet. Never dropped. */
export const outbox001: Migration = {
  version: 1,
  sql: `
CREATE TABLE outbox.send_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  client_msg_no TEXT NOT NULL UNIQUE,
  payload TEXT NOT NULL,
  quote_message_id TEXT,
  forward_of TEXT,
  timestamp INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT,
  detail TEXT,
  recall_on_ack INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox.send_job_by_channel ON send_job (channel_id, channel_type, id);

CREATE TABLE outbox.recall_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  message_key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  client_msg_no TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL,
  UNIQUE (channel_id, channel_type, message_key)
) STRICT;

CREATE TABLE outbox.action_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  args TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox.draft (
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  text TEXT NOT NULL,
  mention TEXT NOT NULL,
  mention_names TEXT NOT NULL,
  reply_to TEXT,
  PRIMARY KEY (channel_id, channel_type)
) STRICT, WITHOUT ROWID;
`,
};
