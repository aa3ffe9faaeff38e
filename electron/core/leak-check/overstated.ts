/**
 * Rows whose content is not what would be derived for them today: with words of others, in a quote, a system line or a
 * forward, of what was recalled in a merged one, or with another text to search than they say. Every cached message is
 * read once.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { flameOf } from '../../../shared/content/flame.ts';
import { blankRecalled, forwardedIds, isForwardText } from '../../../shared/content/merged-forward.ts';
import { parsePayload } from '../../../shared/content/message-content.ts';
import { isObject } from '../../../shared/json.ts';
import { ForwardedEntries } from '../store/tables/messages/forwarded-entries.ts';
import { indexedText } from '../store/tables/messages/message-derive.ts';
import { withoutOthersWords } from '../store/tables/messages/payload.ts';

const PAGE = 200;

interface Row {
  row: number;
  message_id: string;
  from_uid: string;
  payload: string;
  search_text: string | null;
  flame: number | null;
}

export interface Overstated {
  /** Messages with words of others. */
  quoting: string[];
  /** Messages whose edit has words of others. */
  quotingEdits: string[];
  /** Recalled messages of which a merged forward that waits holds a copy. */
  forwarding: string[];
  /** Messages that search would find by other words than theirs. */
  misindexed: { row: number; messageId: string }[];
}

export async function overstated(db: Database.Database): Promise<Overstated> {
  const found: Overstated = { quoting: [], quotingEdits: [], forwarding: [], misindexed: [] };
  const forwarded = new ForwardedEntries({ db });
  const page = db.prepare<[number, number], Row>(
    `SELECT row, message_id, from_uid, payload, search_text, flame FROM main.message
     WHERE row > ? AND payload IS NOT NULL AND shown = 1 AND recalled = 0 ORDER BY row LIMIT ?`,
  );
  for (let after = 0; ;) {
    const rows = page.all(after, PAGE);
    const last = rows.at(-1);
    if (!last) break;
    for (const row of rows) {
      if (holdsOthersWords(row.payload) || recalledIn(forwarded, row.payload).length > 0)
        found.quoting.push(row.message_id);
      if (isMisindexed(row)) found.misindexed.push({ row: row.row, messageId: row.message_id });
    }
    after = last.row;
    await nextTurn();
  }
  const edits = db
    .prepare<[], { message_id: string; edit: string }>(
      'SELECT message_id, edit FROM main.message_extra WHERE edit IS NOT NULL AND revoke = 0',
    )
    .all();
  found.quotingEdits = edits
    .filter(({ edit }) => isForwardText(edit) || holdsOthersWords(edit))
    .map(({ message_id: messageId }) => messageId);
  found.forwarding = db
    .prepare<[], string>('SELECT payload FROM outbox.send_job')
    .pluck()
    .all()
    .flatMap((payload) => recalledIn(forwarded, payload));
  return found;
}

/** Recalled messages that a merged forward still has the words of. */
function recalledIn(forwarded: ForwardedEntries, payload: string): string[] {
  const parsed: unknown = isForwardText(payload) ? JSON.parse(payload) : null;
  if (!isObject(parsed)) return [];
  const recalled = forwarded.recalledOf(forwardedIds(parsed));
  return blankRecalled(parsed, recalled) === parsed ? [] : [...recalled];
}

function holdsOthersWords(payload: string): boolean {
  const parsed: unknown = JSON.parse(payload);
  return isObject(parsed) && JSON.stringify(withoutOthersWords(parsed)) !== payload;
}

function isMisindexed({ payload, search_text: indexed, flame, from_uid: fromUid }: Row): boolean {
  const parsed: unknown = JSON.parse(payload);
  if (flame === null && flameOf(parsed) !== null) return true;
  const { content } = parsePayload(parsed, { fromUid, channelType: 0 });
  // (Half a character is stored as the sign for a broken one.)
  return (indexedText(content, flame)?.toWellFormed() ?? null) !== indexed;
}
