/**
 * What of recalled messages is taken out of TSDD's rows (tsdd-api.md 5.1): payload, edit, quotes, pin tips. Blanking is
 * the business server's own (payload-guard.ts); here is where it applies in an answer that is there already.
 */
import { isPin, PINNED } from '../../../shared/content/system-lines.ts';
import { isObject, isDeeperThan, type JsonObject } from '../../../shared/json.ts';
import { rawInteger } from '../../../shared/exact-json.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import {
  blankPayload,
  heldCopies,
  quotedIds,
  type QuoteReplacement,
  UNREADABLE_TYPE,
  withQuotes,
} from '../../business/messages/payload-guard.ts';
import type { FoundCopy, Unplaced } from '../recall/late-copies.ts';
import { type SendingKey, sendingKey } from '../store/guard-store.ts';
import { ownText } from '../store/own-text.ts';
import type { PageStates, RowKey } from '../store/page-states.ts';
import type { PlainRow } from './plain-rows.ts';
import { storedForm } from './stored-form.ts';

export type RowKind = 'message' | 'extra' | 'reminder';
export type Masked = 'message' | 'edit' | 'quote' | 'tip' | 'reminder' | 'hit';
/** Told of everything that is taken out. */
export type Note = (kind: Masked) => void;

const PIN_TIP = `${PINNED}一条消息`;
/** More levels than this no client writes, and writing them again could end the stack. */
const DEEPEST = 64;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A row is asked for its sending several times, and a hash for each is a tenth of all the work on a page. No JSON has
 * such a key, or is written with it.
 */
const SENDING = Symbol('sending');
interface Sent {
  [SENDING]?: SendingKey;
}

/** The sending of a message row, with its channel in stored form; '' where the row does not name it. */
export function sendingOf(row: JsonObject & Sent): SendingKey {
  const known = row[SENDING];
  if (known !== undefined) return known;
  const fromUid = text(row['from_uid']);
  // Hits of a search name it in an object of its own (tsdd-api.md 5.2).
  const channel = isObject(row['channel'])
    ? hitChannel(row['channel'], fromUid)
    : storedChannel(row, fromUid);
  const sending = { ...channel, fromUid, clientMsgNo: text(row['client_msg_no']) };
  row[SENDING] = sending;
  return sending;
}

/** A chat with its author is a chat of whoever asked, whom a hit does not name. */
function hitChannel(place: JsonObject, fromUid: string): Channel {
  const channel = storedChannel(place, fromUid);
  return place['channel_id'] === fromUid ? { ...channel, channelId: '' } : channel;
}

const storedChannel = (place: JsonObject, fromUid: string): Channel =>
  storedForm({ channelId: text(place['channel_id']), channelType: Number(place['channel_type']) }, fromUid);

/** A plain row with what is known of it, its channel in stored form. */
export function standsFor(plain: PlainRow, payload: unknown): JsonObject {
  const { messageId, messageSeq, fromUid, clientMsgNo, channelId, channelType, isRecalled, revoker } = plain;
  const sending = { channelId, channelType, fromUid, clientMsgNo };
  const row: JsonObject & Sent = {
    message_idstr: messageId,
    message_seq: messageSeq,
    payload,
    ...(isRecalled ? { revoke: 1, revoker } : {}),
    [SENDING]: sending,
  };
  return row;
}

export function idOf(row: JsonObject): string {
  return text(row['message_idstr']) || text(row['message_id_str']) || text(row['message_id']);
}

const extraOf = (row: JsonObject): JsonObject | null => {
  const extra = row['message_extra'];
  return isObject(extra) ? extra : null;
};

const quotesOf = (payload: unknown): string[] => (isObject(payload) ? quotedIds(payload) : []);

/** Ids of the messages that a message row or a row of extra/sync holds copies of. */
export function quotedIn(row: JsonObject): string[] {
  return [
    ...quotesOf(row['payload']),
    ...quotesOf(row['content_edit']),
    ...quotesOf(extraOf(row)?.['content_edit']),
  ];
}

export const keyOf = (row: JsonObject): RowKey => ({ messageId: idOf(row), ...sendingOf(row) });

/** Whether nothing in a message row is taken out as long as no message that it names was recalled. */
export function isKept(row: JsonObject): boolean {
  const payload = row['payload'];
  return (
    !saysRecalled(row) &&
    !saysDeleted(row) &&
    row['is_deleted'] !== 1 &&
    isObject(payload) &&
    !isPin(payload) &&
    extraOf(row)?.['content_edit'] === undefined
  );
}

