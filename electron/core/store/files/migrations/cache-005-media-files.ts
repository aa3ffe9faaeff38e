import type { Migration } from './migrate.ts';

/**
 * Files in the folder `media`, one per message. The triggers belong to the guarantee of docs/media.md: whatever takes
 * the content of a message away or replaces it (recall, deletion, expiry, edit, a channel that starts anew) gives its
 * file up in the same transaction, also when the code that did it knows nothing of files. `media_gone` lists what is to
 * be erased.
 */
export const cache005: Migration = {
  version: 5,
  sql: `
CREATE TABLE main.media_file (
  message_id TEXT PRIMARY KEY,
  file TEXT NOT NULL UNIQUE,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE main.media_gone (file TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER main.media_of_changed_message AFTER UPDATE OF payload ON message
WHEN OLD.type IN (2, 3, 4, 5, 8) AND OLD.payload IS NOT NULL AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM media_file WHERE message_id = OLD.message_id;
END;
CREATE TRIGGER main.media_of_removed_message AFTER DELETE ON message
WHEN OLD.type IN (2, 3, 4, 5, 8)
BEGIN
  DELETE FROM media_file WHERE message_id = OLD.message_id;
END;
CREATE TRIGGER main.media_file_removed AFTER DELETE ON media_file
BEGIN
  INSERT OR IGNORE INTO media_gone VALUES (OLD.file);
END;
`,
};
