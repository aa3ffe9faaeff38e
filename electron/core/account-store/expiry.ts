/**
 * Messages with a life span (`expire`): when it is over they are treated as deleted, content included. One timer for
 * all of them, whatever their number.
 */
import type { StoreContext } from '../store/context.ts';
import type { StateTable } from '../store/tables/state-table.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';

export interface Expiry {
  /** Erases what has expired by now. Cheap when nothing has. */
  run(serverNowMs?: number): void;
  /** Server time in ms at which the next message expires; null = none will. */
  next(): number | null;
}

const AT_ONCE = 500;

const KEPT_FOR = 'keptFor';

/**
 * What was stored while messages were kept for longer, or for ever, ends as those that come now. That reads the whole
 * table: it is done when the time became another one, not at every start.
 */
function shortenLives({ db, keepSeconds }: StoreContext, state: StateTable): void {
  const now = keepSeconds ? String(keepSeconds) : null;
  const before = state.get(KEPT_FOR);
  if (now === before) return;
  if (now === null) {
    // What comes from here on is not shortened, and has to be by the next.
    state.remove(KEPT_FOR);
    return;
  }
  state.set(KEPT_FOR, now);
  db.prepare<[{ keep: number }]>(
    `UPDATE message SET expires_at = timestamp + @keep
     WHERE deleted = 0 AND timestamp > 0 AND (expires_at = 0 OR expires_at > timestamp + @keep)`,
  ).run({ keep: Number(now) });
}

export function createExpiry(
  ctx: StoreContext,
  parts: { messages: MessageTable; state: StateTable; changed: () => void; canWrite: boolean },
): Expiry {
  const due = ctx.db
    .prepare<[number, number], string>(
      `SELECT message_id FROM message WHERE expires_at > 0 AND deleted = 0 AND expires_at <= ?
       ORDER BY expires_at LIMIT ?`,
    )
    .pluck();
  const next = ctx.db
    .prepare<[], number | null>('SELECT min(expires_at) FROM message WHERE expires_at > 0 AND deleted = 0')
    .pluck();
  if (parts.canWrite) ctx.write(() => shortenLives(ctx, parts.state));
  return {
    run(serverNowMs = ctx.serverNow()) {
      const now = Math.floor(serverNowMs / 1000);
      for (;;) {
        const ids = due.all(now, AT_ONCE);
        if (ids.length === 0) return;
        ctx.write(() => {
          for (const messageId of ids) parts.messages.expire(messageId);
          parts.changed();
        });
      }
    },
    next() {
      const at = next.get();
      return typeof at === 'number' ? at * 1000 : null;
    },
  };
}
