/**
 * The one path every recall takes, whatever its source: own HTTP answer, confirmed CMD or 1006, history, conversation
 * or extra sync (docs/recall.md, "One path"). Runs inside the caller's transaction:
 *
 *   extra row -> message row and every copy of it -> search index -> (quotes resolve live: their views are marked)
 *   -> preview, unread, mentions (read from the rows: marked) -> outbox jobs, edits and drafts -> recall log
 *
 * and after the commit: pushed views, withdrawn notifications, checkpoint. Doing it again changes nothing.
 */
import { performance } from 'node:perf_hooks';
import { parsePayload } from '../../../shared/content/message-content.ts';
import type { ChannelRef, Role } from '../../../shared/domain.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { StoreContext } from '../store/context.ts';
import {
  NO_EXTRA,
  type CopyIdentity,
  type ExtraRow,
  type ExtraTable,
} from '../store/tables/messages/extra-table.ts';
import type { MessageTable, Settled } from '../store/tables/messages/message-table.ts';
import { keyOf, payloadOfRow, type StoredMessage } from '../store/tables/messages/message-row.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import { recallKey } from '../store/tables/outbox/recall-jobs.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';
import type { ConfirmedRecall, RecallSource, ServerExtra } from '../store/server-records.ts';
import { LOG_LENGTH, type RecallMemory } from '../store/views/recall-memory.ts';
import { createSurfaceFinder, type Erasure } from './recall-surfaces.ts';

export interface RecallOrigin {
  source: RecallSource;
  /** performance.now() at the first sign of the recall. */
  startedAt: number;
}

export interface Recalls {
  /** Own 200, confirmed CMD, confirmed 1006. */
  apply(recall: ConfirmedRecall): void;
  /** State rows of any sync: recalls, edits, read counts, mutual deletions. */
  applyExtra(channelNo: number, extra: ServerExtra, origin: RecallOrigin, identity?: CopyIdentity): void;
  /** A message was stored and turned out to be recalled (the extra was here first, or came along). */
  afterSettled(messageId: string, settled: Settled, origin: RecallOrigin, isNew: boolean): void;
  /** Something that names these messages was put into the outbox: what names a recalled one is taken out again. */
  eraseStale(messageIds: readonly string[], key: { channel: ChannelRef; key: string } | null): void;
  /** An own message is about to be erased by a recall of this device: keep its text for re-editing. */
  offerReedit(row: StoredMessage): void;
}

interface Parts {
  channels: ChannelTable;
  extras: ExtraTable;
  messages: MessageTable;
  people: PeopleTables;
  outbox: OutboxTables;
  memory: RecallMemory;
  /** Something was erased: the databases have to be checkpointed soon. */
  onErased: () => void;
}

