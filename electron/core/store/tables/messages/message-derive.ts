/**
 * The pure merge of what is known about a message into its row: facts of the delivery, state beside it, and whether
 * another row stands for it. Recall beats deletion of content, edit and everything else.
 */
import { flameOf, strictestFlame } from '../../../../../shared/content/flame.ts';
import {
  type MessageContent,
  parsePayload,
  PayloadType,
} from '../../../../../shared/content/message-content.ts';
import { CALL_SIGNAL } from '../../../../../shared/content/named-content.ts';
import { SHARED_NUMBER, sharedKindOf } from '../../../../../shared/content/shared-kind.ts';
import { isSystemUid } from '../../../../../shared/content/system-lines.ts';
import { isObject } from '../../../../../shared/json.ts';
import { eraseContent } from './keep-or-erase.ts';
import type { ExtraRow } from './extra-table.ts';
import {
  payloadOfRow,
  StreamState,
  type ColumnOf,
  type MessageRow,
  type StoredMessage,
} from './message-row.ts';
import { applyEdit, searchableText, withoutOthersWords, type Payload } from './payload.ts';

/** What a delivery says about a message. `payload` is null when it was no object, or is erased already. */
export interface MessageFacts extends Pick<
  MessageRow,
  ColumnOf<'identity'> | 'flame' | 'album' | 'voice_played' | 'stream' | 'stream_seq' | 'deleted' | 'hidden'
> {
  payload: Payload | null;
}

/** What a row says of its delivery. What was quoted is no fact about the message; no row should have it. */
export function factsOf(row: StoredMessage): MessageFacts {
  const payload = payloadOfRow(row);
  return { ...row, payload: payload && withoutOthersWords(payload) };
}

/** The extras of all rows of one message, merged. */
export interface GroupState {
  recalled: boolean;
  revoker: string | null;
  revokerRole: number | null;
  readCount: number | null;
  edit: Payload | null;
  deleted: boolean;
}

export const NO_STATE: GroupState = {
  recalled: false,
  revoker: null,
  revokerRole: null,
  readCount: null,
  edit: null,
  deleted: false,
};

export function groupState(extras: readonly ExtraRow[], deleted: boolean): GroupState {
  const state = { ...NO_STATE, deleted };
  let revokerFrom: ExtraRow | null = null;
  let editFrom: ExtraRow | null = null;
  for (const extra of extras) {
    state.recalled ||= extra.revoke === 1;
    state.deleted ||= extra.mutual_deleted === 1;
    if (extra.read_count !== null) state.readCount = Math.max(state.readCount ?? 0, extra.read_count);
    if (extra.revoker !== null && ranksHigher(extra, revokerFrom, 'revoker_version', 'revoker'))
      revokerFrom = extra;
    if (extra.edit !== null && ranksHigher(extra, editFrom, 'edit_version', 'edit')) editFrom = extra;
  }
  if (state.recalled && revokerFrom) {
    state.revoker = revokerFrom.revoker;
    state.revokerRole = revokerFrom.revoker_role;
  }
  const edit: unknown = editFrom?.edit ? JSON.parse(editFrom.edit) : null;
  state.edit = isObject(edit) ? edit : null;
  return state;
}

function ranksHigher(
  a: ExtraRow,
  b: ExtraRow | null,
  version: 'revoker_version' | 'edit_version',
  text: 'revoker' | 'edit',
): boolean {
  if (!b) return true;
  if (a[version] !== b[version]) return a[version] > b[version];
  return (a[text] ?? '') > (b[text] ?? '');
}

/** Types that occupy a seq but are never a line of their own: commands, recall notices, signals of a call. */
export function isHiddenType(type: number): boolean {
  return type === PayloadType.cmd || type === PayloadType.revokeNotice || type === CALL_SIGNAL;
}

/** What search looks at. What burns is never indexed, not while it is open either. */
export const indexedText = (content: MessageContent, flame: number | null): string | null =>
  flame === null ? searchableText(content) : null;

/** Column `shared_kind`. What burns is collected nowhere, not while it is open either. */
export function sharedNumber(content: MessageContent, flame: number | null): number {
  const kind = flame === null ? sharedKindOf(content) : null;
  return kind === null ? 0 : SHARED_NUMBER[kind];
}

export function deriveRow(facts: MessageFacts, state: GroupState, copy: boolean, meUid: string): MessageRow {
  const deleted = facts.deleted === 1 || state.deleted;
  const shown = !deleted && facts.hidden === 0 && !copy;
  const base: MessageRow = {
    message_id: facts.message_id,
    channel_no: facts.channel_no,
    seq: facts.seq,
    client_msg_no: facts.client_msg_no,
    from_uid: facts.from_uid,
    timestamp: facts.timestamp,
    expires_at: facts.expires_at,
    setting: facts.setting,
    type: facts.type,
    flame: state.edit ? strictestFlame(facts.flame, flameOf(state.edit)) : facts.flame,
    album: facts.album,
    voice_played: facts.voice_played,
    stream: facts.stream,
    stream_seq: facts.stream_seq,
    deleted: Number(deleted),
    hidden: facts.hidden,
    copy: Number(copy),
    shown: Number(shown),
    recalled: Number(state.recalled),
    revoker: state.revoker,
    revoker_role: state.revokerRole,
    payload: null,
    search_text: null,
    quote_message_id: null,
    shared_kind: 0,
    edited: 0,
    counts: 0,
    mention: 0,
    read_count: state.readCount,
  };
  if (state.recalled || !shown) return eraseContent(base);
  const others = facts.from_uid !== meUid;
  base.counts = Number(others);
  // TSDD lets any member edit any message (tsdd-api.md 11): nobody puts words into the system's mouth.
  const edit = isSystemUid(facts.from_uid) ? null : state.edit;
  base.edited = Number(edit !== null);
  if (!facts.payload) return base;
  const effective = edit ? applyEdit(facts.payload, edit) : facts.payload;
  // Nothing that is derived here depends on the kind of channel.
  const parsed = parsePayload(effective, { fromUid: facts.from_uid, channelType: 0 });
  base.payload = JSON.stringify(effective);
  // What grows is indexed when it is complete.
  const grows = facts.stream === StreamState.growing && edit === null;
  base.search_text = grows ? null : indexedText(parsed.content, base.flame);
  base.quote_message_id = parsed.reply?.messageId ?? null;
  base.shared_kind = sharedNumber(parsed.content, base.flame);
  if (others && parsed.content.kind === 'text') {
    const { mention } = parsed.content;
    base.mention = Number(mention.all || mention.uids.includes(meUid));
  }
  return base;
}
