/** What settling the rows of a message came to (message-table.ts). */
import type { MessageRow, StoredMessage } from './message-row.ts';
import { blankedIds, isForwardText } from '../../../../../shared/content/merged-forward.ts';
import { payloadOfRow } from './message-row.ts';
import { lostWords } from './stream-text.ts';

export interface Settled {
  /** All rows of the message as they are now. */
  rows: StoredMessage[];
  changed: boolean;
  /** Rows that lost their content in this call because the message is recalled, as they were before. */
  erased: StoredMessage[];
  /** Something changed, and cached messages quote it. */
  quoted: boolean;
}

/** What a row said until now. */
export interface Loss {
  by: 'edit' | 'gone';
  channelNo: number;
  key: string;
  messageId: string;
  /** As it was stored (JSON). */
  payload: string;
  /** What it says instead; null when it is gone. */
  next: string | null;
  /** Its life span is over. */
  expired: boolean;
}

/** A message says less than it did although it was not edited: as a stream, or as a forward of what was recalled. */
export function saysLess(before: StoredMessage, next: MessageRow): boolean {
  if (next.stream !== null && lostWords(payloadOfRow(before), payloadOfRow(next))) return true;
  return isForwardText(before.payload) && blanked(next) > blanked(before);
}

function blanked(row: MessageRow): number {
  const payload = payloadOfRow(row);
  return payload ? blankedIds(payload).length : 0;
}
