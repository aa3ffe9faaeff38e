/**
 * Pages of which nothing has to be taken out, as most are, told from their bytes: rows that are written as TSDD writes
 * them are not parsed (plain-rows.ts), others one by one. What cannot be told so is for pages.ts.
 */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { LateCopies } from '../recall/late-copies.ts';
import type { RecallStates, RowKey } from '../store/recall-states.ts';
import { isKept, keyOf, quotedIn, storedForm, unplacedIn } from './mask-rows.ts';
import { plainReader } from './plain-rows.ts';
import { objectEnd } from './row-spans.ts';

/** What stands before the first row (found with the flag `y`) and behind the last. */
export interface Frame {
  before: RegExp;
  after: RegExp;
}

/** Where it is asked what became of messages. */
interface Sources {
  states: RecallStates;
  late: Pick<LateCopies, 'of'>;
}

/** TSDD marks what it has as recalled, and sends its words with it: something has to go. */
const RECALLED = '"revoke":1';

interface Rows {
  keys: RowKey[];
  /** Those that are not plain. */
  parsed: JsonObject[];
}

/** Whether the body may be passed on as it is. False: it has to be looked at whole. */
export async function staysWhole(
  frame: Frame,
  body: Buffer,
  { states: known, late }: Sources,
): Promise<boolean> {
  const rows = body.includes(RECALLED) ? null : keptRows(frame, body);
  if (rows === null) return false;
  const { keys, parsed } = rows;
  try {
    const states = await known.page(parsed.flatMap(quotedIn), keys);
    if (!states.nothing) return false;
    const onPage = new Set(keys.map(({ messageId }) => messageId));
    const unplaced = parsed
      .flatMap((row) => unplacedIn(row, 'message', null))
      .filter(({ messageId }) => !onPage.has(messageId));
    return unplaced.length === 0 || (await late.of(unplaced)).size === 0;
  } catch {
    // What becomes of the page then is decided where it is looked at whole.
    return false;
  }
}

/** The rows of a page, all of them and nothing else. Null: it is not written as expected, or something has to go. */
function keptRows({ before, after }: Frame, body: Buffer): Rows | null {
  const text = body.toString('latin1');
  before.lastIndex = 0;
  if (!before.test(text)) return null;
  const plainAt = plainReader(text);
  const rows: Rows = { keys: [], parsed: [] };
  /** A chat has few senders, and a hash for each row is a tenth of the whole. (No name has a line break here.) */
  const channels = new Map<string, string>();
  for (let at = before.lastIndex; ; at += 1) {
    if (!text.startsWith('{', at)) return null;
    const plain = plainAt(at);
    if (plain !== null) {
      const { messageId, fromUid, channelId, channelType, clientMsgNo, end } = plain;
      const named = `${channelType}\n${fromUid}\n${channelId}`;
      let stored = channels.get(named);
      if (stored === undefined) channels.set(named, (stored = storedForm(plain, fromUid).channelId));
      rows.keys.push({ messageId, fromUid, channelId: stored, channelType, clientMsgNo });
      at = end;
    } else {
      const end = objectEnd(text, at);
      const row = objectOf(body.toString('utf8', at, end));
      if (row === null || !isKept(row)) return null;
      rows.keys.push(keyOf(row));
      rows.parsed.push(row);
      at = end;
    }
    if (!text.startsWith(',', at)) return after.test(text.slice(at)) ? rows : null;
  }
}

function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
