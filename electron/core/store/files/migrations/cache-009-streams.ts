import type { Migration } from './migrate.ts';

/** Messages whose text grows after they were sent. What is open is found without reading the table. */
export const cache009: Migration = {
  version: 9,
  sql: `
ALTER TABLE main.message ADD COLUMN stream INTEGER;
ALTER TABLE main.message ADD COLUMN stream_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX main.message_streaming ON message (stream, timestamp) WHERE stream < 2;
`,
};
