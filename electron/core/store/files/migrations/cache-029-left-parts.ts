import type { Migration } from './migrate.ts';

/**
 * Beginnings of files whose download ended before the file did (docs/media.md). One is a row of `media_file` with the
 * part 2 (of a cover: 3), so that whatever gives a message's files up takes it along; `bytes` are the ones that are
 * here. What is needed to go on with it stands beside it, and goes with the row: what the server called the file
 * (`validator`), how long all of it is, and the sum of the bytes that are here.
 */
export const cache029: Migration = {
  version: 29,
  sql: `
CREATE TABLE main.media_left (
  file TEXT PRIMARY KEY,
  validator TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER main.media_left_removed AFTER DELETE ON media_file
WHEN OLD.part >= 2
BEGIN
  DELETE FROM media_left WHERE file = OLD.file;
END;
`,
};
