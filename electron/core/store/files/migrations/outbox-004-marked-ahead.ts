import type { Migration } from './migrate.ts';

/**
 * 1: the SEND of this job may have been written since, although `state` and `attempts` do not show it: those are not
 * waited for until they are on the disk. A start makes an attempt of it.
 */
export const outbox004: Migration = {
  version: 4,
  sql: `ALTER TABLE outbox.send_job ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;`,
};
