import type { Migration } from './migrate.ts';

/**
 * Files of entries of merged forwards stand in `media_file` under the message's id, `/` and the path of indexes: they
 * go when the forward says something else than it did, as a recall of any entry makes it, or is gone (docs/media.md).
 * ('0' follows '/'.)
 */
export const cache023: Migration = {
  version: 23,
  sql: `
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
`,
};
