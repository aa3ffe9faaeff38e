/**
 * Messages with a life span (`expire`): when it is over they are treated as deleted, content included. One timer for
 * all of them, whatever their number.
 */
import type { StoreContext } from '../store/context.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';

export interface Expiry {
  /** Erases what has expired by now. Cheap when nothing has. */
  run(serverNowMs?: number): void;
  /** Server time in ms at which the next message expires; null = none will. */
  next(): number | null;
}

const AT_ONCE = 500;

/** What was stored while messages were kept for longer, or for ever, ends as those that come now. */
function shortenLives({ db, keepSeconds }: StoreContext): void {
  if (keepSeconds === null || keepSeconds === undefined) return;
  db.prepare<[{ keep: number }]>(
    `UPDATE message SET expires_at = timestamp + @keep
     WHERE deleted = 0 AND timestamp > 0 AND (expires_at = 0 OR expires_at > timestamp + @keep)`,
  ).run({ keep: keepSeconds });
}

export function createExpiry(
  ctx: StoreContext,
  parts: { messages: MessageTable; changed: () => void; canWrite: boolean },
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
  if (parts.canWrite) ctx.write(() => shortenLives(ctx));
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
