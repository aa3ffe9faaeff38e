/**
 * What messages say no more, without a recall: an edit replaced it, or the message was deleted, expired, or went with a
 * cleared history. Rows, index and files follow from the row itself; here is what lies beside it, as after a recall:
 * quotes and forwards that wait, notifications, fingerprints, the disk. The table of messages reports every
 * loss, whichever way it came about.
 */
import { isObject } from '../../../shared/json.ts';
import type { StoreContext } from '../store/context.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { ExtraTable } from '../store/tables/messages/extra-table.ts';
import type { Loss } from '../store/tables/messages/settled.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import type { Payload } from '../store/tables/messages/payload.ts';

interface Parts {
  channels: Pick<ChannelTable, 'ref'>;
  extras: Pick<ExtraTable, 'dropEdit'>;
  outbox: OutboxTables;
  /** One line of a message by id; empty when it is gone. */
  digestById: (messageId: string) => string;
  onErased: () => void;
}

export class WordLosses {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;
  #losses = new Map<string, Loss>();
  #gone = new Set<string>();

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    ctx.onRollback(() => {
      this.#losses = new Map();
      this.#gone = new Set();
    });
  }

  /** These messages are gone, whether or not anything was known of their words: what waits for them goes as well. */
  addGone(messageIds: readonly string[]): void {
    if (this.#gone.size === 0) this.#ctx.beforeCommit(() => this.#dropGone());
    for (const messageId of messageIds) this.#gone.add(messageId);
  }

  add(loss: Loss): void {
    const ctx = this.#ctx;
    const { by, channelNo, key, messageId, payload } = loss;
    const channel = this.#parts.channels.ref(channelNo);
    ctx.changes.wordsGone(channel, key);
    ctx.changes.conversation(channel);
    if (by === 'gone') this.#parts.extras.dropEdit(messageId);
    ctx.afterCommit(() =>
      ctx.onContentErased?.(by === 'edit' ? { by, messageId, payload } : { by: 'gone', payloads: [payload] }),
    );
    this.#collect(loss);
  }

  /** The rows of a channel went at once; `said`: what the newest of them said. */
  addCleared(said: readonly string[]): void {
    const ctx = this.#ctx;
    if (said.length > 0) ctx.afterCommit(() => ctx.onContentErased?.({ by: 'gone', payloads: said }));
    this.#parts.onErased();
  }

  #dropGone(): void {
    const gone = this.#gone;
    this.#gone = new Set();
    if (this.#parts.outbox.dropGone(gone)) this.#parts.onErased();
  }

  #collect(loss: Loss): void {
    if (this.#losses.size === 0) this.#ctx.beforeCommit(() => this.#settle());
    this.#losses.set(loss.messageId, loss);
  }

  #settle(): void {
    const losses = this.#losses;
    this.#losses = new Map();
    const { digestById, onErased, outbox } = this.#parts;
    outbox.replaceLost({
      lost: new Set(losses.keys()),
      expired: new Set(
        [...losses.values()].filter(({ expired }) => expired).map(({ messageId }) => messageId),
      ),
      digestById,
      edited: (messageId) => payloadIn(losses.get(messageId)?.next),
    });
    onErased();
  }
}

function payloadIn(text: string | null | undefined): Payload | null {
  const value: unknown = text ? JSON.parse(text) : null;
  return isObject(value) ? value : null;
}
