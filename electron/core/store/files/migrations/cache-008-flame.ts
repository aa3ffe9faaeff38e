import type { Migration } from './migrate.ts';

/**
 * Messages that burn after reading were stored like any other until now: they leave the search index. What is "on" is
 * what `flameOf` reads as on; a value it would not know covers as well.
 */
export const cache008: Migration = {
  version: 8,
  sql: `
ALTER TABLE main.message ADD COLUMN flame INTEGER;
UPDATE main.message
SET flame = max(0, min(86400, CAST(coalesce(json_extract(payload, '$.flame_second'), 0) AS INTEGER)))
WHERE payload LIKE '%"flame"%' AND type <> 99 AND type NOT BETWEEN 1000 AND 2000
  AND lower(coalesce(json_extract(payload, '$.flame'), 0)) NOT IN ('0', '0.0', '', 'false');
INSERT OR IGNORE INTO main.search_erase
  SELECT row, search_text FROM main.message WHERE flame IS NOT NULL AND search_text IS NOT NULL;
UPDATE main.message SET search_text = NULL WHERE flame IS NOT NULL;
ALTER TABLE main.channel ADD COLUMN flame INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.channel ADD COLUMN flame_second INTEGER NOT NULL DEFAULT 0;
`,
};
