/**
 * The one path every recall takes, whatever its source: own HTTP answer, confirmed CMD or 1006, history, conversation
 * or extra sync (docs/recall.md, "One path"). Runs inside the caller's transaction:
 *
 *   extra row -> message row and every copy of it -> search index -> (quotes resolve live: their views are marked)
 *   -> preview, unread, mentions (read from the rows: marked) -> outbox jobs, edits and drafts -> recall log
 *
 * and after the commit: pushed views, withdrawn notifications, checkpoint. Doing it again changes nothing.
 */
import { parsePayload } from '../../../shared/content/message-content.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import { NO_EXTRA, type ConfirmedRecall, type ServerExtra } from '../store/server-records.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { CopyIdentity, ExtraRow, ExtraTable } from '../store/tables/messages/extra-table.ts';
import { keyOf, payloadOfRow, type StoredMessage } from '../store/tables/messages/message-row.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { Settled } from '../store/tables/messages/settled.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import { recallKey } from '../store/tables/outbox/recall-jobs.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';
import type { RecallMemory } from '../store/views/recall-memory.ts';
import { RecallBatch, type RecallOrigin } from './recall-batch.ts';

interface Parts {
  channels: ChannelTable;
  extras: ExtraTable;
  messages: MessageTable;
  people: PeopleTables;
  outbox: OutboxTables;
  memory: RecallMemory;
  /** These messages are gone: what waits for them goes as well. */
  gone: (messageIds: readonly string[]) => void;
  /** Something was erased: the databases have to be checkpointed soon. */
  onErased: () => void;
}

/** Deleted, or meant for others: no words of it are kept, also not those of an edit. */
const isNeverShown = (row: Settled['rows'][number]): boolean => row.deleted === 1 || row.hidden === 1;

/** The same of what is recalled, if only in a copy of it: an extra has the id of one of them. */
const hasNoWords = (row: Settled['rows'][number]): boolean => isNeverShown(row) || row.recalled === 1;

const isExpired = (row: StoredMessage | undefined, { serverNow }: StoreContext): boolean =>
  row !== undefined && row.expires_at > 0 && row.expires_at * 1000 <= serverNow();

