import type { Migration } from './migrate.ts';

/**
 * The search index becomes many small ones (`search/search-shards.ts`), built from the rows at the next start because
 * the version of the segmenter is gone. `search_erase` lists what a recall has left in them: erased in order of `row`,
 * which is several times as fast as in the order of the recalls, and before the next checkpoint.
 */
export const cache006: Migration = {
  version: 6,
  sql: `
DROP TABLE main.message_search;
UPDATE main.state SET value = '0' WHERE name = 'segmenterVersion';
CREATE TABLE main.search_erase (row INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
`,
};
