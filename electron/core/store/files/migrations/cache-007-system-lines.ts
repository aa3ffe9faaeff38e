import type { Migration } from './migrate.ts';

/**
 * System lines of a channel, found without reading the channel: those that are about a message which is not known yet.
 * What older versions kept of their words is erased at the next start (`tidy-at-start.ts`).
 */
export const cache007: Migration = {
  version: 7,
  sql: 'CREATE INDEX main.message_system ON message (channel_no, seq) WHERE type >= 1000 AND type <= 2000;',
};
