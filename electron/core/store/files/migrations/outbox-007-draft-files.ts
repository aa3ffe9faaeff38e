import type { Migration } from './migrate.ts';

/**
 * Images and files that were picked and not sent: of a draft, in the folder `outbox-media`. One that ends leaves its
 * name in `attachment_gone` in the same transaction, unless a job has its file now.
 */
export const outbox007: Migration = {
  version: 7,
  sql: `
CREATE TABLE outbox.draft_file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_type INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  file TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  mime TEXT NOT NULL,
  extension TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox.draft_file_by_channel ON draft_file (channel_id, channel_type, id);
CREATE TRIGGER outbox.file_of_ended_draft AFTER DELETE ON draft_file
WHEN NOT EXISTS (SELECT 1 FROM send_job WHERE json_extract(attachment, '$.file') = OLD.file)
BEGIN
  INSERT OR IGNORE INTO attachment_gone VALUES (OLD.file);
END;
`,
};
