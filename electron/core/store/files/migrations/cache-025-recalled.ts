import type { Migration } from './migrate.ts';

/** What was recalled in a chat, for the log of a group whose server keeps none. */
export const cache025: Migration = {
  version: 25,
  sql: 'CREATE INDEX main.message_recalled ON message (channel_no, seq) WHERE recalled = 1;',
};
