import type { Migration } from './migrate.ts';

/**
 * The account's packs of stickers as the server told them last (docs/sticker-packs.md): `about` what it is called,
 * `stickers` what is in it, JSON both; NULL = not known here. No word of a message is in it.
 */
export const cache027: Migration = {
  version: 27,
  sql: `
CREATE TABLE main.sticker_pack (
  category TEXT PRIMARY KEY,
  place INTEGER NOT NULL,
  about TEXT NOT NULL,
  stickers TEXT
) WITHOUT ROWID;
`,
};
