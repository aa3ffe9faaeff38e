import type { Migration } from './migrate.ts';

/** Images, videos and files are listed without words to be searched for. Text has no entry here: it costs nothing. */
export const cache013: Migration = {
  version: 13,
  sql: `
CREATE INDEX main.message_media ON message (type, channel_no, timestamp)
  WHERE type IN (2, 3, 5, 8) AND shown = 1 AND recalled = 0;
`,
};
