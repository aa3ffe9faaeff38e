/**
 * Every text that messages, jobs, drafts, names and ids rightly hold, in pages: the same words there are no residue.
 * An id counts as one when two tables agree on it: what stands in one column alone may have been put there.
 */
import type Database from 'better-sqlite3';
import { wordlessStates } from '../store/tables/known-state.ts';

const PAGE = 2_000;

const OTHERS = [
  'SELECT edit AS text FROM main.message_extra WHERE edit IS NOT NULL AND revoke = 0',
  'SELECT payload AS text FROM outbox.send_job',
  'SELECT args AS text FROM outbox.action_job',
  'SELECT text FROM outbox.draft',
  'SELECT name FROM outbox.draft_file',
  'SELECT concat_ws(char(10), group_no, name, remark, notice, sort_key) FROM main.group_info',
  'SELECT concat_ws(char(10), uid, name, remark, username, sort_key) FROM main.user',
  'SELECT concat_ws(char(10), uid, name, remark) FROM main.group_member',
  // What a pack of stickers says of itself stands in each message that has one of it.
  'SELECT concat_ws(char(10), category, about, stickers) FROM main.sticker_pack',
  'SELECT name FROM main.reaction',
  `SELECT id FROM (
     SELECT uid AS id FROM main.user UNION ALL SELECT DISTINCT uid FROM main.group_member
     UNION ALL SELECT group_no FROM main.group_info UNION ALL SELECT channel_id FROM main.channel
     UNION ALL SELECT DISTINCT from_uid FROM main.message UNION ALL SELECT DISTINCT uid FROM main.reaction
   ) GROUP BY id HAVING count(*) > 1`,
  // (Numbers: whatever else stands there is no id.)
  ...['main.message', 'main.message_extra', 'main.pin', 'main.reminder', 'outbox.bookmark'].map(
    (table) => `SELECT message_id FROM ${table} WHERE message_id NOT GLOB '*[^0-9-]*'`,
  ),
  // A message that says "message" or "SQLite format 3" is no residue in the databases' own description: as its rows
  // stand in a page, one column right behind the other ("New messages" is "New%20messages" in an address, and there is
  // "message_search_0message_search_0").
  ...['main', 'outbox'].map(
    (name) =>
      `SELECT type || name || tbl_name || char(rootpage & 255) || coalesce(sql, '') FROM ${name}.sqlite_schema`,
  ),
  'SELECT name FROM main.state',
  "SELECT 'SQLite format 3'",
  "SELECT version FROM main.conversation WHERE version NOT GLOB '*[^0-9-]*'",
];

export function* liveTexts(db: Database.Database): Generator<string[]> {
  const page = db.prepare<[number, number], { row: number; payload: string; search: string | null }>(
    `SELECT row, payload, search_text AS search FROM main.message
     WHERE row > ? AND payload IS NOT NULL AND recalled = 0 ORDER BY row LIMIT ?`,
  );
  for (let after = 0; ;) {
    const rows = page.all(after, PAGE);
    const last = rows.at(-1);
    if (!last) break;
    yield rows.flatMap(({ payload, search }) => (search === null ? [payload] : [payload, search]));
    after = last.row;
  }
  for (const sql of OTHERS) yield db.prepare<[], string>(sql).pluck().all();
  // A message that says the second in which another was recalled is no residue in the log of recalls.
  yield wordlessStates(db);
}
