import type { Migration } from './migrate.ts';

/**
 * Pictures in a text (type 14) stand in `media_file` as entries of a merged forward do (cache-023): under the message's
 * id, `/` and the index of the piece. Whatever changes or takes the text gives them up in the same transaction.
 */
export const cache026: Migration = {
  version: 26,
  sql: `
CREATE TRIGGER main.media_of_changed_rich_text AFTER UPDATE OF payload ON message
WHEN OLD.type = 14 AND OLD.payload IS NOT NULL AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM media_file WHERE message_id > OLD.message_id || '/' AND message_id < OLD.message_id || '0';
END;
CREATE TRIGGER main.media_of_removed_rich_text AFTER DELETE ON message
WHEN OLD.type = 14
BEGIN
  DELETE FROM media_file WHERE message_id > OLD.message_id || '/' AND message_id < OLD.message_id || '0';
END;
`,
};
