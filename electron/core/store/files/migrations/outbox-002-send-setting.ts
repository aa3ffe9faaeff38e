import type { Migration } from './migrate.ts';

/** The WuKongIM setting byte of a message to send (0x80: a read receipt is wanted). */
export const outbox002: Migration = {
  version: 2,
  sql: `ALTER TABLE outbox.send_job ADD COLUMN setting INTEGER NOT NULL DEFAULT 0;`,
};
