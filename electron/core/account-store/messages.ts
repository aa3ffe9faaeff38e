/** `store.messages`. */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { flameOf } from '../../../shared/content/flame.ts';
import { entryOfKey, levelAt } from '../../../shared/content/history-content.ts';
import { pictureAt } from '../../../shared/content/rich-pictures.ts';
import { PayloadType } from '../../../shared/content/message-content.ts';
import type { HistoryLevel } from '../../../shared/ipc/contract/messages.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { eraseLeftovers } from '../recall/erase-leftovers.ts';
import type { StoreContext } from '../store/context.ts';
import { NO_EXTRA } from '../store/server-records.ts';
import { keyOf, payloadOfRow } from '../store/tables/messages/message-row.ts';
import { createNewestLines } from '../store/tables/messages/newest-lines.ts';
import { withEmbeddedQuote } from '../store/tables/messages/payload.ts';
import { rowOf, type Parts } from './parts.ts';
import type { Messages } from './store-api.ts';
import { createStreams } from './streams.ts';

/** Of a level of a merged forward. (What burns after reading is not opened level by level.) */
function payloadAtPath(
  parts: Parts,
  channel: ChannelRef,
  key: string,
  path: readonly number[],
): JsonObject | null {
  const { outbox } = parts;
  const row = rowOf(parts, channel, key);
  const isShown = !row || (row.shown === 1 && row.recalled === 0 && !outbox.recalls.byKey(channel, key));
  const payload = row ? payloadOfRow(row) : (outbox.sends.byKey(channel, key)?.payload ?? null);
  if (!payload || !isShown || flameOf(payload) !== null || (row && row.flame !== null)) return null;
  return levelAt(payload, path);
}