export class Recalls {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;
  readonly #batch: RecallBatch;

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    this.#batch = new RecallBatch(ctx, parts);
  }

  /** Own 200, confirmed CMD, confirmed 1006. */
  apply(recall: ConfirmedRecall): void {
    const { messageId, revoker, source, startedAt, version } = recall;
    this.applyExtra(
      this.#parts.channels.no(recall.channel),
      { ...NO_EXTRA, messageId, version, revoke: true, revoker },
      { source, startedAt },
      this.#identityOf(recall),
    );
  }

  /** State rows of any sync: recalls, edits, read counts, mutual deletions. */
  applyExtra(channelNo: number, extra: ServerExtra, origin: RecallOrigin, identity?: CopyIdentity): void {
    const { channels, extras, messages, onErased, people } = this.#parts;
    const { changes } = this.#ctx;
    const channel = channels.ref(channelNo);
    // (Only an edit has words that may be of something that is gone.)
    const cached = extra.contentEdit !== null && messages.byId(extra.messageId) !== undefined;
    const merged = extras.merge(channelNo, extra, (uid) => people.roleIn(channel, uid), { cached, identity });
    const settled = merged.changed ? this.#refresh(merged.row) : null;
    const first = settled?.rows[0];
    if (settled?.changed && first) changes.conversation(channels.ref(first.channel_no));
    if (merged.row.revoke === 1) {
      const rows = settled ?? this.#refresh(merged.row);
      // (Its own went with the merge; a copy may be cached although it is not.)
      this.#dropEdits(rows?.rows.filter((row) => row.message_id !== extra.messageId) ?? []);
      this.#cascade(extra.messageId, rows, origin, merged.recalledNow);
      // A reminder of a message that is not cached counted as a mention until now.
      if (merged.recalledNow && !rows) changes.conversation(channel);
    } else if (!first && merged.row.mutual_deleted === 1) {
      this.#parts.gone([extra.messageId]);
      // (As above.)
      if (merged.changed) changes.conversation(channel);
    } else if (first && hasNoWords(first)) {
      extras.dropEdit(extra.messageId);
      this.#dropEdits(settled?.rows ?? []);
      if (settled?.changed) onErased();
    } else if (merged.replacedEdit) {
      // (The words of an edit are in its own row as well, also where the message is not cached.)
      onErased();
    }
  }

  /** A message was stored and turned out to be recalled (the extra was here first, or came along). */
  afterSettled(messageId: string, settled: Settled, origin: RecallOrigin, isNew: boolean): void {
    if (settled.rows.some(hasNoWords)) this.#dropEdits(settled.rows);
    if (settled.rows.some((row) => row.recalled === 1) && (settled.changed || isNew)) {
      this.#cascade(messageId, settled, origin, isNew || settled.erased.length > 0);
    }
  }

  /** Copies of a message without words, whichever the edit was of. */
  #dropEdits(copies: Settled['rows']): void {
    for (const { message_id: messageId } of copies) this.#parts.extras.dropEdit(messageId);
  }

  /**
   * Something that names these messages was put into the outbox: what names a recalled one is taken out again. Of one
   * that is gone: edits, the words in quotes, forwards where it has expired.
   */
  eraseStale(messageIds: readonly string[], named: { channel: ChannelRef; key: string } | null): void {
    const { channels, extras, messages, outbox } = this.#parts;
    const stale = messageIds.filter((messageId) => {
      const row = messages.byId(messageId);
      return row ? row.recalled === 1 : extras.get(messageId)?.revoke === 1;
    });
    const gone = messageIds.filter((messageId) => {
      const row = messages.byId(messageId);
      return row ? isNeverShown(row) : extras.get(messageId)?.mutual_deleted === 1;
    });
    if (gone.length > 0) {
      this.#parts.gone(gone);
      outbox.replaceLost({
        lost: new Set(gone),
        expired: new Set(gone.filter((messageId) => isExpired(messages.byId(messageId), this.#ctx))),
        digestById: () => '',
        edited: () => null,
      });
    }
    const channelNo = named ? channels.find(named.channel) : null;
    const row = named && channelNo !== null ? messages.byKey(channelNo, named.key) : undefined;
    const keys = named && row?.recalled === 1 ? [recallKey(named.channel, named.key)] : [];
    if (stale.length > 0 || keys.length > 0) outbox.eraseRecalled(new Set(stale), new Set(keys));
  }

  /** Everything beside the rows themselves. `settled` is null when the message is not cached. */
  #cascade(messageId: string, settled: Settled | null, origin: RecallOrigin, isNew: boolean): void {
    const { channels, memory, messages, onErased } = this.#parts;
    const ctx = this.#ctx;
    const first = settled?.rows[0];
    const erased = settled?.erased ?? [];
    const ids = new Set([messageId, ...(settled?.rows.map((row) => row.message_id) ?? [])]);
    let jobKey: string | null = null;
    if (first) {
      const [channel, key] = [channels.ref(first.channel_no), keyOf(first)];
      jobKey = recallKey(channel, key);
      this.#keepOwnText(channel, key, first, erased, origin);
      memory.dropDenied(channel, key);
      ctx.changes.conversation(channel);
      if (isNew) ctx.changes.recalled(channel, key);
    }
    const payloads = erased.flatMap(({ payload }) => (payload === null ? [] : [payload]));
    if (payloads.length > 0)
      ctx.afterCommit(() => ctx.onContentErased?.({ by: 'recall', messageIds: [...ids], payloads }));
    this.#batch.eraseFromOutbox(ids, jobKey);
    this.#batch.leaveForwards(ids);
    if (!isNew) return;
    // Quotes name the row that was recalled, and perhaps only a copy of it is cached.
    const isCached = settled?.rows.some((row) => row.message_id === messageId) === true;
    const quoted = (!isCached && messages.markQuotersChanged(messageId)) || settled?.quoted === true;
    onErased();
    this.#batch.log({ origin, erased, quoted, names: jobKey === null ? [...ids] : [...ids, jobKey] });
  }

  /** Of a recall that was asked for on this device, so that it can be edited again. */
  #keepOwnText(
    channel: ChannelRef,
    key: string,
    recalled: StoredMessage,
    erased: readonly StoredMessage[],
    origin: RecallOrigin,
  ): void {
    const { outbox } = this.#parts;
    const askedHere = origin.source === 'own' || outbox.recalls.byKey(channel, key) !== null;
    const mine = recalled.revoker === null || recalled.revoker === this.#ctx.me.uid;
    const before = erased.find((row) => row.payload !== null);
    if (before && askedHere && mine) this.#offerReedit(before);
  }

  #offerReedit(row: StoredMessage): void {
    // What was to burn is not kept for five minutes.
    if (row.flame !== null || row.from_uid !== this.#ctx.me.uid || !this.#ctx.offerReedit()) return;
    const { channels, memory, people } = this.#parts;
    const channel = channels.ref(row.channel_no);
    const envelope = { fromUid: row.from_uid, channelType: channel.channelType };
    const parsed = parsePayload(payloadOfRow(row), envelope);
    if (parsed.content.kind !== 'text' || !parsed.content.text) return;
    const { text, mention } = parsed.content;
    memory.keepReedit(channel, keyOf(row), {
      text,
      mention,
      mentionNames: Object.fromEntries(mention.uids.map((uid) => [uid, people.nameIn(channel, uid)])),
      quoteMessageId: parsed.reply?.messageId ?? null,
    });
  }

  /** Sender and client_msg_no, where the recall or the job behind it tells both. */
  #identityOf(recall: ConfirmedRecall): CopyIdentity | undefined {
    const { clientMsgNo } = recall;
    if (!clientMsgNo) return undefined;
    if (recall.fromUid) return { clientMsgNo, fromUid: recall.fromUid };
    const jobs = this.#parts.outbox.recalls.all();
    const job = jobs.find((one) => one.messageId === recall.messageId);
    const suffix = `:${clientMsgNo}`;
    if (!job?.messageKey.endsWith(suffix)) return undefined;
    return { clientMsgNo, fromUid: job.messageKey.slice(0, -suffix.length) };
  }

  /** Rows of the message, also when only copies of it are cached and the row it names never came. */
  #refresh(row: ExtraRow): Settled | null {
    const { messages } = this.#parts;
    const settled = messages.refresh(row.message_id);
    if (settled || row.client_msg_no === '') return settled;
    const [copy] = messages.copies(row.client_msg_no, row.channel_no, row.from_uid);
    return copy ? messages.refresh(copy.message_id) : null;
  }
}
