/** All parts of the store over one open database. `store.ts` wraps it so that a damaged cache can be replaced. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import { ServerRules, type ChannelRef } from '../../../shared/domain.ts';
import { RecallLogEntry } from '../../../shared/ipc/contract.ts';
import { createRecalls } from '../recall/apply-recall.ts';
import type { RecallMemory } from './views/recall-memory.ts';
import { createSearchIndex } from './tables/search-index.ts';
import { createSearch } from '../search/search-query.ts';
import { createAbsent } from './tables/absent.ts';
import { createChannelInfo } from './views/channel-info.ts';
import { createChannelTable } from './tables/channel-table.ts';
import type { StoreContext } from './context.ts';
import { createConversationTable } from './tables/conversation-table.ts';
import { cachePath, truncateLog } from './files/database.ts';
import { createExpiry } from './expiry.ts';
import { createExtraTable, NO_EXTRA } from './tables/extra-table.ts';
import { createIngest } from './ingest.ts';
import { createMediaTable } from './tables/media-table.ts';
import { createMessageTable, keyOf, payloadOfRow } from './tables/message-table.ts';
import { createMessageViews } from './views/message-views.ts';
import { schemaVersion } from './files/migrations/migrate.ts';
import { createOutboxTables } from './tables/outbox-tables.ts';
import { createPages } from './views/pages.ts';
import { quotedIds, withEmbeddedQuote } from './tables/payload.ts';
import { createPeopleTables } from './tables/people-tables.ts';
import { createRangeTable } from './tables/ranges.ts';
import { createReadJobs } from './tables/read-jobs.ts';
import { createReceipts } from './tables/receipts.ts';
import { createStateTable } from './tables/state-table.ts';
import type { NewRecall, NewSend, RecallJob, SendJob, Store } from './store-api.ts';

export type StoreCore = Omit<Store, 'readOnly' | 'rebuild'> & {
  onIdle(): void;
  /** After a start nothing is in flight: jobs on the wire are queued again, with the same client_msg_no. */
  resetInterrupted(): void;
  /** Index entries of erased messages wait to be taken out. */
  anyErasureDue(): boolean;
  /** Takes some of them out, of at most `rows` messages; true when there are more. */
  eraseDue(rows: number): boolean;
};

export interface CoreOptions {
  accountDir: string;
  readOnly: boolean;
  memory: RecallMemory;
  /** Something was erased from disk: checkpoint within 5 s. */
  onErased: () => void;
  /** A checkpoint could not empty the write-ahead log because somebody reads it: try again soon. */
  onCheckpointBusy: () => void;
}

/** Of one transaction, when all erasures that are due are made at once. */
const ERASE_AT_ONCE = 1_000;
/** Conversations with a row newer than this are kept although a complete list lacks them. */
const LIST_RACE_SECONDS = 60;

