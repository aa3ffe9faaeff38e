import type { Migration } from './migrate.ts';

/**
 * Messages that the user keeps at hand on this computer: favourites, and those to be reminded of (`at`: Unix seconds of
 * when it was kept, or is due). References only, no words: they are read from the message whenever they are shown.
 * `gone`: a reminder whose message was recalled, until somebody was told.
 */
export const outbox008: Migration = {
  version: 8,
  sql: `
CREATE TABLE outbox.bookmark (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  message_key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  message_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (kind, message_id)
) STRICT;
`,
};
