/**
 * State of a message beside its content (`message_extra`). Every fact is merged by a rule that does not depend on
 * the order of arrival: revoke, read and mutual deletion are "once true, always true"; edit and revoker take the
 * highest version (0 = unknown, lowest); the read count only grows. A recall erases the edited text for good. Of an
 * edit of a message that is not cached (it may have been cleared, or have expired) only its version is kept.
 */
import { isObject } from '../../../../../shared/json.ts';
import type { Absent } from './absent.ts';
import type { ServerExtra } from '../../server-records.ts';
import type { StoreContext } from '../../context.ts';
import { knownNames } from './known-names.ts';
import { editWithoutOthersWords } from './payload.ts';

export interface ExtraRow {
  message_id: string;
  channel_no: number;
  version: number;
  revoke: number;
  revoker: string | null;
  revoker_version: number;
  revoker_role: number | null;
  read_count: number | null;
  read: number;
  edit: string | null;
  edit_version: number;
  edited_at: number;
  /** Version of the newest edit whose words were not kept: they are asked for when the message is known. */
  edit_owed: number | null;
  mutual_deleted: number;
  /** Whose message it is, where a source named it; '' = not known. */
  client_msg_no: string;
  from_uid: string;
}

/** Sender and client_msg_no of the message an extra belongs to. */
export interface CopyIdentity {
  clientMsgNo: string;
  fromUid: string;
}

export interface ExtraTable {
  get(messageId: string): ExtraRow | undefined;
  /**
   * Merges what a source says. `changed`: the row is new or different; `recalledNow`: it was not recalled before.
   * `beside.cached`: its message is in the table, or comes in this transaction.
   */
  merge(
    channelNo: number,
    extra: ServerExtra,
    roleOf: (uid: string) => number | null,
    beside: Beside,
  ): MergeResult;
  /** The message is gone, and what an edit made of it goes as well. */
  dropEdit(messageId: string): void;
  /**
   * The same for a channel up to this seq. Extras have no seq: those of messages that are not cached go as well, and
   * history brings along what is still there.
   */
  dropEditsUpTo(channelNo: number, seq: number): void;
  /** Words of edits whose message is not cached, as older versions kept them. Answers whether there were any. */
  dropUnknownEdits(): boolean;
  /** Of these messages: an edit is known of, and its words are not. */
  owing(messageIds: readonly string[]): string[];
  /** Takes words of others out of what an edit made of it, as an older version may have kept them. */
  tidyEdit(messageId: string): boolean;
  /** Extras that name (channel, sender, client_msg_no): of copies of one message. */
  ofCopies(message: { channel_no: number; from_uid: string; client_msg_no: string }): ExtraRow[];
}

/** What is known beside an extra about its message. */
export interface Beside {
  cached: boolean;
  identity?: CopyIdentity | undefined;
}

export interface MergeResult {
  row: ExtraRow;
  changed: boolean;
  recalledNow: boolean;
  /** Another edit took the place of an earlier one. */
  replacedEdit: boolean;
}

/** Nothing is known yet. Its keys are the columns of the table. */
const NEW_ROW: Omit<ExtraRow, 'message_id' | 'channel_no'> = {
  version: 0,
  revoke: 0,
  revoker: null,
  revoker_version: 0,
  revoker_role: null,
  read_count: null,
  read: 0,
  edit: null,
  edit_version: 0,
  edited_at: 0,
  edit_owed: null,
  mutual_deleted: 0,
  client_msg_no: '',
  from_uid: '',
};
/** As if there had been none: what of an erased edit stayed would say which of two later ones wins. */
const NO_EDIT = { edit: null, edit_version: 0, edited_at: 0, edit_owed: null };
const COLUMNS = ['message_id', 'channel_no', ...Object.keys(NEW_ROW)] as (keyof ExtraRow)[];

/** Does (version, text) `a` beat `b`? Text only decides between equals, so that ties do not depend on order. */
function beats(a: readonly [number, number, string], b: readonly [number, number, string]): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  if (a[1] !== b[1]) return a[1] > b[1];
  return a[2] > b[2];
}

