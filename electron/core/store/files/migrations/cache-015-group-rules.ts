import type { Migration } from './migrate.ts';

/**
 * More of what a group's rules say, and of people: what they are online with (a device class of tsdd-api.md 1.2, null =
 * not known), and whether their account was closed; of members the server says that beside the membership as well.
 */
export const cache015: Migration = {
  version: 15,
  sql: `
ALTER TABLE main.group_info ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.group_info ADD COLUMN friends_forbidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.group_info ADD COLUMN past_hidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.group_member ADD COLUMN destroyed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.user ADD COLUMN device INTEGER;
ALTER TABLE main.user ADD COLUMN destroyed INTEGER NOT NULL DEFAULT 0;
`,
};