/** What of a row may be the words of a copy that nobody recorded: see recall/late-copies.ts. */
export function unplacedIn(row: JsonObject, kind: RowKind, asked: Channel | null): Unplaced[] {
  const isMessage = kind === 'message';
  const author = isMessage ? text(row['from_uid']) : kind === 'reminder' ? text(row['publisher']) : '';
  const named = isMessage ? sendingOf(row) : kind === 'reminder' ? storedChannel(row, author) : null;
  const { channelId, channelType } = named ?? { channelId: '', channelType: 0 };
  const channel = channelId === '' ? asked : { channelId, channelType };
  const held = [row['payload'], row['content_edit'], extraOf(row)?.['content_edit']].flatMap((payload) =>
    isObject(payload) ? heldCopies(payload) : [],
  );
  const copies = held.map(({ messageId, fromUid }) => ({ messageId, author: fromUid, channel }));
  // Of a message row its sending is known, but for hits of a search, which may not name their channel.
  const isOwn = kind === 'extra' ? 'content_edit' in row : kind === 'reminder' || channelId === '';
  return isOwn ? [{ messageId: idOf(row), author, channel }, ...copies] : copies;
}

/** Recalled rows of which the store knows nothing: copies of recalled ones, and recalls that went past the guards. */
export function unrecorded(
  rows: readonly JsonObject[],
  states: PageStates,
  page: Page,
): Record<'copies' | 'recalls', FoundCopy[]> {
  const found = { copies: [] as FoundCopy[], recalls: [] as FoundCopy[] };
  if (page.nothing) return found;
  for (const row of rows) {
    const sending = sendingOf(row);
    const state = page.of(idOf(row));
    if (state?.revoked !== true || [sending.clientMsgNo, sending.fromUid, sending.channelId].includes(''))
      continue;
    const copy = {
      channelId: ownText(sending.channelId),
      channelType: sending.channelType,
      fromUid: ownText(sending.fromUid),
      clientMsgNo: ownText(sending.clientMsgNo),
      messageId: ownText(idOf(row)),
      messageSeq: Number(row['message_seq'] ?? 0),
      revoker: state.revoker,
    };
    if (!saysRecalled(row) && states.of(copy.messageId)?.revoked !== true) found.copies.push(copy);
    else if (states.copy(sending) === null) found.recalls.push(copy);
  }
  return found;
}

/** What an answer says of its own rows: `revoke` of one is news for the quotes of another. */
function saysRecalled(row: JsonObject): boolean {
  return row['revoke'] === 1 || extraOf(row)?.['revoke'] === 1;
}

function saysDeleted(row: JsonObject): boolean {
  return row['is_mutual_deleted'] === 1 || extraOf(row)?.['is_mutual_deleted'] === 1;
}

/** States of a page: what the store says and what the rows say, with the stored copies of recalled rows in it. */
export function pageQuotes(
  rows: readonly JsonObject[],
  states: PageStates,
): PageStates & { quotes: QuoteReplacement } {
  const own = new Map<string, { revoked: boolean; revoker: string; deleted: boolean }>();
  const recalled = new Map<string, string>();
  for (const row of rows) {
    const state = states.of(idOf(row));
    const revoked = saysRecalled(row) || state?.revoked === true;
    const deleted = saysDeleted(row) || state?.deleted === true;
    if (!revoked && !deleted) continue;
    const revoker = text(row['revoker']) || state?.revoker || '';
    own.set(idOf(row), { revoked, revoker, deleted });
    const sending = sendingOf(row);
    if (revoked && sending.clientMsgNo !== '' && sending.fromUid !== '')
      recalled.set(sendingKey(sending), idOf(row));
  }
  const of: PageStates['of'] = (messageId) => {
    const mine = own.get(messageId);
    return mine ? { messageId, ...mine } : states.of(messageId);
  };
  const copy: PageStates['copy'] = (key) => {
    const original =
      key.clientMsgNo === '' || recalled.size === 0 ? undefined : recalled.get(sendingKey(key));
    return original === undefined ? states.copy(key) : of(original);
  };
  // A copy that nobody recorded has a state, too: quotes name it by its own id.
  for (const row of rows) {
    const id = idOf(row);
    const known = own.get(id);
    if (id === '' || known?.revoked === true) continue;
    const original = copy(sendingOf(row));
    if (original?.revoked === true)
      own.set(id, { revoked: true, revoker: original.revoker, deleted: known?.deleted === true });
  }
  return {
    nothing: states.nothing && own.size === 0,
    of,
    copy,
    quotes: (messageId) => {
      const state = of(messageId);
      return state?.revoked === true || state?.deleted === true ? { blank: true } : undefined;
    },
  };
}