export function mergeExtra(
  before: ExtraRow | undefined,
  channelNo: number,
  extra: ServerExtra,
  roleOf: (uid: string) => number | null,
  { cached, identity }: Beside,
): MergeResult {
  const row: ExtraRow = before
    ? { ...before }
    : { message_id: extra.messageId, channel_no: channelNo, ...NEW_ROW };
  if (identity && row.client_msg_no === '') {
    row.client_msg_no = identity.clientMsgNo;
    row.from_uid = identity.fromUid;
  }
  row.version = Math.max(row.version, extra.version);
  if (extra.read) row.read = 1;
  if (extra.mutualDeleted) row.mutual_deleted = 1;
  if (extra.readCount !== null) row.read_count = Math.max(row.read_count ?? 0, extra.readCount);
  if (extra.revoke) {
    row.revoke = 1;
    if (
      extra.revoker !== null &&
      (row.revoker === null ||
        beats([extra.version, 0, extra.revoker], [row.revoker_version, 0, row.revoker]))
    ) {
      row.revoker = extra.revoker;
      row.revoker_version = extra.version;
      row.revoker_role = roleOf(extra.revoker);
    }
  }
  const words = isObject(extra.contentEdit) ? editWithoutOthersWords(extra.contentEdit) : null;
  if (words && !cached) {
    row.edit_owed = Math.max(row.edit_owed ?? 0, extra.version);
  } else if (words) {
    const edit = JSON.stringify(words);
    if (
      row.edit === null ||
      beats([extra.version, extra.editedAt, edit], [row.edit_version, row.edited_at, row.edit])
    ) {
      row.edit = edit;
      row.edit_version = extra.version;
      row.edited_at = extra.editedAt;
    }
  }
  if (cached && row.edit_owed !== null && extra.version >= row.edit_owed) row.edit_owed = null;
  if (row.revoke === 1) row.read_count = null;
  // Also where the message is not cached, so that nothing else would take it away.
  if (row.revoke === 1 || row.mutual_deleted === 1) Object.assign(row, NO_EDIT);
  const changed = !before || COLUMNS.some((column) => before[column] !== row[column]);
  const replacedEdit = typeof before?.edit === 'string' && before.edit !== row.edit;
  return { row, changed, recalledNow: row.revoke === 1 && before?.revoke !== 1, replacedEdit };
}

export function createExtraTable(ctx: StoreContext, absent: Absent): ExtraTable {
  const get = ctx.db.prepare<[string], ExtraRow>('SELECT * FROM message_extra WHERE message_id = ?');
  const put = ctx.db.prepare<[unknown[]]>(
    `INSERT OR REPLACE INTO message_extra (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`,
  );
  const copies = ctx.db.prepare<[string, number, string], ExtraRow>(
    `SELECT * FROM message_extra INDEXED BY message_extra_by_client_no
     WHERE client_msg_no = ? AND client_msg_no <> '' AND channel_no = ? AND from_uid = ?`,
  );
  const DROP = `UPDATE message_extra SET edit = NULL, edit_version = 0, edited_at = 0, edit_owed = NULL
    WHERE (edit IS NOT NULL OR edit_owed IS NOT NULL)`;
  const dropEdit = ctx.db.prepare<[string]>(`${DROP} AND message_id = ?`);
  const dropEdits = ctx.db.prepare<[number, number, number]>(
    `${DROP} AND channel_no = ?
     AND message_id NOT IN (SELECT message_id FROM message WHERE channel_no = ? AND seq > ?)`,
  );
  const dropUnknown = ctx.db.prepare<[]>(
    `UPDATE message_extra SET edit_owed = edit_version, edit = NULL, edit_version = 0, edited_at = 0
     WHERE edit IS NOT NULL AND message_id NOT IN (SELECT message_id FROM message)`,
  );
  const owing = knownNames(ctx.db, 'message_id', 'message_extra x', {
    only: 'AND x.edit_owed IS NOT NULL',
  });
  const setEdit = ctx.db.prepare<[string, string]>('UPDATE message_extra SET edit = ? WHERE message_id = ?');
  return {
    get: (messageId) => (absent.extra(messageId) ? undefined : get.get(messageId)),
    merge(channelNo, extra, roleOf, beside) {
      const before = absent.extra(extra.messageId) ? undefined : get.get(extra.messageId);
      const result = mergeExtra(before, channelNo, extra, roleOf, beside);
      if (result.changed) {
        put.run(COLUMNS.map((column) => result.row[column]));
        absent.extraStored(extra.messageId, result.row.client_msg_no);
      }
      return result;
    },
    dropEdit: (messageId) => void dropEdit.run(messageId),
    dropEditsUpTo: (channelNo, seq) => void dropEdits.run(channelNo, channelNo, seq),
    dropUnknownEdits: () => dropUnknown.run().changes > 0,
    owing: (messageIds) => [...owing(new Set(messageIds))],
    tidyEdit(messageId) {
      const before = get.get(messageId)?.edit;
      const parsed: unknown = before ? JSON.parse(before) : null;
      if (!before || !isObject(parsed)) return false;
      const words = editWithoutOthersWords(parsed);
      const kept = words && JSON.stringify(words);
      if (kept === before) return false;
      if (kept === null) dropEdit.run(messageId);
      else setEdit.run(kept, messageId);
      return true;
    },
    ofCopies(message) {
      if (message.client_msg_no === '' || absent.clientMsgNo(message.client_msg_no)) return [];
      return copies.all(message.client_msg_no, message.channel_no, message.from_uid);
    },
  };
}
