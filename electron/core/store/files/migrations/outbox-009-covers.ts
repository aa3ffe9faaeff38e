import type { Migration } from './migrate.ts';

/**
 * Videos that were picked have a second staged file, their cover: in a draft as JSON (`Attachment`), in a job as part
 * of its own. It ends as the first one does (outbox-003, outbox-007).
 */
export const outbox009: Migration = {
  version: 9,
  sql: `
ALTER TABLE outbox.draft_file ADD COLUMN cover TEXT;
ALTER TABLE outbox.draft_file ADD COLUMN seconds REAL NOT NULL DEFAULT 0;
CREATE TRIGGER outbox.cover_of_ended_job AFTER DELETE ON send_job
WHEN json_extract(OLD.attachment, '$.cover.file') IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO attachment_gone VALUES (json_extract(OLD.attachment, '$.cover.file'));
END;
CREATE TRIGGER outbox.cover_of_ended_draft AFTER DELETE ON draft_file
WHEN OLD.cover IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM send_job WHERE json_extract(attachment, '$.file') = OLD.file)
BEGIN
  INSERT OR IGNORE INTO attachment_gone VALUES (json_extract(OLD.cover, '$.file'));
END;
`,
};
