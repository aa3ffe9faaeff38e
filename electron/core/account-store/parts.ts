/** Tables, views, recall and search over one open database: made in the order in which they need each other. */
import { Burns } from '../recall/burns.ts';
import { Recalls } from '../recall/apply-recall.ts';
import { WordLosses } from '../recall/word-losses.ts';
import { Search } from '../search/search.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import { ChannelTable } from '../store/tables/channels/channel-table.ts';
import { ConversationTable } from '../store/tables/conversations/conversation-table.ts';
import { createMediaTable } from '../store/tables/media-table.ts';
import { createAbsent } from '../store/tables/messages/absent.ts';
import { createExtraTable } from '../store/tables/messages/extra-table.ts';
import { ForwardedEntries } from '../store/tables/messages/forwarded-entries.ts';
import type { StoredMessage } from '../store/tables/messages/message-row.ts';
import { MessageTable } from '../store/tables/messages/message-table.ts';
import { createRangeTable } from '../store/tables/messages/ranges.ts';
import { SharedNotes } from '../store/tables/messages/shared-notes.ts';
import { PinTable } from '../store/tables/messages/pin-table.ts';
import { ReactionTable } from '../store/tables/messages/reaction-table.ts';
import { createReceipts } from '../store/tables/messages/receipts.ts';
import { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import { PeopleTables } from '../store/tables/people/people-tables.ts';
import { ReminderTable } from '../store/tables/conversations/reminder-table.ts';
import { createReadJobs } from '../store/tables/conversations/read-jobs.ts';
import { SearchIndex } from '../store/tables/search/search-index.ts';
import { createPackTable } from '../store/tables/pack-table.ts';
import { createStateTable } from '../store/tables/state-table.ts';
import { createChannelInfo } from '../store/views/channel-info.ts';
import { ConversationViews } from '../store/views/conversation-views.ts';
import { MessageViews } from '../store/views/message-views.ts';
import { ReactionViews } from '../store/views/reaction-views.ts';
import { Pages } from '../store/views/pages.ts';
import { ChatDays } from '../store/views/chat-days.ts';
import { ChatRun } from '../store/views/chat-run.ts';
import { RecallLog } from '../store/views/recall-log.ts';
import { SharedPages } from '../store/views/shared-pages.ts';
import type { RecallMemory } from '../store/views/recall-memory.ts';
import { createAutoDelete } from './auto-delete.ts';
import { createExpiry } from './expiry.ts';
import { Ingest } from './ingest.ts';

export interface PartsOptions {
  readOnly: boolean;
  memory: RecallMemory;
  /** Something was erased from disk: checkpoint within 5 s. */
  onErased: () => void;
}

export type Parts = ReturnType<typeof createParts>;

export function createParts(ctx: StoreContext, { readOnly, memory, onErased }: PartsOptions) {
  const state = createStateTable(ctx);
  const index = new SearchIndex(ctx);
  // Whoever mutes it again begins with what muting does everywhere.
  const channels = new ChannelTable(ctx, (channel) => outbox.notices.set(channel, { mentions: true }));
  const outbox = new OutboxTables(ctx);
  const absent = createAbsent(ctx);
  const extras = createExtraTable(ctx, absent);
  const forwarded = new ForwardedEntries(ctx);
  const messages = new MessageTable(ctx, {
    channels,
    extras,
    index,
    absent,
    forwarded,
    wordsGone: (loss) => losses.add(loss),
    rowsGone: (messageIds) => losses.addGone(messageIds),
    markQuotingSends: (messageId) => outbox.sends.markQuoting(messageId),
    flameStored: (row) => burns.stored(row),
  });
  const burns = new Burns(ctx, { channels, messages, outbox, recalls: () => recalls, onErased });
  const people = new PeopleTables(ctx, channels);
  const ranges = createRangeTable(ctx);
  const receipts = createReceipts(ctx, channels);
  const pins = new PinTable(ctx);
  const reactions = new ReactionTable(ctx, state);
  const reactionViews = new ReactionViews(ctx, { reactions, actions: outbox.actions, people });
  const views = new MessageViews(ctx, { channels, people, messages, extras, outbox, memory, reactionViews });
  const losses = new WordLosses(ctx, {
    channels,
    extras,
    outbox,
    digestById: (messageId) => views.digestById(messageId),
    onErased,
  });
  const reminders = new ReminderTable(ctx, channels);
  const conversations = new ConversationTable(ctx, { channels, outbox, reminders });
  const reads = createReadJobs(ctx, { conversations, outbox, receipts, reminders });
  const recalls = new Recalls(ctx, {
    channels,
    extras,
    messages,
    people,
    outbox,
    memory,
    gone: (messageIds) => losses.addGone(messageIds),
    onErased,
  });
  const media = createMediaTable(ctx);
  const packs = createPackTable(ctx);
  const autoDelete = createAutoDelete(state, people, outbox.sends, (channel) =>
    ctx.changes.channelInfo(channel),
  );
  const ingest = new Ingest(ctx, {
    absent,
    autoDelete,
    channels,
    extras,
    losses,
    messages,
    conversations,
    media,
    outbox,
    people,
    ranges,
    reactions,
    recalls,
  });
  return {
    absent,
    autoDelete,
    memory,
    onErased,
    state,
    index,
    channels,
    extras,
    outbox,
    forwarded,
    messages,
    people,
    views,
    conversations,
    conversationViews: new ConversationViews(ctx, { channels, people, messages, outbox, reactions, views }),
    pins,
    reactions,
    reactionViews,
    reads,
    reminders,
    recalls,
    burns,
    media,
    packs,
    ingest,
    pages: new Pages(ctx, { channels, conversations, outbox, ranges, views }),
    run: new ChatRun(ctx, { channels, views }),
    days: new ChatDays(ctx, { channels, conversations, ranges }),
    shared: new SharedPages(ctx, { channels, outbox, views }),
    recallsSeen: new RecallLog(ctx, channels),
    sharedNotes: new SharedNotes(ctx),
    channelInfo: createChannelInfo(ctx, { autoDelete, channels, notices: outbox.notices, people }, readOnly),
    search: new Search(ctx, { index, channels, outbox, people, views }),
    expiry: createExpiry(ctx, { messages, state, changed: onErased, canWrite: !readOnly }),
  };
}

export function rowOf(
  { channels, messages }: Pick<Parts, 'channels' | 'messages'>,
  channel: ChannelRef,
  key: string,
): StoredMessage | undefined {
  const channelNo = channels.find(channel);
  return channelNo === null ? undefined : messages.byKey(channelNo, key);
}
