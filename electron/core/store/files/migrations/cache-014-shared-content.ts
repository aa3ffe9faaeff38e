import type { Migration } from './migrate.ts';

/**
 * Which messages are pictures, files, links or voice messages, for the shared content of a chat: a number per row, no
 * words. `sharedFrom` is the row below which it is still to be looked at (shared-notes.ts).
 */
export const cache014: Migration = {
  version: 14,
  sql: `
ALTER TABLE main.message ADD COLUMN shared_kind INTEGER NOT NULL DEFAULT 0;
CREATE INDEX main.message_by_shared ON message (channel_no, shared_kind, seq) WHERE shared_kind > 0;
INSERT OR REPLACE INTO main.state (name, value)
  SELECT 'sharedFrom', CAST(max(row) + 1 AS TEXT) FROM main.message HAVING max(row) IS NOT NULL;
`,
};
