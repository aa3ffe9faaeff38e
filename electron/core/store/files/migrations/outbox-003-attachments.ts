import type { Migration } from './migrate.ts';

/**
 * What is uploaded before a message is sent: a file in the folder `outbox-media`, as JSON (`Attachment`). A job that
 * ends, however it ends, leaves the name of its file in `attachment_gone` in the same transaction.
 */
export const outbox003: Migration = {
  version: 3,
  sql: `
ALTER TABLE outbox.send_job ADD COLUMN attachment TEXT;
CREATE TABLE outbox.attachment_gone (file TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER outbox.attachment_of_ended_job AFTER DELETE ON send_job WHEN OLD.attachment IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO attachment_gone VALUES (json_extract(OLD.attachment, '$.file'));
END;
`,
};
