/** Who is in a group, as what, and who may speak there. */
import { shownName } from '../../../shared/display-name.ts';
import { Role } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract, GroupRecallView } from '../../../shared/ipc/contract/groups.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { RefusedError } from '../api/http.ts';
import type { CoreContext } from './core-context.ts';
import { droppedOf, groupChanges, groupNoOf, readableName } from './group-changes.ts';
import type { Patience } from './patience.ts';

const DAY_SECONDS = 86_400;
const RECALLS_A_PAGE = 50;
/** By the payload's `type` (tsdd-api.md 6.2). */
const RECALLED_KIND: Readonly<Record<number, GroupRecallView['kind']>> = {
  1: 'text',
  2: 'image',
  3: 'image',
  4: 'voice',
  5: 'video',
  8: 'file',
};

type OfMembers = Pick<
  Handlers<typeof groupContract>,
  | 'groups.addMembers'
  | 'groups.removeMembers'
  | 'groups.setManager'
  | 'groups.transfer'
  | 'groups.mute'
  | 'groups.setBlacklisted'
  | 'groups.recalls'
  | 'groups.blacklist'
  | 'groups.setNickname'
>;

export function memberHandlers(context: CoreContext, patience: Patience): OfMembers {
  const { store, api, sync, log } = context;
  const { change, membersNow } = groupChanges(context, patience);

  /** TSDD's blacklist silences; being removed is a call of its own. */
  async function block(groupNo: string, uid: string): Promise<void> {
    await api.setBlacklisted(groupNo, [uid], true);
    await sync.directory.refreshMembers(groupNo);
    if (store.people.formerMembers(groupNo, [uid]).length === 0) await api.removeMembers(groupNo, [uid]);
  }

  /** For somebody who left, TSDD does it and then says that there is nobody (tsdd-api.md 3.2). */
  async function unblock(groupNo: string, uid: string): Promise<void> {
    try {
      await api.setBlacklisted(groupNo, [uid], false);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await sync.directory.refreshMembers(groupNo);
      if (store.people.blacklist(groupNo).some((member) => member.uid === uid)) throw error;
    }
  }

  /** Who was on TSDD's blacklist when he left stays on WuKongIM's deny list: a member again, he would be silent. */
  async function letSpeak(groupNo: string, uids: readonly string[]): Promise<void> {
    for (const { uid } of store.people.membersOf(groupNo, uids))
      await api.muteMember(groupNo, uid, 0).catch((error: unknown) => {
        // A member who is not in charge adds people as well, and may not do this.
        log('info', `after a former member came back: ${reasonOf(error)}`);
      });
  }

  return {
    async 'groups.addMembers'({ channel, uids }) {
      const before = new Set(store.people.membersOf(groupNoOf(channel), uids).map(({ uid }) => uid));
      const former = store.people.formerMembers(groupNoOf(channel), uids);
      const groupNo = await change(
        channel,
        'members',
        (no) => api.addMembers(no, uids),
        async (no) => (await membersNow(no, uids)).some(({ uid }) => !before.has(uid)),
      );
      await letSpeak(groupNo, former);
      return { dropped: droppedOf(store, groupNo, uids) };
    },

    async 'groups.removeMembers'({ channel, uids }) {
      await change(
        channel,
        'members',
        (groupNo) => api.removeMembers(groupNo, uids),
        async (groupNo) => (await membersNow(groupNo, uids)).length === 0,
      );
      return null;
    },

    async 'groups.setManager'({ channel, uid, on }) {
      await change(
        channel,
        'members',
        (groupNo) => api.setManager(groupNo, uid, on),
        async (groupNo) =>
          (await membersNow(groupNo, [uid])).some(({ role }) => (role === Role.manager) === on),
      );
      return null;
    },

    async 'groups.transfer'({ channel, uid }) {
      await change(
        channel,
        'members',
        (groupNo) => api.transferGroup(groupNo, uid),
        async (groupNo) => (await membersNow(groupNo, [uid])).some(({ role }) => role === Role.owner),
      );
      return null;
    },

    async 'groups.mute'({ channel, uid, minutes }) {
      await change(
        channel,
        'members',
        (groupNo) => api.muteMember(groupNo, uid, minutes),
        async (groupNo) =>
          (await membersNow(groupNo, [uid])).some(({ mutedUntil }) => (mutedUntil === 0) === (minutes === 0)),
      );
      return null;
    },

    async 'groups.setBlacklisted'({ channel, uid, on }) {
      await change(channel, 'members', (groupNo) => (on ? block(groupNo, uid) : unblock(groupNo, uid)));
      return null;
    },

    async 'groups.recalls'({ channel, before, days, byUid }) {
      const groupNo = groupNoOf(channel);
      const since = days === 0 ? 0 : Math.floor(context.serverNowMs() / 1000) - days * DAY_SECONDS;
      let rows;
      try {
        rows = await api.groupRecalls(groupNo, { before, since, revoker: byUid, limit: RECALLS_A_PAGE });
      } catch (error) {
        if (error instanceof CodedError && error.code === 'notCompatible') return null;
        throw error;
      }
      const uids = [...new Set(rows.flatMap((row) => [row.revoker, row.from_uid]))];
      const names = new Map(
        store.people.membersOf(groupNo, uids).map((member) => [member.uid, member.remark || member.name]),
      );
      const person = (uid: string) => ({
        uid,
        name: names.get(uid) ?? shownName(store.people.userName(uid) ?? '', uid),
      });
      return {
        recalls: rows.map((row) => ({
          id: row.id,
          by: person(row.revoker),
          of: person(row.from_uid),
          kind: RECALLED_KIND[row.type] ?? 'other',
          timestamp: row.at,
        })),
        more: rows.length === RECALLS_A_PAGE,
      };
    },

    async 'groups.blacklist'({ channel }) {
      const groupNo = groupNoOf(channel);
      await sync.directory.refreshMembers(groupNo);
      return store.people.blacklist(groupNo);
    },

    async 'groups.setNickname'({ channel, name }) {
      const { uid } = context.me();
      const remark = name === '' ? '' : readableName(name);
      await change(
        channel,
        'members',
        (groupNo) => api.setNickname(groupNo, uid, remark),
        async (groupNo) => (await membersNow(groupNo, [uid])).some((member) => member.remark === remark),
      );
      return null;
    },
  };
}
