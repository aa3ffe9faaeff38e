/**
 * What an edit, a deletion or expiry takes out of outbox.db: the words a message no longer says, embedded in quotes and
 * copied into forwards that were not sent yet. (A recall takes more: `erase-recalled.ts`; edits: `drop-gone.ts`.)
 */
import {
  entriesOf,
  isForwardText,
  mapEntries,
  withoutEntries,
} from '../../../../../shared/content/merged-forward.ts';
import { isObject } from '../../../../../shared/json.ts';
import { blankQuotes, withEmbeddedQuote, type Payload } from '../messages/payload.ts';
import type { ActionJobs } from './action-jobs.ts';
import type { SendJobs } from './send-jobs.ts';
import type { SendRow } from './send-rows.ts';

export interface LostWords {
  /** Ids of all messages concerned. */
  lost: ReadonlySet<string>;
  /** Those of them whose life span is over: nothing of them is sent on. */
  expired: ReadonlySet<string>;
  /** One line of a message as it is now; empty when it is gone. */
  digestById: (messageId: string) => string;
  /** What an edited message says now; null when it was not edited. */
  edited: (messageId: string) => Payload | null;
}

interface Tables {
  sends: SendJobs;
  actions: ActionJobs;
}

/** In the caller's transaction. */
export function replaceLost({ sends, actions }: Tables, words: LostWords): void {
  if (!sends.isEmpty) for (const row of sends.rows()) replaceInSend(sends, row, words);
  for (const job of actions.mayHoldAny ? actions.all() : []) {
    const args = blankQuotes(job.args, words.lost) as typeof job.args;
    if (args !== job.args) actions.update(job.id, { args });
  }
}

function replaceInSend(sends: SendJobs, row: SendRow, words: LostWords): void {
  if (row.forward_of !== null && words.lost.has(row.forward_of) && row.state !== 'sending') {
    if (words.expired.has(row.forward_of)) {
      sends.drop(row);
      return;
    }
    // (Of a message that is deleted here only, the copy is the user's own.)
    const edited = words.edited(row.forward_of);
    if (edited) sends.setPayload(row, JSON.stringify(copyOf(edited, JSON.parse(row.payload) as Payload)));
  }
  if (isForwardText(row.payload)) return replaceInForward(sends, row, words);
  if (row.quote_message_id === null || !words.lost.has(row.quote_message_id)) return;
  const payload = JSON.parse(row.payload) as Payload;
  sends.setPayload(row, JSON.stringify(withEmbeddedQuote(payload, words.digestById(row.quote_message_id))));
}

/** The same of the copies in a merged forward. */
function replaceInForward(sends: SendJobs, row: SendRow, { edited, expired, lost }: LostWords): void {
  const before = JSON.parse(row.payload) as Payload;
  const left = expired.size > 0 ? withoutEntries(before, expired) : before;
  const after = mapEntries(left, (entry, id) => {
    const said = entry['payload'];
    const says = lost.has(id) && isObject(said) ? edited(id) : null;
    return says && isObject(said) ? { ...entry, payload: copyOf(says, said) } : entry;
  });
  if (after === before) return;
  if (entriesOf(after).length === 0 && row.state !== 'sending') sends.drop(row);
  else sends.setPayload(row, JSON.stringify(after));
}

/** The new words in a copy that was made of the old ones: fields the copy left out stay out. */
function copyOf(edited: Payload, copy: Payload): Payload {
  if (edited['type'] !== copy['type']) return copy;
  return Object.fromEntries(
    Object.keys(copy).flatMap((key): [string, unknown][] => (key in edited ? [[key, edited[key]]] : [])),
  );
}
