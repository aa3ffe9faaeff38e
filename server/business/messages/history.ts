/**
 * Reads of messages: channel history, conversation recents, offline CMDs, changes. Membership is checked here for all
 * of them.
 */
import type { Context } from '../context.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { refusal } from '../http/errors.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { GROUP } from '../im-client/commands.ts';
import type { HistoryRange, ImConversation } from '../im-client/im-api.ts';
import { type Channel, storedChannelId } from '../im-client/channel-address.ts';
import {
  type Dto,
  extraDto,
  messagePage,
  type PageContext,
  type PageRow,
  quoteReplacement,
  storedIdOfRow,
  writtenPage,
} from './message-dto.ts';
import { ClearedHistory } from './cleared-history.ts';
import { quotedIds } from './payload-guard.ts';
import type { Recall } from './recall.ts';
import { RecalledRows } from './recalled-rows.ts';

export class History {
  readonly #context: Context;
  readonly #recall: Recall;
  readonly cleared: ClearedHistory;
  readonly #recalledRows = new RecalledRows();

  constructor(context: Context, recall: Recall) {
    this.#context = context;
    this.#recall = recall;
    this.cleared = new ClearedHistory(context.db);
  }

  #reading(viewer: string, more: Partial<PageContext> = {}): PageContext {
    const { accounts, extras, now, log, reactions } = this.#context;
    return {
      viewer,
      nowMs: now(),
      extras,
      reactions,
      nameOf: (uid) => accounts.name(uid),
      onCopy: (copy, original) => {
        void this.#recall.coverCopy(copy, original, true).catch((error: unknown) => {
          log.warn(`a copy of a recalled message was not recorded: ${reasonOf(error)}`);
        });
      },
      ...more,
    };
  }

  #page(viewer: string, rows: readonly PageRow[], more: Partial<PageContext> = {}): Dto[] {
    return messagePage(this.#reading(viewer, more), rows);
  }

  /**
   * Ascending page of a channel, as the JSON text of an array. A group's strangers and former members get an empty
   * page, as from TSDD.
   */
  async channel(viewer: string, channel: Channel, range: HistoryRange): Promise<string> {
    const member =
      channel.channelType === GROUP ? this.#context.groups.member(channel.channelId, viewer) : null;
    if (channel.channelType === GROUP && member?.is_deleted !== 0) return '[]';
    if (range.limit === 0) return '[]';
    const rows = await this.#context.im.history(viewer, channel.channelId, channel.channelType, range);
    const storedId = storedChannelId(viewer, channel);
    const historyOffset = Math.max(member?.history_offset ?? 0, this.cleared.upTo(viewer, channel));
    return writtenPage(
      this.#reading(viewer, { historyOffset }),
      rows.map((row) => ({ row, storedChannelId: storedId })),
      this.#recalledRows,
    );
  }

  /** Messages of a channel by their ids, as its history shows them. */
  async byIds(viewer: string, channel: Channel, ids: readonly string[]): Promise<Dto[]> {
    if (ids.length === 0) return [];
    const member =
      channel.channelType === GROUP ? this.#context.groups.member(channel.channelId, viewer) : null;
    const found = await this.#context.im.lookup(viewer, channel.channelId, channel.channelType, {
      messageIds: ids,
    });
    const storedId = storedChannelId(viewer, channel);
    return this.#page(
      viewer,
      found
        .filter((row) => ids.includes(row.message_idstr))
        .map((row) => ({ row, storedChannelId: storedId })),
      { historyOffset: Math.max(member?.history_offset ?? 0, this.cleared.upTo(viewer, channel)) },
    );
  }

  /** Recents of several conversations, newest first each, with one batch query for all. */
  recents(viewer: string, conversations: readonly ImConversation[]): Map<ImConversation, Dto[]> {
    const rows: PageRow[] = [];
    const spans: { conversation: ImConversation; count: number }[] = [];
    for (const conversation of conversations) {
      const channel = { channelId: conversation.channel_id, channelType: conversation.channel_type };
      const offset =
        channel.channelType === GROUP
          ? (this.#context.groups.member(channel.channelId, viewer)?.history_offset ?? 0)
          : 0;
      const from = Math.max(offset, this.cleared.upTo(viewer, channel));
      const visible = (conversation.recents ?? []).filter((row) => row.message_seq > from);
      const storedId = storedChannelId(viewer, channel);
      for (const row of visible) rows.push({ row, storedChannelId: storedId });
      spans.push({ conversation, count: visible.length });
    }
    const dtos = this.#page(viewer, rows, { hideVersion: true });
    let start = 0;
    return new Map(
      spans.map(({ conversation, count }) => {
        const own = dtos.slice(start, start + count);
        start += count;
        return [conversation, own];
      }),
    );
  }

  /** Offline CMDs of the user (tsdd-api.md 5.2, message/sync). */
  async offlineCommands(viewer: string, messageSeq: number, limit: number): Promise<Dto[]> {
    const rows = await this.#context.im.offlineCommands(viewer, messageSeq, limit);
    return this.#page(
      viewer,
      rows.map((row) => ({ row, storedChannelId: storedIdOfRow(viewer, row) })),
    );
  }

  /** Changes of a channel above a version, oldest first from any version; no cursor is kept. Members only. */
  changes(viewer: string, channel: Channel, version: number, limit: number): Dto[] {
    const { extras, groups } = this.#context;
    if (channel.channelType === GROUP && !groups.isMember(channel.channelId, viewer)) {
      throw refusal('群不存在或你不是群成员！', 'not_member');
    }
    const rows = extras.changedSince(storedChannelId(viewer, channel), channel.channelType, version, limit);
    const quoted = rows.flatMap((row) =>
      row.content_edit === null ? [] : quotedIds(JSON.parse(row.content_edit) as JsonObject),
    );
    const quotes = quoteReplacement(quoted.length > 0 ? [extras.forPage([], quoted)] : []);
    const personal = extras.personal(
      rows.map((row) => row.message_id),
      viewer,
    );
    return rows.map((row) => extraDto(row, quotes, personal.get(row.message_id)?.readedAt ?? 0));
  }
}
