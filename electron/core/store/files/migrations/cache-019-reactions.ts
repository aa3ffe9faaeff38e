import type { Migration } from './migrate.ts';

/**
 * Who reacted to which message with what; `emoji` is empty where it was taken back, so that an older answer brings
 * nothing back. The triggers belong to the guarantee of docs/reactions.md: whatever takes a message away takes its
 * reactions along in the same transaction, and none is ever stored of a message that is not there.
 */
export const cache019: Migration = {
  version: 19,
  sql: `
CREATE TABLE main.reaction (
  message_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  name TEXT NOT NULL,
  emoji TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (message_id, uid)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER main.reaction_to_nothing BEFORE INSERT ON reaction
WHEN NOT EXISTS (SELECT 1 FROM message WHERE message_id = NEW.message_id AND shown = 1 AND recalled = 0)
BEGIN
  SELECT RAISE(IGNORE);
END;
CREATE TRIGGER main.reaction_of_changed_message AFTER UPDATE OF recalled, shown ON message
WHEN NEW.recalled = 1 OR NEW.shown = 0
BEGIN
  DELETE FROM reaction WHERE message_id = NEW.message_id;
END;
CREATE TRIGGER main.reaction_of_removed_message AFTER DELETE ON message
BEGIN
  DELETE FROM reaction WHERE message_id = OLD.message_id;
END;
ALTER TABLE main.channel ADD COLUMN reaction_seq INTEGER NOT NULL DEFAULT 0;
`,
};