export function createRecalls(ctx: StoreContext, parts: Parts): Recalls {
  const { changes, me } = ctx;
  const { channels, extras, messages, people, outbox, memory } = parts;
  const surfacesOf = createSurfaceFinder(ctx);

  function offerReedit(row: StoredMessage): void {
    if (row.from_uid !== me.uid || !ctx.offerReedit()) return;
    const parsed = parsePayload(payloadOfRow(row));
    if (parsed.content.kind !== 'text' || !parsed.content.text) return;
    const channel = channels.ref(row.channel_no);
    const { text, mention } = parsed.content;
    memory.keepReedit(channel, keyOf(row), {
      text,
      mention,
      mentionNames: Object.fromEntries(mention.uids.map((uid) => [uid, people.nameIn(channel, uid)])),
      quoteMessageId: parsed.reply?.messageId ?? null,
    });
  }

  /** Everything beside the rows themselves. `settled` is null when the message is not cached. */
  function cascade(messageId: string, settled: Settled | null, origin: RecallOrigin, isNew: boolean): void {
    const first = settled?.rows[0];
    const ids = new Set([messageId, ...(settled?.rows.map((row) => row.message_id) ?? [])]);
    const key = first ? keyOf(first) : null;
    if (first && key !== null) {
      const channel = channels.ref(first.channel_no);
      const askedHere = origin.source === 'own' || outbox.recalls.byKey(channel, key) !== null;
      const mine = first.revoker === null || first.revoker === me.uid;
      const before = settled?.erased.find((row) => row.payload !== null);
      if (before && askedHere && mine) offerReedit(before);
      memory.dropDenied(channel, key);
      changes.conversation(channel);
      if (isNew) changes.recalled(channel, key);
    }
    const payloads = (settled?.erased ?? []).flatMap(({ payload }) => (payload === null ? [] : [payload]));
    if (payloads.length > 0)
      ctx.afterCommit(() => ctx.onContentErased?.({ by: 'recall', messageIds: [...ids], payloads }));
    const jobKey = first && key !== null ? recallKey(channels.ref(first.channel_no), key) : null;
    eraseFromOutbox(ids, jobKey);
    if (!isNew) return;
    const quoted = first ? settled.quoted : messages.markQuotersChanged(messageId);
    parts.onErased();
    logLater({
      origin,
      erased: settled?.erased ?? [],
      quoted,
      names: jobKey === null ? [...ids] : [...ids, jobKey],
    });
  }

  // The surfaces are looked at once per transaction, of those that stay in the log.
  interface Unlogged extends Omit<Erasure, 'inOutbox'> {
    origin: RecallOrigin;
    names: readonly string[];
  }
  let unlogged: Unlogged[] = [];
  ctx.onRollback(() => (unlogged = []));
  function logLater(entry: Unlogged): void {
    if (unlogged.length === 0) ctx.beforeCommit(writeLog);
    unlogged.push(entry);
    if (unlogged.length > LOG_LENGTH) unlogged.shift();
  }
  function writeLog(): void {
    const entries = unlogged.map(({ origin, erased, quoted, names }) => ({
      origin,
      surfaces: surfacesOf({ erased, quoted, inOutbox: names.some((name) => inOutbox.has(name)) }),
    }));
    unlogged = [];
    inOutbox = new Set();
    ctx.afterCommit(() => {
      const now = performance.now();
      for (const { origin, surfaces } of entries) {
        const tookMs = Math.max(0, now - origin.startedAt);
        memory.addLog({ atMs: ctx.now(), source: origin.source, tookMs, surfaces });
      }
    });
  }

  // The outbox is looked through once per transaction, however many messages it recalled.
  let erasedIds = new Set<string>();
  let erasedKeys = new Set<string>();
  /** Names for which something was there. */
  let inOutbox: ReadonlySet<string> = new Set();
  ctx.onRollback(() => {
    inOutbox = new Set();
    erasedIds = new Set();
    erasedKeys = new Set();
  });
  function eraseFromOutbox(ids: Iterable<string>, key: string | null): void {
    if (erasedIds.size === 0) {
      ctx.beforeCommit(() => {
        inOutbox = outbox.eraseRecalled(erasedIds, erasedKeys);
        erasedIds = new Set();
        erasedKeys = new Set();
      });
    }
    for (const id of ids) erasedIds.add(id);
    if (key !== null) erasedKeys.add(key);
  }

  /** Sender and client_msg_no, where the recall or the job behind it tells both. */
  function identityOf(recall: ConfirmedRecall): CopyIdentity | undefined {
    const { clientMsgNo } = recall;
    if (!clientMsgNo) return undefined;
    if (recall.fromUid) return { clientMsgNo, fromUid: recall.fromUid };
    const job = outbox.recalls.all().find((one) => one.messageId === recall.messageId);
    const suffix = `:${clientMsgNo}`;
    if (!job?.messageKey.endsWith(suffix)) return undefined;
    return { clientMsgNo, fromUid: job.messageKey.slice(0, -suffix.length) };
  }

  function roleFinder(channel: ChannelRef): (uid: string) => Role | null {
    return (uid) => people.roleIn(channel, uid);
  }

  /** Rows of the message, also when only copies of it are cached and the row it names never came. */
  function refresh(row: ExtraRow): Settled | null {
    const settled = messages.refresh(row.message_id);
    if (settled || row.client_msg_no === '') return settled;
    const [copy] = messages.copies(row.client_msg_no, row.channel_no, row.from_uid);
    return copy ? messages.refresh(copy.message_id) : null;
  }

  function applyExtra(
    channelNo: number,
    extra: ServerExtra,
    origin: RecallOrigin,
    identity?: CopyIdentity,
  ): void {
    const channel = channels.ref(channelNo);
    const merged = extras.merge(channelNo, extra, roleFinder(channel), identity);
    const settled = merged.changed ? refresh(merged.row) : null;
    const first = settled?.rows[0];
    if (settled?.changed && first) changes.conversation(channels.ref(first.channel_no));
    if (merged.row.revoke === 1) {
      const rows = settled ?? refresh(merged.row);
      cascade(extra.messageId, rows, origin, merged.recalledNow);
      // A reminder of a message that is not cached counted as a mention until now.
      if (merged.recalledNow && !rows) changes.conversation(channel);
    } else if (settled?.changed && first && first.deleted === 1) {
      parts.onErased();
    }
  }

  return {
    apply(recall) {
      applyExtra(
        channels.no(recall.channel),
        {
          ...NO_EXTRA,
          messageId: recall.messageId,
          version: recall.version,
          revoke: true,
          revoker: recall.revoker,
        },
        { source: recall.source, startedAt: recall.startedAt },
        identityOf(recall),
      );
    },
    applyExtra,
    afterSettled(messageId, settled, origin, isNew) {
      if (settled.rows.some((row) => row.recalled === 1) && (settled.changed || isNew)) {
        cascade(messageId, settled, origin, isNew || settled.erased.length > 0);
      }
    },
    eraseStale(messageIds, named) {
      const stale = messageIds.filter((messageId) => {
        const row = messages.byId(messageId);
        return row ? row.recalled === 1 : extras.get(messageId)?.revoke === 1;
      });
      const channelNo = named ? channels.find(named.channel) : null;
      const row = named && channelNo !== null ? messages.byKey(channelNo, named.key) : undefined;
      const keys = named && row?.recalled === 1 ? [recallKey(named.channel, named.key)] : [];
      if (stale.length > 0 || keys.length > 0) outbox.eraseRecalled(new Set(stale), new Set(keys));
    },
    offerReedit,
  };
}
