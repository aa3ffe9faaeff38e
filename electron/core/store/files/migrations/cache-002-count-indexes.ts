import type { Migration } from './migrate.ts';

/** Unread and mention counts touch only the rows that make a difference, however many are unread. */
export const cache002: Migration = {
  version: 2,
  sql: `
CREATE INDEX main.message_uncounted ON message (channel_no, seq) WHERE counts = 0;
CREATE INDEX main.message_mention ON message (channel_no, seq) WHERE mention = 1;
`,
};
