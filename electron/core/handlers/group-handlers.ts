/** Groups. The server decides who may do what; its text comes back as `refused`. */
import { cleanName, shownName } from '../../../shared/display-name.ts';
import { type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract } from '../../../shared/ipc/contract/groups.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { GroupRecord } from '../store/server-records.ts';
import type { CoreContext } from './core-context.ts';

function groupNoOf(channel: ChannelRef): string {
  if (channel.channelType === ChannelType.group) return channel.channelId;
  throw new CodedError('badArgument', 'this channel is not a group', 'channel');
}

function readableName(name: string): string {
  const clean = cleanName(name);
  if (clean === '') throw new CodedError('badArgument', 'this name holds nothing that can be seen', 'name');
  return clean;
}

export function groupHandlers(context: CoreContext): Handlers<typeof groupContract> {
  const { store, api, sync, log } = context;

  /**
   * Reads the group again so that the answer of the call is already visible. A failure here is not the call's failure.
   */
  async function refresh(groupNo: string, what: 'group' | 'members'): Promise<void> {
    const channel = { channelId: groupNo, channelType: ChannelType.group };
    const tasks = [sync.directory.refreshChannel(channel)];
    if (what === 'members') tasks.push(sync.directory.refreshMembers(groupNo));
    for (const result of await Promise.allSettled(tasks)) {
      if (result.status === 'rejected') log('info', `group refresh failed: ${String(result.reason)}`);
    }
  }

  /** Asks the server for a change and reads again what it touched: the group, or the group and its members. */
  async function change(
    channel: ChannelRef,
    touched: 'group' | 'members',
    ask: (groupNo: string) => Promise<void>,
  ): Promise<string> {
    const groupNo = groupNoOf(channel);
    await ask(groupNo);
    await refresh(groupNo, touched);
    return groupNo;
  }

  /** Asks for what ends the group for this account. Written down here: the server may say nothing about it any more. */
  async function end(
    channel: ChannelRef,
    ask: (groupNo: string) => Promise<void>,
    outcome: Partial<GroupRecord>,
  ): Promise<void> {
    const groupNo = groupNoOf(channel);
    const group = await api.group(groupNo);
    await ask(groupNo);
    if (group) store.people.putGroups([{ ...group, ...outcome }]);
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
      const group = await api.createGroup(uids, cleanName(name));
      store.people.putGroups([group]);
      await refresh(group.groupNo, 'members');
      const channel = { channelId: group.groupNo, channelType: ChannelType.group };
      return { channel, dropped: droppedOf(group.groupNo, uids) };
    },

    async 'groups.update'({ channel, name, notice }) {
      await change(channel, 'group', async (groupNo) => {
        if (name !== undefined) await api.updateGroup(groupNo, 'name', readableName(name));
        if (notice !== undefined) await api.updateGroup(groupNo, 'notice', notice);
      });
      return null;
    },

    async 'groups.addMembers'({ channel, uids }) {
      const groupNo = await change(channel, 'members', (no) => api.addMembers(no, uids));
      return { dropped: droppedOf(groupNo, uids) };
    },

    async 'groups.removeMembers'({ channel, uids }) {
      await change(channel, 'members', (groupNo) => api.removeMembers(groupNo, uids));
      return null;
    },

    async 'groups.setManager'({ channel, uid, on }) {
      await change(channel, 'members', (groupNo) => api.setManager(groupNo, uid, on));
      return null;
    },

    async 'groups.setForbidden'({ channel, on }) {
      await change(channel, 'group', (groupNo) => api.setForbidden(groupNo, on));
      return null;
    },

    async 'groups.invitation'({ inviteNo }) {
      const { inviter, inviter_name: name, remark, items, status } = await api.invitation(inviteNo);
      const people = items.map((item) => ({ uid: item.uid, name: shownName(item.name, item.uid) }));
      return { inviter: shownName(name, inviter), remark, people, done: status === 1 };
    },

    async 'groups.confirmInvitation'({ channel, inviteNo }) {
      await change(channel, 'members', (groupNo) => api.confirmInvitation(groupNo, inviteNo));
      return null;
    },

    async 'groups.leave'({ channel }) {
      await end(channel, (groupNo) => api.leaveGroup(groupNo), { quit: true, myRole: null });
      store.conversations.hide(channel);
      return null;
    },

    async 'groups.disband'({ channel }) {
      await end(channel, (groupNo) => api.disbandGroup(groupNo), { disbanded: true });
      return null;
    },
  };
}
