import type { Migration } from './migrate.ts';

/**
 * Small pages in the search index. Erasing a row from it (`secure-delete`) rewrites a page for every token; with pages
 * of 400 bytes instead of 4,050 that is five times as fast at 200,000 rows, and does not slow down as the index grows.
 */
export const cache004: Migration = {
  version: 4,
  sql: `
INSERT INTO main.message_search (message_search, rank) VALUES ('pgsz', 400);
INSERT INTO main.message_search (message_search) VALUES ('optimize');
`,
};
