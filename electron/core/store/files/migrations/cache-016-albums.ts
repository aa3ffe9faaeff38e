import type { Migration } from './migrate.ts';

/**
 * Which images were sent in one action (docs/media.md): a number made of what the sender wrote, so that a recall has no
 * words to take from it, and the line in place of an image still knows its group.
 */
export const cache016: Migration = {
  version: 16,
  sql: 'ALTER TABLE main.message ADD COLUMN album INTEGER;',
};