export function createMessages(ctx: StoreContext, parts: Parts): Messages {
  const { absent, burns, channels, conversations, ingest, memory, messages, outbox, pages, recalls, views } =
    parts;
  const newestLines = createNewestLines(ctx);

  /** As an extra, so that a message deleted before it was cached stays deleted. */
  function deleteRows(channel: ChannelRef, messageIds: readonly string[]): void {
    for (const messageId of messageIds) {
      const deleted = { ...NO_EXTRA, messageId, mutualDeleted: true };
      recalls.applyExtra(channels.no(channel), deleted, { source: 'extra', startedAt: 0 });
    }
    parts.onErased();
  }

  function levelAtPath(channel: ChannelRef, key: string, path: readonly number[]): HistoryLevel | null {
    const payload = payloadAtPath(parts, channel, key, path);
    return payload && views.levelOf(payload, channel, key, path);
  }

  /** An entry of a merged forward, or a picture in the text that the message, or such an entry, is. */
  function entryAt(channel: ChannelRef, key: string, path: readonly number[]): MessageView | null {
    const at = path.at(-1);
    if (at === undefined) return null;
    const around = path.slice(0, -1);
    const level = payloadAtPath(parts, channel, key, around);
    const entry = level && views.entryOf(level, channel, key, { path: around, at });
    if (entry) return entry;
    const holder = around.length > 0 ? entryAt(channel, key, around) : viewAt(parts, channel, key);
    return holder && pictureAt(holder, at);
  }

  return {
    ...createStreams(ctx, parts),
    ingest: (list, source, range) => ingest.messages(list, source, range),
    applyExtras(channel, list, source, startedAt) {
      ctx.write(() => {
        const channelNo = channels.no(channel);
        absent.loadBeside(list.map(({ messageId }) => messageId));
        for (const extra of list) recalls.applyExtra(channelNo, extra, { source, startedAt });
        absent.clear();
      });
    },
    owingEdits: (messageIds) => parts.extras.owing(messageIds),
    applyRecall: (recall) => ctx.write(() => recalls.apply(recall)),
    deleteForMe: (channel, messageIds) => ctx.write(() => deleteRows(channel, messageIds)),
    unreferredPinTips(channel) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return [];
      return messages
        .unreferredPinTips(channelNo)
        .map(({ message_id, seq, timestamp }) => ({ messageId: message_id, messageSeq: seq, timestamp }));
    },
    systemLines(channel, type, limit) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return [];
      return newestLines(channelNo, type, limit).flatMap((row) => {
        const payload = payloadOfRow(row);
        return payload ? [{ messageSeq: row.seq, timestamp: row.timestamp, payload }] : [];
      });
    },
    referPinTips: (references) =>
      ctx.write(() => {
        for (const { tipId, messageId, messageSeq } of references)
          messages.refer(tipId, { message_id: messageId, message_seq: messageSeq });
      }),
    forgetHistory: (channel, restarted = false, hiddenUpTo = 0) =>
      ctx.write(() => {
        if (hiddenUpTo > 0) ingest.clearUpTo(channel, hiddenUpTo);
        ingest.forget(channel, restarted);
        conversations.setOffset(channel, hiddenUpTo);
      }),
    page: (channel, anchor, limit) => pages.page(channel, anchor, limit),
    get: (channel, key) => viewAt(parts, channel, key),
    uncovered: (channel, key) => viewAt(parts, channel, key, true),
    level: levelAtPath,
    entry(channel, key) {
      const named = entryOfKey(key);
      return named && entryAt(channel, named.key, named.path);
    },
    markPlayed(channel, key) {
      const row = rowOf(parts, channel, key);
      if (!row || row.shown === 0 || row.recalled === 1 || row.voice_played === 1) return false;
      if (row.type !== PayloadType.voice || row.from_uid === ctx.me.uid) return false;
      const args = { messageId: row.message_id, messageSeq: row.seq };
      // In this order: a mark that nobody was told of would stay on the other devices for ever.
      ctx.write(() => void outbox.actions.add({ kind: 'voicePlayed', channel, args }));
      ctx.write(() => messages.played(row.message_id));
      return true;
    },
    openFlame: (channel, key) => ctx.write(() => burns.open(channel, key)),
    leaveFlames: (channel, key) => burns.leave(channel, key),
    recalledOf: (messageIds) => parts.forwarded.recalledOf(messageIds),
    ...forwardQuestions(parts),
    byId(messageId) {
      const row = messages.byId(messageId);
      const standing = row && row.copy === 1 ? messages.group(row)[0] : row;
      return standing?.shown === 1 ? views.ofRow(standing) : null;
    },
    payloadOf(channel, key) {
      const row = rowOf(parts, channel, key);
      if (!row) {
        const waiting = outbox.sends.byKey(channel, key)?.payload ?? null;
        return flameOf(waiting) === null ? waiting : null;
      }
      if (row.flame !== null) return null;
      if (row.shown === 0 || row.recalled === 1 || outbox.recalls.byKey(channel, key)) return null;
      const payload = payloadOfRow(row);
      return (
        payload &&
        withEmbeddedQuote(payload, row.quote_message_id ? views.digestById(row.quote_message_id) : '')
      );
    },
    takeReedit(channel, key) {
      const row = rowOf(parts, channel, key);
      const kept = memory.reedit(channel, key);
      if (!kept || !ctx.offerReedit() || row?.recalled !== 1) return null;
      if (row.revoker !== null && row.revoker !== ctx.me.uid) return null;
      const { quoteMessageId, ...content } = kept.content;
      const quoted = quoteMessageId === null ? undefined : messages.byId(quoteMessageId);
      const quotable =
        quoted?.shown === 1 &&
        quoted.recalled === 0 &&
        !outbox.recalls.byKey(channels.ref(quoted.channel_no), keyOf(quoted));
      return {
        ...content,
        replyTo: quoted && quotable ? { key: keyOf(quoted), messageId: quoted.message_id } : null,
      };
    },
    eraseLeftovers: (leftovers) =>
      ctx.write(() => {
        eraseLeftovers(parts, leftovers);
        parts.onErased();
      }),
    forgetReedits: () => memory.dropReedits(),
    recallLog: () => memory.log(),
    runSlice: (query) => parts.run.slice(query),
    runExtent: (query) => parts.run.extent(query),
    timeAbove: (channel, seq) => parts.run.timeAbove(channel, seq),
    days: (channel, starts) => parts.days.marks(channel, starts),
    nextTo: (channel, from) => parts.days.nextTo(channel, from),
    shared: (query) => parts.shared.page(query),
    recallsSeen: (query) => parts.recallsSeen.page(query),
    sharedCounts: (channel) => parts.shared.counts(channel),
    lastSeq: (channel) => pages.lastSeq(channel),
    gaps: (channel, limit) => pages.gaps(channel, limit),
    extraVersion: (channel) => channels.extraVersion(channel),
    setExtraVersion: (channel, version) => ctx.write(() => channels.setExtraVersion(channel, version)),
  };
}

/** The message as it is shown; `covered`: also what burns and is not open. */
function viewAt(parts: Parts, channel: ChannelRef, key: string, covered?: true): MessageView | null {
  const row = rowOf(parts, channel, key);
  if (row) return row.shown === 1 ? parts.views.ofRow(row, covered) : null;
  const job = parts.outbox.sends.byKey(channel, key);
  return job ? parts.views.ofJob(job) : null;
}

/** What is asked about merged forwards and the messages that they hold copies of. */
function forwardQuestions(parts: Parts): Pick<Messages, 'inForwards' | 'originsOf'> {
  const { channels, forwarded, messages } = parts;
  return {
    originsOf: (messageIds, limit) => forwarded.originsOf(messageIds, limit).map((no) => channels.ref(no)),
    inForwards(channel, keys) {
      const ids = keys.flatMap((key) => {
        const row = rowOf(parts, channel, key);
        return row ? messages.group(row).map(({ message_id }) => message_id) : [];
      });
      return forwarded.holdersOf(ids).length > 0;
    },
  };
}
