import type { Migration } from './migrate.ts';

/**
 * Whose message an extra belongs to, where its source names it: a recall covers every copy of the message
 * (channel, sender, client_msg_no), also when only a copy is cached and never the row it names.
 */
export const cache003: Migration = {
  version: 3,
  sql: `
ALTER TABLE main.message_extra ADD COLUMN client_msg_no TEXT NOT NULL DEFAULT '';
ALTER TABLE main.message_extra ADD COLUMN from_uid TEXT NOT NULL DEFAULT '';
CREATE INDEX main.message_extra_by_client_no ON message_extra (client_msg_no) WHERE client_msg_no <> '';
`,
};
