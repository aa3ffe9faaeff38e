import type { Migration } from './migrate.ts';

/** Seconds after which a message to send is deleted everywhere (auto-delete of its chat); 0: never. */
export const outbox005: Migration = {
  version: 5,
  sql: `ALTER TABLE outbox.send_job ADD COLUMN expire INTEGER NOT NULL DEFAULT 0;`,
};
