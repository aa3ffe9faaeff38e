/** Who is in a group, as what, and who may speak there. */
import { cleanName } from '../../../shared/display-name.ts';
import { Role } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract } from '../../../shared/ipc/contract/groups.ts';
import { RefusedError } from '../api/http.ts';
import type { CoreContext } from './core-context.ts';
import { droppedOf, groupChanges, groupNoOf } from './group-changes.ts';
import { groupRecalls } from './group-recalls.ts';
import type { Patience } from './patience.ts';

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

    'groups.recalls': async (asked) => groupRecalls(context, groupNoOf(asked.channel), asked),

    async 'groups.blacklist'({ channel }) {
      const groupNo = groupNoOf(channel);
      await sync.directory.refreshMembers(groupNo);
      return store.people.blacklist(groupNo);
    },

    async 'groups.setNickname'({ channel, name }) {
      const { uid } = context.me();
      // What nobody sees is none.
      const remark = cleanName(name);
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
