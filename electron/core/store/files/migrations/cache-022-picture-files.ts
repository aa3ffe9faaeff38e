import type { Migration } from './migrate.ts';

/**
 * Of a place and of a sticker the picture is a file of its message too: the triggers of cache-005, for their types as
 * well. Whatever takes the content away gives its file up in the same transaction.
 */
export const cache022: Migration = {
  version: 22,
  sql: `
DROP TRIGGER main.media_of_changed_message;
DROP TRIGGER main.media_of_removed_message;
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
`,
};
