/** Messages with a life span (`expire`): when it is over they are treated as deleted, content included. */
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import type { StoreContext } from '../store/context.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';

export interface Expiry {
  /** Erases what has expired by now. Cheap when nothing has. */
  run(): void;
  /** Server time (Unix seconds) at which the next one expires; null = none does. */
  next(): number | null;
}

export function createExpiry(
  ctx: StoreContext,
  parts: { messages: MessageTable; channels: ChannelTable; changed: () => void },
): Expiry {
  const due = ctx.db.prepare<[number], { message_id: string; channel_no: number }>(
    'SELECT message_id, channel_no FROM message WHERE expires_at > 0 AND deleted = 0 AND expires_at <= ? LIMIT 500',
  );
  const soonest = ctx.db
    .prepare<[], number | null>('SELECT min(expires_at) FROM message WHERE expires_at > 0 AND deleted = 0')
    .pluck();
  return {
    next: () => soonest.get() ?? null,
    run() {
      const now = Math.floor(ctx.serverNow() / 1000);
      for (;;) {
        const rows = due.all(now);
        if (rows.length === 0) return;
        ctx.write(() => {
          for (const row of rows) {
            parts.messages.markDeleted(row.message_id);
            parts.messages.refresh(row.message_id);
            ctx.changes.conversation(parts.channels.ref(row.channel_no));
          }
          parts.changed();
        });
      }
    },
  };
}
