/** Groups. The server decides who may do what; its text comes back as `refused`. */
import { type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract } from '../../../shared/ipc/contract/groups.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { CoreContext } from './core-context.ts';

function groupNoOf(channel: ChannelRef): string {
  if (channel.channelType === ChannelType.group) return channel.channelId;
  throw new CodedError('badArgument', 'this channel is not a group', 'channel');
}

export function groupHandlers(context: CoreContext): Handlers<typeof groupContract> {
  const { store, api, sync, log } = context;

  /** Reads the group again so that the answer of the call is already visible. A failure here is not the call's failure. */
  async function refresh(groupNo: string, withMembers: boolean): Promise<void> {
    const channel = { channelId: groupNo, channelType: ChannelType.group };
    const tasks = [sync.directory.refreshChannel(channel)];
    if (withMembers) tasks.push(sync.directory.refreshMembers(groupNo));
    for (const result of await Promise.allSettled(tasks)) {
      if (result.status === 'rejected') log('info', `group refresh failed: ${String(result.reason)}`);
    }
  }

  /** How many of `uids` are not members now: TSDD drops those who are no friends without a word (tsdd-api.md 3.2). */
  function droppedOf(groupNo: string, uids: readonly string[]): number {
    if (store.people.members(groupNo).length === 0) return 0;
    return new Set(uids).size - store.people.membersOf(groupNo, uids).length;
  }

  return {
    'groups.list': () => store.people.groups(),

    async 'groups.create'({ memberUids, name }) {
      const uids = [...new Set(memberUids)];
      const group = await api.createGroup(uids, name.trim());
      store.people.putGroups([group]);
      await refresh(group.groupNo, true);
      const channel = { channelId: group.groupNo, channelType: ChannelType.group };
      return { channel, dropped: droppedOf(group.groupNo, uids) };
    },

    async 'groups.update'({ channel, name, notice }) {
      const groupNo = groupNoOf(channel);
      if (name !== undefined) await api.updateGroup(groupNo, 'name', name.trim());
      if (notice !== undefined) await api.updateGroup(groupNo, 'notice', notice);
      await refresh(groupNo, false);
      return null;
    },

    async 'groups.addMembers'({ channel, uids }) {
      const groupNo = groupNoOf(channel);
      await api.addMembers(groupNo, uids);
      await refresh(groupNo, true);
      return { dropped: droppedOf(groupNo, uids) };
    },

    async 'groups.removeMembers'({ channel, uids }) {
      const groupNo = groupNoOf(channel);
      await api.removeMembers(groupNo, uids);
      await refresh(groupNo, true);
      return null;
    },

    async 'groups.setManager'({ channel, uid, on }) {
      const groupNo = groupNoOf(channel);
      await api.setManager(groupNo, uid, on);
      await refresh(groupNo, true);
      return null;
    },

    async 'groups.setForbidden'({ channel, on }) {
      const groupNo = groupNoOf(channel);
      await api.setForbidden(groupNo, on);
      await refresh(groupNo, false);
      return null;
    },

    async 'groups.leave'({ channel }) {
      const groupNo = groupNoOf(channel);
      const group = await api.group(groupNo);
      await api.leaveGroup(groupNo);
      // Written down here: afterwards the server may refuse to say anything about the group.
      if (group) store.people.putGroups([{ ...group, quit: true, myRole: null }]);
      store.conversations.hide(channel);
      return null;
    },

    async 'groups.disband'({ channel }) {
      const groupNo = groupNoOf(channel);
      const group = await api.group(groupNo);
      await api.disbandGroup(groupNo);
      if (group) store.people.putGroups([{ ...group, disbanded: true }]);
      return null;
    },
  };
}
