/** The requests that report a read position to the servers: durable before the position is shown (docs/outbox.md). */
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { ConversationTable } from './conversation-table.ts';
import type { ReminderTable } from './reminder-table.ts';
import type { OutboxTables } from '../outbox/outbox-tables.ts';
import type { Receipts } from '../messages/receipts.ts';
import type { ActionJob } from '../../jobs.ts';

/** Scrolling moves the position many times, the server needs the last one: its request waits for this long. */
export const READ_HOLD_MS = 400;
/** Receipts of one step; whoever jumps over more has hardly read them all. */
const MAX_RECEIPTS = 1_000;
/** Message ids in one request. */
const RECEIPTS_PER_REQUEST = 100;

/**
 * Waits for a later position, so that nothing was asked for it yet. What a clock that was set back left is not held.
 */
export const isHeld = (job: Pick<ActionJob, 'attempts' | 'nextTryAtMs'>, nowMs: number): boolean =>
  job.attempts === 0 && job.nextTryAtMs > nowMs && job.nextTryAtMs <= nowMs + READ_HOLD_MS;

export interface ReadJobs {
  /** false: this was read before, nothing is written. */
  mark(channel: ChannelRef, seq: number): boolean;
}

export function createReadJobs(
  ctx: StoreContext,
  parts: {
    conversations: Pick<ConversationTable, 'markRead' | 'readPosition'>;
    outbox: Pick<OutboxTables, 'actions'>;
    receipts: Receipts;
    reminders: Pick<ReminderTable, 'open'>;
  },
): ReadJobs {
  const { conversations, outbox, receipts, reminders } = parts;

  function addJobs(
    channel: ChannelRef,
    seq: number,
    readBefore: number,
    waiting: readonly ActionJob[],
  ): void {
    const now = ctx.now();
    const add = (kind: ActionJob['kind'], args: ActionJob['args']): void =>
      void outbox.actions.add({ kind, channel, args }, now + READ_HOLD_MS);
    // A new row each time: the old one may be under way, and only its own row goes with its answer.
    const drop = (kind: ActionJob['kind'], which: (job: ActionJob) => boolean): ActionJob[] => {
      const dropped = waiting.filter((job) => job.kind === kind && which(job));
      for (const { id } of dropped) outbox.actions.remove(id);
      return dropped;
    };

    drop('markRead', () => true);
    add('markRead', { messageSeq: seq });
    const ids = reminders.open(channel, seq);
    if (ids.length > 0) {
      // These are all that are open, those of the earlier job among them.
      drop('reminderDone', () => true);
      add('reminderDone', { ids });
    }
    const wanted = receipts.wanted(channel, readBefore, seq, MAX_RECEIPTS);
    if (wanted.length === 0 && !waiting.some((job) => job.kind === 'reportRead' && isHeld(job, now))) return;
    // Receipts that are or were under way are not reported twice; what is held has to wait on with the rest.
    const earlier = drop('reportRead', (job) => isHeld(job, now)).flatMap(({ args }) =>
      Array.isArray(args['messageIds']) ? (args['messageIds'] as unknown[]) : [],
    );
    const messageIds = [...new Set([...wanted, ...earlier])].slice(0, MAX_RECEIPTS);
    for (let i = 0; i < messageIds.length; i += RECEIPTS_PER_REQUEST)
      add('reportRead', { messageIds: messageIds.slice(i, i + RECEIPTS_PER_REQUEST) });
  }

  return {
    mark(channel, seq) {
      const readBefore = conversations.readPosition(channel) ?? -1;
      if (seq <= readBefore) return false;
      const key = channelKey(channel);
      const waiting = outbox.actions.all().filter((job) => channelKey(job.channel) === key);
      const now = ctx.now();
      const raises = waiting.some((job) => job.kind === 'markRead' && isHeld(job, now));
      // A transaction over both files is two commits, the cache's first. In one of their own before the mark, the jobs
      // are there whenever it is. In a burst only the first waits for the disk: a power cut may take the burst back to
      // it.
      const write = (work: () => void): void => (raises ? ctx.writeRepeatable(work) : ctx.write(work));
      write(() => addJobs(channel, seq, readBefore, waiting));
      write(() => conversations.markRead(channel, seq));
      return true;
    },
  };
}
