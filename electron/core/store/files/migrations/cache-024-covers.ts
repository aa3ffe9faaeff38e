import type { Migration } from './migrate.ts';

/**
 * A message may have two files: the second is the cover of a video (`part` 1). The triggers of cache-022 and
 * cache-023 take both along, as they go by the message; they are made anew because the table is another one.
 */
export const cache024: Migration = {
  version: 24,
  sql: `
DROP TRIGGER main.media_of_changed_message;
DROP TRIGGER main.media_of_removed_message;
DROP TRIGGER main.media_of_changed_forward;
DROP TRIGGER main.media_of_removed_forward;
DROP TRIGGER main.media_file_removed;
ALTER TABLE main.media_file RENAME TO media_file_before;
CREATE TABLE main.media_file (
  message_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (message_id, part)
) STRICT, WITHOUT ROWID;
INSERT INTO main.media_file SELECT message_id, 0, file, mime, bytes, used_at FROM main.media_file_before;
DROP TABLE main.media_file_before;
CREATE TRIGGER main.media_of_changed_message AFTER UPDATE OF payload ON message
WHEN OLD.type IN (2, 3, 4, 5, 6, 8, 12, 13) AND OLD.payload IS NOT NULL AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM media_file WHERE message_id = OLD.message_id;
END;
CREATE TRIGGER main.media_of_removed_message AFTER DELETE ON message
WHEN OLD.type IN (2, 3, 4, 5, 6, 8, 12, 13)
BEGIN
  DELETE FROM media_file WHERE message_id = OLD.message_id;
END;
CREATE TRIGGER main.media_of_changed_forward AFTER UPDATE OF payload ON message
WHEN substr(OLD.payload, 1, 11) = '{"type":11,' AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM media_file WHERE message_id > OLD.message_id || '/' AND message_id < OLD.message_id || '0';
END;
CREATE TRIGGER main.media_of_removed_forward AFTER DELETE ON message
WHEN substr(OLD.payload, 1, 11) = '{"type":11,'
BEGIN
  DELETE FROM media_file WHERE message_id > OLD.message_id || '/' AND message_id < OLD.message_id || '0';
END;
CREATE TRIGGER main.media_file_removed AFTER DELETE ON media_file
BEGIN
  INSERT OR IGNORE INTO media_gone VALUES (OLD.file);
END;
`,
};
