import type { Migration } from './migrate.ts';

/**
 * Which messages are pinned in their chats. The triggers belong to the guarantee of docs/pinned-messages.md: whatever
 * takes a message away takes its pin along in the same transaction, and none is ever stored of a message that is not
 * there. `members_pin`: whether everybody in a group may pin.
 */
export const cache021: Migration = {
  version: 21,
  sql: `
CREATE TABLE main.pin (
  message_id TEXT NOT NULL PRIMARY KEY,
  channel_no INTEGER NOT NULL,
  pinned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX main.pin_of_channel ON pin (channel_no, pinned_at);
CREATE TRIGGER main.pin_of_nothing BEFORE INSERT ON pin
WHEN NOT EXISTS (SELECT 1 FROM message WHERE message_id = NEW.message_id AND shown = 1 AND recalled = 0)
BEGIN
  SELECT RAISE(IGNORE);
END;
CREATE TRIGGER main.pin_of_changed_message AFTER UPDATE OF recalled, shown ON message
WHEN NEW.recalled = 1 OR NEW.shown = 0
BEGIN
  DELETE FROM pin WHERE message_id = NEW.message_id;
END;
CREATE TRIGGER main.pin_of_removed_message AFTER DELETE ON message
BEGIN
  DELETE FROM pin WHERE message_id = OLD.message_id;
END;
ALTER TABLE main.group_info ADD COLUMN members_pin INTEGER NOT NULL DEFAULT 0;
`,
};
