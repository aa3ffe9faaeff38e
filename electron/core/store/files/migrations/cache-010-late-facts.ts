import type { Migration } from './migrate.ts';

/**
 * Facts that come after their message went. Words of an edit are kept only beside a message that is cached: nothing
 * would say when those of another have to go; `edit_owed` is the version of an edit whose words were not kept (null =
 * none). `offset_at` is when the cleared position was learned (Unix seconds of the server): what is pushed late from
 * below it is told by that from what a server pushes that counts anew. What older versions kept of such edits is
 * erased at the next start (`tidy-at-start.ts`).
 */
export const cache010: Migration = {
  version: 10,
  sql: `
ALTER TABLE main.message_extra ADD COLUMN edit_owed INTEGER;
ALTER TABLE main.conversation ADD COLUMN offset_at INTEGER NOT NULL DEFAULT 0;
`,
};
