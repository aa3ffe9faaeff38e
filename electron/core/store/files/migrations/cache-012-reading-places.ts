import type { Migration } from './migrate.ts';

/**
 * Where somebody reads in a chat that is not read to its end (message_seq of the first row in view, and pixels of it
 * above the view), and whether it was marked as unread here. Numbers only: a recall has nothing to take from them.
 */
export const cache012: Migration = {
  version: 12,
  sql: `
ALTER TABLE main.conversation ADD COLUMN place_seq INTEGER;
ALTER TABLE main.conversation ADD COLUMN place_offset INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.conversation ADD COLUMN marked_unread INTEGER NOT NULL DEFAULT 0;
`,
};
