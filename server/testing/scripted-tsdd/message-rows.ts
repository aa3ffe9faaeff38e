/** TSDD's message DTO and rows of extra/sync (tsdd-api.md 5.1), with the words it leaves in them. */
import { rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { type Scripted, TsddPanic } from './answers.ts';
import { editOf, type ScriptedExtra } from './state.ts';

function decoded(row: ImMessage): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(row.payload ?? '', 'base64').toString());
    return isObject(value) ? value : { type: 97 };
  } catch {
    return { type: 97 };
  }
}

/** Go's maps are written with their keys sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

const EMPTY = { type: 1, content: '' };

function withoutRecalledQuote({ state, faults }: Scripted, payload: JsonObject): JsonObject {
  const reply = payload['reply'];
  if (!isObject(reply)) return payload;
  const quoted = state.extras.get(String(reply['message_id']));
  if (quoted?.revoke === 1)
    return faults.has('recalled-quotes') ? payload : { ...payload, reply: { ...reply, payload: EMPTY } };
  const edit = quoted ? editOf(quoted) : null;
  return edit === null ? payload : { ...payload, reply: { ...reply, payload: edit } };
}

/** A TSDD that were mended for quotes would be for the copies in merged forwards, too. */
function withoutRecalledCopies({ state, faults }: Scripted, payload: JsonObject): JsonObject {
  const msgs = payload['msgs'];
  if (!Array.isArray(msgs) || faults.has('recalled-quotes')) return payload;
  const isGone = (copy: unknown): copy is JsonObject =>
    isObject(copy) && state.extras.get(String(copy['message_id']))?.revoke === 1;
  return {
    ...payload,
    msgs: msgs.map((copy: unknown) => (isGone(copy) ? { ...copy, payload: EMPTY } : copy)),
  };
}

export interface RowOptions {
  viewer: string;
  /** conversation/sync writes 0. */
  hideVersion?: boolean;
  /** channel/sync looks into `reply` and panics on what is none. */
  readsReplies?: boolean;
}

export function messageRow(scripted: Scripted, row: ImMessage, options: RowOptions): JsonObject {
  const { state, faults } = scripted;
  let payload = decoded(row);
  const visibles = payload['visibles'];
  const reply = payload['reply'];
  const odd =
    (visibles !== undefined && !Array.isArray(visibles)) ||
    (options.readsReplies === true &&
      reply !== undefined &&
      !(isObject(reply) && typeof reply['message_id'] === 'string'));
  if (odd && faults.has('page-panics')) throw new TsddPanic();
  if (options.readsReplies === true || !faults.has('recalled-quotes'))
    payload = withoutRecalledCopies(scripted, withoutRecalledQuote(scripted, payload));
  const extra = state.extras.get(row.message_idstr);
  const version = options.hideVersion === true ? 0 : (extra?.version ?? 0);
  const hidden =
    state.deletedFor.has(`${options.viewer}/${row.message_idstr}`) ||
    extra?.isDeleted === 1 ||
    (Array.isArray(visibles) && visibles.length > 0 && !visibles.includes(options.viewer));
  const blank = extra?.revoke === 1 && !faults.has('recalled-payloads');
  const from = row.from_uid === '____system' ? '' : row.from_uid;
  return {
    header: row.header,
    setting: row.setting,
    message_id: rawInteger(row.message_idstr),
    message_idstr: row.message_idstr,
    message_seq: row.message_seq,
    client_msg_no: row.client_msg_no,
    from_uid: from,
    channel_id: row.channel_id,
    channel_type: row.channel_type,
    ...(row.expire > 0 ? { expire: row.expire } : {}),
    timestamp: row.timestamp,
    payload: blank ? { ...EMPTY, type: payload['type'] } : sorted(payload),
    signal_payload: '',
    is_deleted: hidden ? 1 : 0,
    readed: 0,
    ...(extra?.revoke === 1 ? { revoke: 1, revoker: extra.revoker } : {}),
    extra_version: version,
    ...(extra === undefined ? {} : { message_extra: extraRow(scripted, extra, version) }),
  };
}

export function extraRow({ faults }: Scripted, extra: ScriptedExtra, version = extra.version): JsonObject {
  const edit = editOf(extra);
  return {
    message_id: rawInteger(extra.messageId),
    message_id_str: extra.messageId,
    ...(extra.revoke === 1 ? { revoke: 1, revoker: extra.revoker } : {}),
    ...(extra.isDeleted === 1 ? { is_mutual_deleted: 1 } : {}),
    ...(extra.isPinned === 1 ? { is_pinned: 1 } : {}),
    ...(edit !== null && (extra.revoke === 0 || faults.has('recalled-payloads'))
      ? { content_edit: sorted(edit), edited_at: extra.editedAt }
      : {}),
    extra_version: version,
  };
}
