import type { Migration } from './migrate.ts';

/** The number of a person, by which two of one name are told apart; '' where the server does not say it. */
export const cache011: Migration = {
  version: 11,
  sql: `
ALTER TABLE main.user ADD COLUMN short_no TEXT NOT NULL DEFAULT '';
`,
};
