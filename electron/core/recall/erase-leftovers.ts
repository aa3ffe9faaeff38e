/**
 * Erases once more what should be gone already: for the leak check, which looks behind the back of whoever wrote it.
 * Takes the path of every recall, so that `settle` stays the only one that writes rows of messages.
 */
import type { ExtraRow, ExtraTable } from '../store/tables/messages/extra-table.ts';
import { NO_EXTRA } from '../store/server-records.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { PinTable } from '../store/tables/messages/pin-table.ts';
import type { ReactionTable } from '../store/tables/messages/reaction-table.ts';
import type { MediaTable } from '../store/tables/media-table.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import type { SearchIndex } from '../store/tables/search/search-index.ts';
import type { StateTable } from '../store/tables/state-table.ts';
import type { Recalls } from './apply-recall.ts';

/** Where something of recalled messages is left. */
export interface Leftovers {
  /** Recalled messages with content, an edit, a count, a file, or a job or draft that carries something of them. */
  messageIds: readonly string[];
  /** Messages that are gone without a recall (deleted, cleared, expired) with content or an edit. */
  goneIds: readonly string[];
  /**
   * Messages with words that they should not have: of another one in a quote or a system line, or what burns in the
   * index.
   */
  staleIds: readonly string[];
  /** Messages that search finds by other words than they say. */
  misindexed: readonly { row: number; messageId: string }[];
  /** Gone messages whose words a waiting quote still carries. */
  quotedGoneIds: readonly string[];
  /** Messages whose life span is over, with a forward or an edit that waits. */
  expiredIds: readonly string[];
  /** Messages that are gone or unknown, with a file. */
  goneFileIds: readonly string[];
  /** Messages that are recalled, gone or unknown, and pinned. */
  pinnedIds: readonly string[];
  /** Messages that are recalled, gone or unknown, with reactions. */
  reactedIds: readonly string[];
  /** Names in the table `state` that do not belong there, or whose value does not. */
  strayStates: readonly string[];
  /** Messages that are gone, with an edit that waits. */
  editedGoneIds: readonly string[];
  /** Rows of `message` with entries in the search index. */
  indexedRows: readonly number[];
}

export interface LeftoverParts {
  extras: ExtraTable;
  index: SearchIndex;
  media: MediaTable;
  messages: MessageTable;
  outbox: Pick<OutboxTables, 'bookmarks' | 'dropGone' | 'replaceLost'>;
  pins: Pick<PinTable, 'remove'>;
  reactions: Pick<ReactionTable, 'forget'>;
  recalls: Recalls;
  state: Pick<StateTable, 'remove'>;
}

/** In the caller's transaction. */
export function eraseLeftovers(parts: LeftoverParts, leftovers: Leftovers): void {
  const { index, media, messages } = parts;
  parts.outbox.bookmarks.readAnew();
  for (const messageId of leftovers.messageIds) recallAgain(parts, messageId);
  for (const messageId of leftovers.goneIds) {
    parts.extras.dropEdit(messageId);
    messages.expire(messageId);
  }
  for (const messageId of leftovers.staleIds) {
    parts.extras.tidyEdit(messageId);
    messages.refresh(messageId);
  }
  // What is in the index is not what the row says: it is taken out as the index has it, and put in as it should be.
  index.purge(leftovers.misindexed.map(({ row }) => row));
  for (const { messageId } of leftovers.misindexed) messages.indexAnew(messageId);
  for (const name of leftovers.strayStates) parts.state.remove(name);
  parts.outbox.dropGone(new Set(leftovers.editedGoneIds));
  loseInOutbox(parts, leftovers);
  parts.pins.remove(leftovers.pinnedIds);
  parts.reactions.forget(leftovers.reactedIds);
  media.forget([...leftovers.messageIds, ...leftovers.goneFileIds]);
  // After the rows, which put what they said they had indexed on the list of what is to be taken out.
  index.purge(leftovers.indexedRows);
}

function loseInOutbox({ outbox }: LeftoverParts, { expiredIds, quotedGoneIds }: Leftovers): void {
  if (expiredIds.length === 0 && quotedGoneIds.length === 0) return;
  outbox.replaceLost({
    lost: new Set([...expiredIds, ...quotedGoneIds]),
    expired: new Set(expiredIds),
    digestById: () => '',
    edited: () => null,
  });
}

function recallAgain({ extras, messages, recalls }: LeftoverParts, messageId: string): void {
  const row = messages.byId(messageId);
  const own = extras.get(messageId);
  const known: readonly ExtraRow[] = [
    ...(own ? [own] : []),
    ...(row ? messages.group(row) : []).flatMap((copy) => extras.get(copy.message_id) ?? []),
    ...(row ? extras.ofCopies(row) : []),
  ];
  const recalled = known.find(({ revoke }) => revoke === 1);
  // A row that says it is recalled is believed, although what told it is lost.
  if (!recalled && row?.recalled !== 1) return;
  const channelNo = recalled?.channel_no ?? row?.channel_no;
  if (channelNo === undefined) return;
  const extra = { ...NO_EXTRA, messageId: recalled?.message_id ?? messageId, revoke: true };
  recalls.applyExtra(
    channelNo,
    { ...extra, revoker: recalled ? null : (row?.revoker ?? null) },
    {
      source: 'extra',
      startedAt: performance.now(),
    },
  );
}
