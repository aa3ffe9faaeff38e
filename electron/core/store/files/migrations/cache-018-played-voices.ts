import { PayloadType } from '../../../../../shared/content/message-content.ts';
import type { Migration } from './migrate.ts';

/**
 * Which voice messages were heard (docs/voice.md). What was stored before nobody knows of: no dot says that it waits to
 * be heard.
 */
export const cache018: Migration = {
  version: 18,
  sql: `
ALTER TABLE main.message ADD COLUMN voice_played INTEGER NOT NULL DEFAULT 0;
UPDATE main.message SET voice_played = 1 WHERE type = ${PayloadType.voice};
`,
};
