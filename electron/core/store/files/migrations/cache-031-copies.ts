import type { Migration } from './migrate.ts';

/** The few rows that are copies of another, by what they share with it (`MessageTable.group`). */
export const cache031: Migration = {
  version: 31,
  sql: 'CREATE INDEX main.message_copies ON message (client_msg_no) WHERE copy = 1;',
};