export type Page = ReturnType<typeof pageQuotes>;

/** What stands in place of the payload of a message that is gone. */
export const blankOf = (payload: unknown): JsonObject =>
  isObject(payload) ? blankPayload(payload) : { type: UNREADABLE_TYPE, content: '' };

/** Masks one message row in place. */
export function maskMessage(row: JsonObject, page: Page, note: Note): void {
  const state = page.of(idOf(row)) ?? null;
  const copyOf = state?.revoked === true ? null : page.copy(sendingOf(row));
  const recalled = state?.revoked === true ? state : copyOf?.revoked === true ? copyOf : null;
  const gone = recalled !== null || state?.deleted === true || row['is_deleted'] === 1;
  const payload = row['payload'];
  if (gone) {
    const blank = blankOf(payload);
    if (JSON.stringify(withoutDepth(payload)) !== JSON.stringify(blank)) note('message');
    row['payload'] = blank;
    row['signal_payload'] = '';
    delete row['streams'];
  } else if (isObject(payload)) row['payload'] = maskedPayload(payload, page.quotes, note);
  if (recalled !== null && row['revoke'] !== 1) {
    row['revoke'] = 1;
    row['revoker'] = recalled.revoker;
    row['message_extra'] = {
      message_id: row['message_id'],
      message_id_str: idOf(row),
      extra_version: row['extra_version'] ?? 0,
      ...extraOf(row),
      revoke: 1,
      revoker: recalled.revoker,
    };
  }
  const extra = extraOf(row);
  if (extra) maskEdit(extra, gone, page.quotes, note);
}

/** Masks a row of extra/sync in place. */
export function maskExtra(row: JsonObject, page: Page, note: Note): void {
  const state = page.of(idOf(row));
  maskEdit(
    row,
    saysRecalled(row) || state?.revoked === true || state?.deleted === true || saysDeleted(row),
    page.quotes,
    note,
  );
}

/** A reminder of a recalled message is done and says nothing; one that came before its webhook may still be live. */
export function maskReminder(row: JsonObject, page: Page, note: Note): void {
  const state = page.of(idOf(row));
  if (state?.revoked !== true && state?.deleted !== true) return;
  if (row['done'] !== 1 || row['text'] !== '' || 'data' in row) note('reminder');
  row['done'] = 1;
  row['text'] = '';
  delete row['data'];
}

function maskEdit(holder: JsonObject, gone: boolean, quotes: QuoteReplacement, note: Note): void {
  const edit = holder['content_edit'];
  if (edit === undefined) return;
  if (gone) {
    delete holder['content_edit'];
    delete holder['edited_at'];
    note('edit');
  } else if (isObject(edit)) holder['content_edit'] = maskedPayload(edit, quotes, note);
}

function maskedPayload(payload: JsonObject, quotes: QuoteReplacement, note: Note): JsonObject {
  if (isPin(payload) && payload['content'] !== PIN_TIP) {
    // It holds no message id: nobody could find it again when what is pinned is recalled.
    note('tip');
    return { ...payload, content: PIN_TIP };
  }
  const blanked = quotesOf(payload).filter((id) => quotes(id) !== undefined);
  if (blanked.length === 0) return payload;
  for (const _ of blanked) note('quote');
  return withQuotes(payload, quotes);
}

/** The same without what lies deeper than any client writes. */
export function withoutDepth(payload: unknown): unknown {
  return isDeeperThan(payload, DEEPEST) ? { type: UNREADABLE_TYPE } : payload;
}

/** A row of extra/sync for a recall that TSDD's own table does not have. */
export function recalledExtra(record: { messageId: string; revoker: string; version: number }): JsonObject {
  return {
    message_id: rawInteger(record.messageId),
    message_id_str: record.messageId,
    revoke: 1,
    revoker: record.revoker,
    extra_version: record.version,
  };
}
