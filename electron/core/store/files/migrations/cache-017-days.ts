import type { Migration } from './migrate.ts';

/** On which days a chat has messages, for its calendar: what is shown, in the order of time. */
export const cache017: Migration = {
  version: 17,
  sql: 'CREATE INDEX main.message_by_time ON message (channel_no, timestamp, seq) WHERE shown = 1;',
};
