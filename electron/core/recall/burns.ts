/**
 * Burn after reading (docs/burn-after-reading.md): who opened what until when, and the end of it. The end is a deletion
 * for this account, as TSDD's clients make it: it takes the path of every erasure, and the outbox tells the server, so
 * that the account's other devices follow.
 */
import { parsePayload } from '../../../shared/content/message-content.ts';
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { Setting } from '../../../shared/wire/packets.ts';
import type { StoreContext } from '../store/context.ts';
import { NO_EXTRA } from '../store/server-records.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import { keyOf, payloadOfRow, type StoredMessage } from '../store/tables/messages/message-row.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { OpenedFlame } from '../store/tables/outbox/opened-flames.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import type { Recalls } from './apply-recall.ts';

/** Whatever a payload says of its length. */
const MAX_LISTENING_SECONDS = 600;

interface Parts {
  channels: ChannelTable;
  messages: MessageTable;
  outbox: OutboxTables;
  recalls: () => Recalls;
  /** Something was erased: the databases have to be checkpointed soon. */
  onErased: () => void;
}

export class Burns {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
  }

  /**
   * Somebody looks at it: from here on it counts down, and the author is told that it was read.
   *
   * @throws CodedError notFound; invalidState when there is nothing to be opened (any more).
   */
  open(channel: ChannelRef, key: string): void {
    const row = this.#row(channel, key);
    if (row?.shown !== 1)
      throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
    const { outbox } = this.#parts;
    if (
      row.flame === null ||
      row.recalled === 1 ||
      row.payload === null ||
      outbox.recalls.byKey(channel, key)
    )
      throw new CodedError('invalidState', 'this message has nothing to be opened', 'key');
    const known = outbox.opened.of(channel, key);
    if (known?.open) return;
    if (known) {
      outbox.opened.update(known, { open: true });
      this.#ctx.changes.message(channel, key);
      return;
    }
    const until = row.flame === 0 ? null : this.#nowSeconds() + row.flame + listeningSeconds(row);
    this.#start(channel, row, { open: true, until });
    if (row.from_uid === this.#ctx.me.uid || (row.setting & Setting.receipt) === 0) return;
    outbox.actions.add({ kind: 'reportRead', channel, args: { messageIds: [row.message_id] } });
  }

  /**
   * A message that burns was stored or has changed. The peer has read an own one: its time runs for the author, too,
   * who may never open it; it stays covered. In a group others still have to read it.
   */
  stored(row: StoredMessage): void {
    const { channels, outbox } = this.#parts;
    if (row.flame === null || row.from_uid !== this.#ctx.me.uid || (row.read_count ?? 0) === 0) return;
    if (row.shown === 0 || row.recalled === 1) return;
    const channel = channels.ref(row.channel_no);
    if (channel.channelType !== ChannelType.person || outbox.opened.of(channel, keyOf(row))) return;
    this.#start(channel, row, { open: false, until: this.#nowSeconds() + row.flame });
  }

  /** The chat is left, or only this message of it: what burns with that is gone. `channel` null: all chats. */
  leave(channel: ChannelRef | null, key?: string): void {
    const left = channel && channelKey(channel);
    this.#burn(
      this.#parts.outbox.opened
        .all()
        .filter(
          (flame) =>
            flame.until === null &&
            (left === null || channelKey(flame.channel) === left) &&
            (key === undefined || flame.key === key),
        ),
    );
  }

  /** After a start: nothing is being looked at, and no end is further away than when it was set. */
  restart(): void {
    const { opened } = this.#parts.outbox;
    if (opened.isEmpty) return;
    this.leave(null);
    const now = this.#nowSeconds();
    const late = opened.all().filter(({ seconds, until }) => until !== null && until > now + seconds);
    if (late.length === 0) return;
    this.#ctx.write(() => {
      for (const flame of late) opened.update(flame, { until: now + flame.seconds });
    });
  }

  /** Erases what has come to its end. */
  run(): void {
    const now = this.#ctx.serverNow();
    this.#burn(this.#parts.outbox.opened.all().filter(({ until }) => until !== null && until * 1000 <= now));
  }

  /** Server time (ms) of the next end; null = none is known. */
  nextMs(): number | null {
    const ends = this.#parts.outbox.opened.all().flatMap(({ until }) => until ?? []);
    return ends.length === 0 ? null : Math.min(...ends) * 1000;
  }

  /** Rounded up: nobody has less time than was promised. */
  #nowSeconds(): number {
    return Math.ceil(this.#ctx.serverNow() / 1000);
  }

  #row(channel: ChannelRef, key: string): StoredMessage | undefined {
    const { channels, messages } = this.#parts;
    const channelNo = channels.find(channel);
    return channelNo === null ? undefined : messages.byKey(channelNo, key);
  }

  #start(channel: ChannelRef, row: StoredMessage, begun: Pick<OpenedFlame, 'open' | 'until'>): void {
    const ctx = this.#ctx;
    const key = keyOf(row);
    ctx.write(() => {
      const { message_id: messageId, seq: messageSeq } = row;
      this.#parts.outbox.opened.add({
        channel,
        key,
        messageId,
        messageSeq,
        seconds: row.flame ?? 0,
        ...begun,
      });
      ctx.changes.message(channel, key);
    });
    if (begun.until !== null) ctx.endsAt?.(begun.until * 1000);
  }

  #burn(flames: readonly OpenedFlame[]): void {
    if (flames.length === 0) return;
    this.#ctx.write(() => {
      for (const flame of flames) this.#burnOne(flame);
      this.#parts.onErased();
    });
    this.#ctx.onBurned?.();
  }

  #burnOne(flame: OpenedFlame): void {
    const { channels, messages, outbox, recalls } = this.#parts;
    const ctx = this.#ctx;
    const { channel, key } = flame;
    const row = this.#row(channel, key);
    outbox.opened.remove(flame);
    // A recall has taken the words already; its line stays.
    if (row?.recalled === 1) return;
    // Not cached (any more): it must not come back from the server.
    const rows = row
      ? messages.group(row).map((one) => ({ messageId: one.message_id, messageSeq: one.seq }))
      : [{ messageId: flame.messageId, messageSeq: flame.messageSeq }];
    // First: what is gone here must be gone on the server, too, whatever happens in between.
    outbox.actions.add({ kind: 'deleteForMe', channel, args: { messages: rows } });
    const payload = row?.payload ?? null;
    const messageIds = rows.map(({ messageId }) => messageId);
    for (const messageId of messageIds) {
      const extra = { ...NO_EXTRA, messageId, mutualDeleted: true };
      recalls().applyExtra(channels.no(channel), extra, { source: 'extra', startedAt: 0 });
    }
    // Withdraws its notification.
    ctx.changes.recalled(channel, key);
    if (payload !== null)
      ctx.afterCommit(() => ctx.onContentErased?.({ by: 'recall', messageIds, payloads: [payload] }));
  }
}

/** A voice message is heard, and a video seen, to its end before its time runs (tsdd-api.md 12). */
function listeningSeconds(row: StoredMessage): number {
  const { content } = parsePayload(payloadOfRow(row), { fromUid: row.from_uid, channelType: 0 });
  return content.kind === 'voice' || content.kind === 'video'
    ? Math.min(Math.ceil(content.seconds), MAX_LISTENING_SECONDS)
    : 0;
}
