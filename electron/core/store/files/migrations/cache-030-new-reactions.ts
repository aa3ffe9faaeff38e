import type { Migration } from './migrate.ts';

/**
 * Which reactions of others to own messages nobody has seen yet (docs/reactions.md, "New ones"). It stands in the row
 * of the reaction, so that the triggers of cache-019-reactions.ts take it away with the message. `reaction_base`: the
 * cursor as of the first reading; NULL = never read, and nothing tells what is new. What is cached when this step runs
 * counts as seen.
 */
export const cache030: Migration = {
  version: 30,
  sql: `
ALTER TABLE main.reaction ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;
CREATE INDEX main.reaction_unseen ON reaction (message_id) WHERE unseen = 1;
ALTER TABLE main.channel ADD COLUMN reaction_base INTEGER;
UPDATE main.channel SET reaction_base = reaction_seq WHERE reaction_seq > 0;
`,
};
