import type { Migration } from './migrate.ts';

/**
 * Which merged forward (`row` of `message`) holds a copy of which message, so that a recall finds them. The triggers
 * belong to the guarantee of docs/merged-forward.md: a row stands here only as long as the message says what it said.
 * What the cache holds has to be noted yet, whatever it says of an earlier look (`tidy-at-start.ts`).
 */
export const cache020: Migration = {
  version: 20,
  sql: `
CREATE TABLE main.forwarded (
  message_id TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (message_id, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX main.forwarded_by_row ON forwarded (row);
CREATE TRIGGER main.forwarded_of_changed_message AFTER UPDATE OF payload ON message
WHEN substr(OLD.payload, 1, 11) = '{"type":11,' AND NEW.payload IS NOT OLD.payload
BEGIN
  DELETE FROM forwarded WHERE row = OLD.row;
END;
CREATE TRIGGER main.forwarded_of_removed_message AFTER DELETE ON message
WHEN substr(OLD.payload, 1, 11) = '{"type":11,'
BEGIN
  DELETE FROM forwarded WHERE row = OLD.row;
END;
DELETE FROM main.state WHERE name = 'othersWords';
`,
};
