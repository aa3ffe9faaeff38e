import type { Migration } from './migrate.ts';

/** How chats are told of, as far as no server keeps it (shared/chat-notice.ts). No words of anybody. */
export const outbox006: Migration = {
  version: 6,
  sql: `
CREATE TABLE outbox.chat_notice (
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  mentions INTEGER NOT NULL,
  sound TEXT NOT NULL,
  PRIMARY KEY (channel_id, channel_type)
) STRICT, WITHOUT ROWID;
`,
};
