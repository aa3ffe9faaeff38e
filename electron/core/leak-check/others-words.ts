/** Messages that hold words of others which should never have been stored: system lines and merged forwards. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { isObject } from '../../../shared/json.ts';
import { withoutOthersWords } from '../store/tables/messages/payload.ts';

const PAGE = 500;

export async function othersWords(db: Database.Database): Promise<string[]> {
  const page = db.prepare<[number, number], { row: number; message_id: string; payload: string }>(
    `SELECT row, message_id, payload FROM main.message
     WHERE row > ? AND payload IS NOT NULL AND (type = 11 OR type >= 1000 AND type <= 2000) ORDER BY row LIMIT ?`,
  );
  const found: string[] = [];
  for (let after = 0; ;) {
    const rows = page.all(after, PAGE);
    const last = rows.at(-1);
    if (!last) return found;
    for (const { message_id: messageId, payload } of rows) {
      const parsed: unknown = JSON.parse(payload);
      if (isObject(parsed) && JSON.stringify(withoutOthersWords(parsed)) !== payload) found.push(messageId);
    }
    after = last.row;
    await nextTurn();
  }
}
