/** `draft`: what was typed and not sent, one per channel. Every call that writes runs in the caller's transaction. */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { Mention } from '../../../../../shared/content/message-content.ts';
import type { DraftContent } from '../../../../../shared/ipc/contract/drafts.ts';
import type { StoreContext } from '../../context.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';

interface DraftRow extends ChannelColumns {
  text: string;
  mention: string;
  mention_names: string;
  reply_to: string | null;
}

export class Drafts {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  /** Drafts were seen. */
  readonly #any: Mirror<boolean>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#sql = statements(ctx.db);
    this.#any = new Mirror(ctx, () => this.#sql.all.all().length > 0);
  }

  of(channel: ChannelRef): DraftContent | null {
    const row = this.#any.value && this.#sql.get.get(channel.channelId, channel.channelType);
    if (!row) return null;
    return {
      text: row.text,
      mention: JSON.parse(row.mention) as Mention,
      mentionNames: JSON.parse(row.mention_names) as Record<string, string>,
      replyToMessageId: row.reply_to,
    };
  }

  /** There may be drafts: false only when there is none. */
  get mayHoldAny(): boolean {
    return this.#any.value;
  }

  /** By channel key. */
  texts(): Map<string, string> {
    return new Map(this.#sql.all.all().map((row) => [channelKey(channelOf(row)), row.text]));
  }

  /** Without text there is no draft. */
  set(channel: ChannelRef, draft: DraftContent): void {
    if (draft.text === '') this.#sql.remove.run(channel.channelId, channel.channelType);
    else {
      this.#sql.put.run({
        channel_type: channel.channelType,
        channel_id: channel.channelId,
        text: draft.text,
        mention: JSON.stringify(draft.mention),
        mention_names: JSON.stringify(draft.mentionNames),
        reply_to: draft.replyToMessageId,
      });
      this.#any.value = true;
    }
    this.#ctx.changes.conversation(channel);
  }

  quotedIds(): string[] {
    return this.#sql.all.all().flatMap(({ reply_to }) => (reply_to === null ? [] : [reply_to]));
  }

  /** Takes the quote out of drafts that quote one of these messages. Answers which of them were quoted. */
  dropQuotes(messageIds: ReadonlySet<string>): string[] {
    const dropped: string[] = [];
    for (const row of this.#sql.all.all()) {
      if (row.reply_to === null || !messageIds.has(row.reply_to)) continue;
      this.#sql.put.run({ ...row, reply_to: null });
      dropped.push(row.reply_to);
      this.#ctx.changes.conversation(channelOf(row));
    }
    return dropped;
  }
}

function statements(db: Database.Database) {
  return {
    get: db.prepare<[string, number], DraftRow>(
      'SELECT * FROM outbox.draft WHERE channel_id = ? AND channel_type = ?',
    ),
    all: db.prepare<[], DraftRow>('SELECT * FROM outbox.draft'),
    put: db.prepare<[DraftRow]>(
      `INSERT OR REPLACE INTO outbox.draft (channel_type, channel_id, text, mention, mention_names, reply_to)
       VALUES (@channel_type, @channel_id, @text, @mention, @mention_names, @reply_to)`,
    ),
    remove: db.prepare<[string, number]>(
      'DELETE FROM outbox.draft WHERE channel_id = ? AND channel_type = ?',
    ),
  };
}
