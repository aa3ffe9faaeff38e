import type { Migration } from './migrate.ts';

/**
 * The triggers of cache-005 to cache-026 asked which type a message was sent as. An edit makes a picture of a text and
 * a text of a picture, and the type stays what it was: now they ask nothing. Files stand under the id of their message,
 * or under it, `/` and a path ('0' follows '/'). What older versions left is given up as well: rows of messages that
 * say nothing, and of those whose type was on no list (they are loaded again where they are shown).
 */
export const cache028: Migration = {
  version: 28,
  sql: `
DROP TRIGGER main.media_of_changed_message;
DROP TRIGGER main.media_of_removed_message;
DROP TRIGGER main.media_of_changed_forward;
DROP TRIGGER main.media_of_removed_forward;
DROP TRIGGER main.media_of_changed_rich_text;
DROP TRIGGER main.media_of_removed_rich_text;
DELETE FROM main.media_file WHERE NOT EXISTS (
  SELECT 1 FROM main.message m
  WHERE m.message_id = substr(media_file.message_id, 1, instr(media_file.message_id || '/', '/') - 1)
  AND m.payload IS NOT NULL AND (m.type IN (2, 3, 4, 5, 6, 8, 12, 13) OR media_file.message_id <> m.message_id)
);
CREATE TRIGGER main.media_of_changed_message AFTER UPDATE OF payload ON message
WHEN OLD.payload IS NOT NULL AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM media_file WHERE message_id >= OLD.message_id AND message_id < OLD.message_id || '0';
END;
CREATE TRIGGER main.media_of_removed_message AFTER DELETE ON message
BEGIN
  DELETE FROM media_file WHERE message_id >= OLD.message_id AND message_id < OLD.message_id || '0';
END;
`,
};
