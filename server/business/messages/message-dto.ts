/**
 * TSDD's message DTO (tsdd-api.md 5.1) with the recall state merged in: content nobody may read any more is blanked,
 * metadata stays.
 */
import { rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { ImMessage } from '../im-client/im-api.ts';
import { personChannelId } from '../../../shared/wire/person-channel.ts';
import { ChannelType } from '../im-client/channel-address.ts';
import type { ExtraRow, MessageExtras, PageExtras, Personal, StoredMessage } from './message-extras.ts';
import { reactionDto, type Reactions } from './reactions.ts';
import { pageText, type RecalledRows, type WrittenRow } from './recalled-rows.ts';
import {
  blankPayload,
  isVisibleTo,
  quotedIds,
  type QuoteReplacement,
  readPayload,
  withQuotes,
} from './payload-guard.ts';

export type Dto = Record<string, unknown>;

const SYSTEM_UID = '____system';
const CMD_SUFFIX = '____cmd';
const CMD_TYPE = 99;

const sender = (row: ImMessage): string => (row.from_uid === SYSTEM_UID ? '' : row.from_uid);

/** A row's identity with the channel's stored id, computed from both parties (tsdd-api.md 7). */
export function storedMessage(row: ImMessage, storedChannelId: string, payload?: JsonObject): StoredMessage {
  const type = (payload ?? readPayload(row.payload))['type'];
  return {
    messageId: row.message_idstr,
    channelId: storedChannelId,
    channelType: row.channel_type,
    messageSeq: row.message_seq,
    fromUid: sender(row),
    clientMsgNo: row.client_msg_no,
    payloadType: typeof type === 'number' ? type : 0,
  };
}

export interface PageContext {
  viewer: string;
  /** Server clock, ms. */
  nowMs: number;
  extras: MessageExtras;
  reactions: Reactions;
  nameOf: (uid: string) => string;
  /** Rows at or below this seq are not the viewer's to see. */
  historyOffset?: number;
  /** conversation/sync: TSDD writes extra_version 0 there, so that it is never mistaken for a cursor. */
  hideVersion?: boolean;
  /** Told about rows that turn out to be stored copies of a recalled message. */
  onCopy(row: StoredMessage, original: ExtraRow): void;
}

export interface PageRow {
  row: ImMessage;
  storedChannelId: string;
}

/** Builds the DTOs of a page, with one batch query for recall state and one for the reader's own marks. */
export const messagePage = (context: PageContext, rows: readonly PageRow[]): Dto[] =>
  // (Nothing is written where nothing is kept.)
  rowsOfPage(context, rows, null) as Dto[];

/** The same as the JSON text of an array. */
export const writtenPage = (context: PageContext, rows: readonly PageRow[], recalled: RecalledRows): string =>
  pageText(rowsOfPage(context, rows, recalled));

function rowsOfPage(
  context: PageContext,
  rows: readonly PageRow[],
  recalledRows: RecalledRows | null,
): (Dto | WrittenRow)[] {
  const visible = rows.filter(({ row }) => row.message_seq > (context.historyOffset ?? 0));
  const read = visible.map(({ row, storedChannelId }) => {
    const payload = readPayload(row.payload);
    return { row, payload, stored: storedMessage(row, storedChannelId, payload) };
  });
  const page = context.extras.forPage(
    read.map((each) => each.stored),
    read.flatMap((each) => quotedIds(each.payload)),
  );
  // Quotes inside edited texts may name messages that no row of the page names.
  const edited = read.flatMap(({ stored }) => {
    const edit = page.byId(stored.messageId)?.content_edit;
    return edit ? quotedIds(JSON.parse(edit) as JsonObject) : [];
  });
  const quotes = quoteReplacement(edited.length > 0 ? [page, context.extras.forPage([], edited)] : [page]);
  const personal = context.extras.personal(
    read.map((each) => each.stored.messageId),
    context.viewer,
  );
  const reactions = context.reactions.of(read.map((each) => each.stored.messageId));
  return read.map(({ row, payload, stored }) => {
    let extra = page.byId(stored.messageId);
    if (extra?.revoke !== 1) {
      const original = page.recalledCopy(stored);
      if (original) {
        context.onCopy(stored, original);
        extra = context.extras.find(stored.messageId) ?? { ...original, message_id: stored.messageId };
      }
    }
    const own = personal.get(stored.messageId);
    // What it says depends on nobody and on no time.
    const isSettled = !own && row.expire === 0 && !('visibles' in payload);
    if (recalledRows && extra?.revoke === 1 && isSettled) {
      return (
        recalledRows.find(row, extra) ??
        recalledRows.keep(row, extra, messageDto(context, row, payload, extra, quotes, undefined))
      );
    }
    const dto = messageDto(context, row, payload, extra, quotes, own);
    const reacted = reactions.get(stored.messageId);
    if (reacted && dto['is_deleted'] === 0 && extra?.revoke !== 1) {
      dto['reactions'] = reacted.map((each) => reactionDto(each, context.nameOf));
    }
    return dto;
  });
}

/** How quotes follow the messages they quote: blank when recalled or deleted for all, the new text when edited. */
export function quoteReplacement(pages: readonly Pick<PageExtras, 'byId'>[]): QuoteReplacement {
  return (messageId) => {
    for (const page of pages) {
      const extra = page.byId(messageId);
      if (!extra) continue;
      if (extra.revoke === 1 || extra.is_mutual_deleted === 1) return { blank: true };
      if (extra.content_edit !== null) return { payload: JSON.parse(extra.content_edit) as JsonObject };
    }
    return undefined;
  };
}

function messageDto(
  context: PageContext,
  row: ImMessage,
  payload: JsonObject,
  extra: ExtraRow | null,
  quotes: QuoteReplacement,
  personal: Personal | undefined,
): Dto {
  const from = sender(row);
  const expired = row.expire > 0 && (row.timestamp + row.expire) * 1000 <= context.nowMs;
  const hidden =
    personal?.deleted === true ||
    extra?.is_mutual_deleted === 1 ||
    expired ||
    (from !== context.viewer && !isVisibleTo(payload, context.viewer));
  const recalled = extra?.revoke === 1;
  const version = extra && !context.hideVersion ? extra.version : 0;
  const readed = personal && personal.readedAt > 0 ? 1 : 0;
  const messageId = rawInteger(row.message_idstr);
  const dto: Dto = {
    header: {
      no_persist: row.header.no_persist,
      red_dot: row.header.red_dot,
      sync_once: row.header.sync_once,
    },
    setting: row.setting,
    message_id: messageId,
    message_idstr: row.message_idstr,
    message_seq: row.message_seq,
    client_msg_no: row.client_msg_no,
    from_uid: from,
    channel_id: row.channel_id,
    channel_type: row.channel_type,
    timestamp: row.timestamp,
    payload:
      recalled || hidden
        ? blankPayload(payload, extra?.payload_type)
        : withQuotes(addressedTo(context.viewer, row, payload), quotes),
    signal_payload: '',
    is_deleted: hidden ? 1 : 0,
    readed,
    extra_version: version,
  };
  // Added one by one: a page has a hundred of these, and spreading is a copy each.
  if (row.expire > 0) dto['expire'] = row.expire;
  if (personal?.heard === true) dto['voice_status'] = 1;
  if (!extra) return dto;
  if (recalled) {
    dto['revoke'] = 1;
    dto['revoker'] = extra.revoker;
  }
  if (extra.readed_count > 0) dto['readed_count'] = extra.readed_count;
  dto['message_extra'] = extraDto(extra, quotes, personal?.readedAt ?? 0, version, messageId);
  return dto;
}

/** The `message_extra` object, also a row of extra/sync (tsdd-api.md 5.1). */
export function extraDto(
  extra: ExtraRow,
  quotes: QuoteReplacement,
  readedAt: number,
  version = extra.version,
  messageId = rawInteger(extra.message_id),
): Dto {
  const gone = extra.revoke === 1 || extra.is_mutual_deleted === 1;
  const dto: Dto = { message_id: messageId, message_id_str: extra.message_id, extra_version: version };
  if (extra.revoke === 1) {
    dto['revoke'] = 1;
    dto['revoker'] = extra.revoker;
  }
  if (readedAt > 0) {
    dto['readed'] = 1;
    dto['readed_at'] = readedAt;
  }
  if (extra.readed_count > 0) dto['readed_count'] = extra.readed_count;
  if (extra.is_mutual_deleted === 1) dto['is_mutual_deleted'] = 1;
  if (extra.content_edit !== null && !gone) {
    dto['content_edit'] = withQuotes(JSON.parse(extra.content_edit) as JsonObject, quotes);
    dto['edited_at'] = extra.edited_at;
  }
  return dto;
}

/**
 * An offline messageRevoke names its channel as its reader knows it. In person channels the CMD itself cannot (both
 * sides get the same bytes), and the row's own channel id is the wrong party for the receiver (wukongim.md C.8).
 */
function addressedTo(viewer: string, row: ImMessage, payload: JsonObject): JsonObject {
  const param = payload['param'];
  if (payload['type'] !== CMD_TYPE || payload['cmd'] !== 'messageRevoke' || !isObject(param)) return payload;
  const bare = row.channel_id.endsWith(CMD_SUFFIX)
    ? row.channel_id.slice(0, -CMD_SUFFIX.length)
    : row.channel_id;
  const channelId = row.channel_type === ChannelType.person && row.from_uid !== viewer ? row.from_uid : bare;
  return { ...payload, param: { ...param, channel_id: channelId, channel_type: row.channel_type } };
}

/** Stored channel id of a row in `viewer`'s list of channels. */
export function storedIdOfRow(viewer: string, row: ImMessage): string {
  if (row.channel_type !== ChannelType.person || row.channel_id.includes('@')) return row.channel_id;
  const other = row.from_uid === viewer ? row.channel_id : row.from_uid;
  return personChannelId(viewer, other);
}