export function createStoreCore(ctx: StoreContext, options: CoreOptions): StoreCore {
  const { db, changes } = ctx;
  const { memory, onErased } = options;
  const state = createStateTable(ctx);
  const index = createSearchIndex(ctx);
  const channels = createChannelTable(ctx);
  const outbox = createOutboxTables(ctx);
  const absent = createAbsent(ctx);
  const extras = createExtraTable(ctx, absent);
  const messages = createMessageTable(ctx, channels, extras, index, absent, (messageId) =>
    outbox.markQuotingSends(messageId),
  );
  const people = createPeopleTables(ctx, channels);
  const ranges = createRangeTable(ctx);
  const receipts = createReceipts(ctx, channels);
  const views = createMessageViews(ctx, channels, people, messages, extras, outbox, memory);
  const conversations = createConversationTable(ctx, channels, people, outbox, views);
  const reads = createReadJobs(ctx, { conversations, outbox, receipts });
  const recalls = createRecalls(ctx, { channels, extras, messages, people, outbox, memory, onErased });
  const media = createMediaTable(ctx);
  const ingest = createIngest(ctx, {
    absent,
    channels,
    extras,
    messages,
    conversations,
    media,
    outbox,
    people,
    ranges,
    recalls,
    onErased,
  });
  const pages = createPages(ctx, { channels, conversations, outbox, ranges, views });
  const channelInfo = createChannelInfo(ctx, channels, people, options.readOnly);
  const search = createSearch(ctx, { index, channels, outbox, people, views });
  const expiry = createExpiry(ctx, { messages, changed: onErased, channels });
  const indexBytes = db
    .prepare<[], number>(
      `SELECT sum(pgsize) FROM sqlite_schema AS s JOIN dbstat('main') AS d ON d.name = s.name AND d.aggregate = 1
       WHERE s.name LIKE 'message\\_search%' ESCAPE '\\'`,
    )
    .pluck();
  const countMessages = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM message');

  index.ensureCurrent();
  if (state.get('cacheId') === null) ctx.write(() => state.set('cacheId', randomUUID()));
  memory.setLog(z.array(RecallLogEntry).catch([]).parse(state.json('recallLog')));

  function rowOf(channel: ChannelRef, key: string): ReturnType<typeof messages.byKey> {
    const channelNo = channels.find(channel);
    return channelNo === null ? undefined : messages.byKey(channelNo, key);
  }

  /** The row whose file may be shown or loaded. */
  function mediaRow(channel: ChannelRef, key: string): ReturnType<typeof messages.byKey> {
    const row = rowOf(channel, key);
    const readable = row?.shown === 1 && row.recalled === 0 && row.payload !== null;
    return readable && !outbox.recallJob(channel, key) ? row : undefined;
  }

  /** Quotes do not show what is being recalled. */
  function recallJobChanged(job: RecallJob): void {
    const row = rowOf(job.channel, job.messageKey);
    const ids = row ? messages.group(row).map((copy) => copy.message_id) : [job.messageId];
    for (const messageId of ids) messages.markQuotersChanged(messageId);
  }

  /** As an extra, so that a message deleted before it was cached stays deleted. */
  function deleteRows(channel: ChannelRef, messageIds: readonly string[]): void {
    for (const messageId of messageIds) {
      const deleted = { ...NO_EXTRA, messageId, mutualDeleted: true };
      recalls.applyExtra(channels.no(channel), deleted, { source: 'extra', startedAt: 0 });
    }
    onErased();
  }

  function addSend(job: NewSend): SendJob {
    const stored = outbox.addSend(job);
    conversations.ensureListed(job.channel);
    recalls.eraseStale([...quotedIds(job.payload), ...(job.forwardOf ? [job.forwardOf] : [])], null);
    return outbox.sendById(stored.id) ?? stored;
  }

  function addRecall(job: NewRecall): RecallJob {
    memory.dropDenied(job.channel, job.messageKey);
    const stored = outbox.addRecall(job);
    recallJobChanged(stored);
    return stored;
  }

  function markSends(ids: readonly number[]): void {
    const unmarked = ids.filter((id) => outbox.needsMark(id));
    if (unmarked.length === 0) return;
    ctx.write(() => {
      for (const id of unmarked) outbox.mark(id);
    });
  }

  /** What was marked, or tried before, is looked for in the history after a start, whatever else the disk has kept of it. */
  function startSend(id: number): void {
    if (outbox.startIsWritten(id)) ctx.writeRepeatable(() => outbox.startSend(id));
    else {
      outbox.startSend(id);
      changes.commit();
    }
  }

  return {
    onIdle() {
      expiry.run();
      index.compact();
    },
    resetInterrupted: () => ctx.write(() => outbox.resetInterrupted()),
    anyErasureDue: () => index.anyDue(),
    eraseDue: (rows) => index.eraseDue(rows),

    ingest: (list, source, range) => ingest.messages(list, source, range),
    acknowledge: (job, messageId, messageSeq) =>
      ingest.acknowledgeAll([{ job, messageId, messageSeq }])[0] ?? null,
    acknowledgeAll: (answers) => ingest.acknowledgeAll(answers),
    applyExtras(channel, list, source, startedAt) {
      ctx.write(() => {
        const channelNo = channels.no(channel);
        for (const extra of list) recalls.applyExtra(channelNo, extra, { source, startedAt });
      });
    },
    applyRecall: (recall) => ctx.write(() => recalls.apply(recall)),
    deleteForMe: (channel, messageIds) => ctx.write(() => deleteRows(channel, messageIds)),
    forgetHistory: (channel, restarted = false, hiddenUpTo = 0) =>
      ctx.write(() => {
        ingest.forget(channel, restarted);
        conversations.setOffset(channel, hiddenUpTo);
      }),
    page: (channel, anchor, limit) => pages.page(channel, anchor, limit),
    message(channel, key) {
      const row = rowOf(channel, key);
      if (row) return row.shown === 1 ? views.ofRow(row) : null;
      const job = outbox.sendJob(channel, key);
      return job ? views.ofJob(job) : null;
    },
    messageById(messageId) {
      const row = messages.byId(messageId);
      const standing = row && row.copy === 1 ? messages.group(row)[0] : row;
      return standing?.shown === 1 ? views.ofRow(standing) : null;
    },
    payloadOf(channel, key) {
      const row = rowOf(channel, key);
      if (!row) return outbox.sendJob(channel, key)?.payload ?? null;
      if (row.shown === 0 || row.recalled === 1 || outbox.recallJob(channel, key)) return null;
      const payload = payloadOfRow(row);
      return (
        payload &&
        withEmbeddedQuote(payload, row.quote_message_id ? views.digestById(row.quote_message_id) : '')
      );
    },
    forgetReedits: () => memory.dropReedits(),
    takeReedit(channel, key) {
      const row = rowOf(channel, key);
      const kept = memory.reedit(channel, key);
      if (!kept || !ctx.offerReedit() || row?.recalled !== 1) return null;
      if (row.revoker !== null && row.revoker !== ctx.me.uid) return null;
      const { quoteMessageId, ...content } = kept.content;
      const quoted = quoteMessageId === null ? undefined : messages.byId(quoteMessageId);
      const quotable =
        quoted?.shown === 1 &&
        quoted.recalled === 0 &&
        !outbox.recallJob(channels.ref(quoted.channel_no), keyOf(quoted));
      return {
        ...content,
        replyTo: quoted && quotable ? { key: keyOf(quoted), messageId: quoted.message_id } : null,
      };
    },
    lastSeq: (channel) => pages.lastSeq(channel),
    gaps: (channel, limit) => pages.gaps(channel, limit),
    extraVersion: (channel) => channels.extraVersion(channel),
    setExtraVersion: (channel, version) => ctx.write(() => channels.setExtraVersion(channel, version)),

    applyConversations(list, complete) {
      const newerThan = Math.floor(ctx.serverNow() / 1000) - LIST_RACE_SECONDS;
      ctx.write(() => {
        const kept = new Set<number>();
        for (const conversation of list) {
          kept.add(channels.no(conversation.channel));
          const recents = conversation.recents.map((message) => ({
            ...message,
            channel: conversation.channel,
          }));
          // First, because they tell whether the channel started anew.
          if (recents.length > 0) ingest.messages(recents, 'conversation');
          conversations.apply(conversation);
        }
        if (complete) conversations.unlistOthers(kept, newerThan);
      });
    },
    conversations: () => conversations.list(),
    conversation: (channel) => conversations.view(channel),
    markRead: (channel, seq) => ctx.write(() => conversations.markRead(channel, seq)),
    markReadHere: (channel, seq) => reads.mark(channel, seq),
    hideConversation: (channel) => ctx.write(() => conversations.hide(channel)),
    setConversationFlags(channel, flags) {
      ctx.write(() => {
        if (!channels.setSettings(channel, flags)) return;
        changes.conversation(channel);
        changes.channelInfo(channel);
      });
    },
    lastMessageSeqs: () => conversations.lastMessageSeqs(),
    putUsers: (users) => ctx.write(() => people.putUsers(users)),
    setOnline: (uid, online, atSeconds) => ctx.write(() => people.setOnline(uid, online, atSeconds)),
    putGroups: (groups) => ctx.write(() => people.putGroups(groups)),
    putMembers: (groupNo, list) => ctx.write(() => people.putMembers(groupNo, list)),
    memberVersion: (groupNo) => people.memberVersion(groupNo),
    members: (groupNo) => people.memberList.first(groupNo),
    memberPage: (groupNo, query) => people.memberList.page(groupNo, query),
    membersOf: (groupNo, uids) => people.memberList.some(groupNo, uids),
    channelInfo,
    groups: () => people.groupNos().map((groupNo) => channelInfo({ channelId: groupNo, channelType: 2 })),
    contacts: () => people.contacts(),
    userName: (uid) => people.userName(uid),
    applyReminders: (reminders) => ctx.write(() => conversations.applyReminders(reminders)),

    addSend: (job) => ctx.write(() => addSend(job)),
    addSends: (jobs, soon) =>
      ctx.write(() => {
        const stored = jobs.map(addSend);
        if (soon) outbox.markNew(stored);
        return stored;
      }),
    nextSends: () => outbox.nextSends(),
    requeueSends: () => ctx.write(() => outbox.requeueSends()),
    sendJob: (channel, key) => outbox.sendJob(channel, key),
    markSends,
    startSend(id) {
      markSends([id]);
      startSend(id);
    },
    startNextSend(after) {
      const next = outbox.nextMarked(after);
      if (next) startSend(next.id);
      return next;
    },
    markFollowing(job) {
      if (outbox.runsLow(job)) ctx.write(() => outbox.mark(job.id));
    },
    updateSend: (id, change) => ctx.write(() => outbox.updateSend(id, change)),
    removeSend: (id) =>
      ctx.write(() => {
        outbox.removeSend(id);
        onErased();
      }),
    pendingUploads: () => outbox.pendingUploads(),
    setUploaded: (id, url) => ctx.write(() => outbox.setUploaded(id, url)),
    attachmentFiles: () => outbox.attachmentFiles(),
    addRecall: (job) => ctx.write(() => addRecall(job)),
    addRecalls: (jobs) => ctx.write(() => jobs.map(addRecall)),
    recallJobs: () => outbox.recallJobs(),
    recallJob: (channel, key) => outbox.recallJob(channel, key),
    updateRecall: (id, change) => ctx.write(() => outbox.updateRecall(id, change)),
    denyRecall(id, reason, detail, atServerMs) {
      ctx.write(() => {
        const job = outbox.recallById(id);
        if (!job) return;
        outbox.removeRecall(id);
        recallJobChanged(job);
        memory.keepDenied(job.channel, job.messageKey, {
          state: 'denied',
          reason,
          ...(detail === null ? {} : { detail }),
          atMs: atServerMs,
        });
      });
    },
    cancelRecall(id) {
      ctx.write(() => {
        const job = outbox.recallById(id);
        if (!job) return;
        outbox.removeRecall(id);
        recallJobChanged(job);
      });
    },
    addAction: (job) =>
      ctx.write(() => {
        const stored = outbox.addAction(job);
        const { messageId, messageKey, key = messageKey } = job.args;
        recalls.eraseStale(
          [...quotedIds(job.args), ...(typeof messageId === 'string' ? [messageId] : [])],
          typeof key === 'string' && key !== '' ? { channel: job.channel, key } : null,
        );
        return stored;
      }),
    actionJobs: () => outbox.actionJobs(),
    updateAction: (id, change) => ctx.write(() => outbox.updateAction(id, change)),
    removeAction: (id) => ctx.write(() => outbox.removeAction(id)),
    draft: (channel) => outbox.draft(channel),
    setDraft: (channel, draft) =>
      ctx.write(() => {
        outbox.setDraft(channel, draft);
        if (draft.replyToMessageId !== null) recalls.eraseStale([draft.replyToMessageId], null);
      }),

    mediaFile(channel, key) {
      const row = mediaRow(channel, key);
      const file = row ? media.ofMessage(row.message_id) : null;
      if (row && file) ctx.write(() => media.touch(row.message_id));
      return file;
    },
    addMediaFile: (channel, key, file) =>
      ctx.write(() => {
        const row = mediaRow(channel, key);
        return row !== undefined && media.add(row.message_id, file);
      }),
    mediaFiles: () => media.all(),
    dropMediaFiles: (files) => ctx.write(() => media.drop(files)),
    erasedFiles: () => media.erased(),
    forgetErasedFiles: (files) => ctx.write(() => media.forgetErased(files)),

    search,
    getState: (name) => state.get(name),
    setState: (name, value) => ctx.write(() => state.set(name, value)),
    rules() {
      const parsed = ServerRules.safeParse(state.json('rules'));
      return parsed.success ? parsed.data : null;
    },
    badge: () => conversations.badge(),
    recallLog: () => memory.log(),
    checkpoint() {
      if (options.readOnly) return;
      while (index.eraseDue(ERASE_AT_ONCE));
      ctx.write(() => state.set('recallLog', JSON.stringify(memory.log())));
      const done = [truncateLog(db, 'main'), truncateLog(db, 'outbox')];
      if (done.includes(false)) {
        ctx.log('warn', 'checkpoint: another connection is reading, tried again soon');
        options.onCheckpointBusy();
      }
    },
    indexBytes: () => indexBytes.get() ?? 0,
    diagnostics: () => ({
      outboxJobs: outbox.jobCount(),
      cachedMessages: countMessages.get()?.n ?? 0,
      cacheBytes:
        fileBytes(cachePath(options.accountDir)) + fileBytes(`${cachePath(options.accountDir)}-wal`),
      schemaVersion: schemaVersion(db, 'main'),
    }),
    close: () => void db.close(),
  };
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
