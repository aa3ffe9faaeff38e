/**
 * The recall log of a group, for owner and managers: from the server where it keeps one, else what this computer has
 * seen (docs/recall.md). Who, whose, kind, when; never what it said.
 */
import { shownName } from '../../../shared/display-name.ts';
import { Role } from '../../../shared/domain.ts';
import type { Args, Value } from '../../../shared/ipc/contract/contract.ts';
import type { GroupRecallView } from '../../../shared/ipc/contract/groups.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { CoreContext } from './core-context.ts';

const DAY_SECONDS = 86_400;
const A_PAGE = 50;
/** Before the seq in the id of a row of this computer; servers' ids begin with a digit. */
const LOCAL = 'seq:';

/** By payload type (tsdd-api.md 6.2). */
const KIND: Readonly<Record<number, GroupRecallView['kind']>> = {
  1: 'text',
  2: 'image',
  3: 'image',
  4: 'voice',
  5: 'video',
  8: 'file',
};

type Asked = Args<'groups.recalls'>;
type Log = Value<'groups.recalls'>;

interface Row {
  id: string;
  by: string;
  of: string;
  type: number;
  timestamp: number;
}

/** @throws CodedError `refused` for members; what the server says on pages after its first. */
export async function groupRecalls(context: CoreContext, groupNo: string, asked: Asked): Promise<Log> {
  const { store } = context;
  const role = store.people.channelInfo(asked.channel).myRole;
  if (role !== Role.owner && role !== Role.manager)
    throw new CodedError('refused', 'only owner and managers read who recalled what');
  const since = asked.days === 0 ? 0 : Math.floor(context.serverNowMs() / 1000) - asked.days * DAY_SECONDS;
  if (asked.before.startsWith(LOCAL)) return seenHere(context, groupNo, asked, since);
  try {
    const rows = await context.api.groupRecalls(groupNo, {
      before: asked.before,
      since,
      revoker: asked.byUid,
      limit: A_PAGE,
    });
    return named(
      context,
      groupNo,
      rows.map((row) => ({
        id: row.id,
        by: row.revoker,
        of: row.from_uid,
        type: row.type,
        timestamp: row.at,
      })),
    );
  } catch (error) {
    const none = error instanceof CodedError && ['network', 'notCompatible'].includes(error.code);
    if (none && asked.before === '') return seenHere(context, groupNo, asked, since);
    throw error;
  }
}

function seenHere(context: CoreContext, groupNo: string, asked: Asked, since: number): Log {
  const { before, byUid, channel } = asked;
  const seq = before === '' ? null : Number(before.slice(LOCAL.length));
  if (seq !== null && !Number.isSafeInteger(seq))
    throw new CodedError('badArgument', 'before: no id of this log', 'before');
  const rows = context.store.messages.recallsSeen({ channel, before: seq, since, byUid, limit: A_PAGE });
  const log = named(
    context,
    groupNo,
    rows.map((row) => ({ ...row, id: `${LOCAL}${row.seq}` })),
  );
  return { ...log, local: true };
}

function named({ store }: CoreContext, groupNo: string, rows: readonly Row[]): Log {
  const uids = [...new Set(rows.flatMap((row) => [row.by, row.of]))];
  const names = new Map(
    store.people.membersOf(groupNo, uids).map((member) => [member.uid, member.remark || member.name]),
  );
  const person = (uid: string) => ({
    uid,
    name: names.get(uid) ?? shownName(store.people.userName(uid) ?? '', uid),
  });
  return {
    recalls: rows.map(({ id, by, of, type, timestamp }) => ({
      id,
      by: person(by),
      of: person(of),
      kind: KIND[type] ?? 'other',
      timestamp,
    })),
    more: rows.length === A_PAGE,
  };
}
