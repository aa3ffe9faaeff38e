/**
 * State of a message beside its content (`message_extra`). Every fact is merged by a rule that does not depend on
 * the order of arrival: revoke, read and mutual deletion are "once true, always true"; edit and revoker take the
 * highest version (0 = unknown, lowest); the read count only grows. A recall erases the edited text for good.
 */
import type { ServerExtra } from './store-api.ts';
import type { StoreContext } from './context.ts';
import { withoutEmbeddedQuote } from './payload.ts';

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
  mutual_deleted: number;
}

export interface ExtraTable {
  get(messageId: string): ExtraRow | undefined;
  /** Merges what a source says. `changed`: the row is new or different; `recalledNow`: it was not recalled before. */
  merge(channelNo: number, extra: ServerExtra, roleOf: (uid: string) => number | null): MergeResult;
}

export interface MergeResult {
  row: ExtraRow;
  changed: boolean;
  recalledNow: boolean;
}

/** States nothing: spread it and set what is known. */
export const NO_EXTRA: Omit<ServerExtra, 'messageId'> = {
  version: 0,
  revoke: false,
  revoker: null,
  readCount: null,
  read: false,
  contentEdit: null,
  editedAt: 0,
  mutualDeleted: false,
};

const COLUMNS = [
  'message_id',
  'channel_no',
  'version',
  'revoke',
  'revoker',
  'revoker_version',
  'revoker_role',
  'read_count',
  'read',
  'edit',
  'edit_version',
  'edited_at',
  'mutual_deleted',
] as const satisfies readonly (keyof ExtraRow)[];

const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
): MergeResult {
  const row: ExtraRow = before
    ? { ...before }
    : {
        message_id: extra.messageId,
        channel_no: channelNo,
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
        mutual_deleted: 0,
      };
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
  if (isJsonObject(extra.contentEdit)) {
    const edit = JSON.stringify(withoutEmbeddedQuote(extra.contentEdit));
    if (
      row.edit === null ||
      beats([extra.version, extra.editedAt, edit], [row.edit_version, row.edited_at, row.edit])
    ) {
      row.edit = edit;
      row.edit_version = extra.version;
      row.edited_at = extra.editedAt;
    }
  }
  if (row.revoke === 1) {
    row.edit = null;
    row.edit_version = 0;
    row.edited_at = 0;
    row.read_count = null;
  }
  const changed = !before || COLUMNS.some((column) => before[column] !== row[column]);
  return { row, changed, recalledNow: row.revoke === 1 && before?.revoke !== 1 };
}

export function createExtraTable(ctx: StoreContext): ExtraTable {
  const get = ctx.db.prepare<[string], ExtraRow>('SELECT * FROM message_extra WHERE message_id = ?');
  const put = ctx.db.prepare<[ExtraRow]>(
    `INSERT OR REPLACE INTO message_extra (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((c) => `@${c}`).join(', ')})`,
  );
  return {
    get: (messageId) => get.get(messageId),
    merge(channelNo, extra, roleOf) {
      const result = mergeExtra(get.get(extra.messageId), channelNo, extra, roleOf);
      if (result.changed) put.run(result.row);
      return result;
    },
  };
}
