/** Groups. The server decides who may do what; its text comes back as `refused`. */
import { cleanName, shownName } from '../../../shared/display-name.ts';
import { type ChannelRef, ChannelType, type MemberView, Role } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract } from '../../../shared/ipc/contract/groups.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { GroupRecord } from '../store/server-records.ts';
import type { CoreContext } from './core-context.ts';
import type { Patience } from './patience.ts';

function groupNoOf(channel: ChannelRef): string {
  if (channel.channelType === ChannelType.group) return channel.channelId;
  throw new CodedError('badArgument', 'this channel is not a group', 'channel');
}

function readableName(name: string): string {
  const clean = cleanName(name);
  if (clean === '') throw new CodedError('badArgument', 'this name holds nothing that can be seen', 'name');
  return clean;
}

/** A group that tells nothing, or only that I left, is over for me. */
const isOver = (group: GroupRecord | null): boolean =>
  group === null || group.quit === true || group.disbanded;

/** Changes of a group, and what has to be read again after them. */
function groupChanges(context: CoreContext, patience: Patience) {
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

  /**
   * Asks the server for a change and reads again what it touched: the group, or the group and its members. `isDone`
   * looks whether a try that was not answered was taken.
   */
  async function change(
    channel: ChannelRef,
    touched: 'group' | 'members',
    ask: (groupNo: string) => Promise<void>,
    isDone: (groupNo: string) => Promise<boolean>,
  ): Promise<string> {
    const groupNo = groupNoOf(channel);
    await patience.inTurn(groupNo, () =>
      patience.repeat(
        () => ask(groupNo),
        () => isDone(groupNo),
      ),
    );
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
    const before: { group: GroupRecord | null } = { group: null };
    await patience.repeat(
      async () => {
        before.group ??= await api.group(groupNo);
        await ask(groupNo);
      },
      async () => isOver(await api.group(groupNo)),
    );
    if (before.group) store.people.putGroups([{ ...before.group, ...outcome }]);
  }

  /** Those of `uids` that are members by the server's word. */
  async function membersNow(groupNo: string, uids: readonly string[]): Promise<MemberView[]> {
    await sync.directory.refreshMembers(groupNo);
    return store.people.membersOf(groupNo, uids);
  }

  return { refresh, change, end, membersNow };
}

export function groupHandlers(context: CoreContext, patience: Patience): Handlers<typeof groupContract> {
  const { store, api, sync, log } = context;
  const { refresh, change, end, membersNow } = groupChanges(context, patience);

  /** How many of `uids` are not members now: TSDD drops those who are no friends without a word (tsdd-api.md 3.2). */
  function droppedOf(groupNo: string, uids: readonly string[]): number {
    if (store.people.members(groupNo).length === 0) return 0;
    return new Set(uids).size - store.people.membersOf(groupNo, uids).length;
  }

  return {
    'groups.list': () => store.people.groups(),

    async 'groups.create'({ memberUids, name }) {
      const uids = [...new Set(memberUids)];
      const group = await patience.once(
        () => api.createGroup(uids, cleanName(name)),
        // The new group is in the list, if there is one.
        () => sync.resync().catch((error: unknown) => log('info', `list: ${reasonOf(error)}`)),
      );
      store.people.putGroups([group]);
      await refresh(group.groupNo, 'members');
      const channel = { channelId: group.groupNo, channelType: ChannelType.group };
      return { channel, dropped: droppedOf(group.groupNo, uids) };
    },

    async 'groups.update'({ channel, name, notice }) {
      const wanted = Object.entries({ name: name && readableName(name), notice });
      for (const [key, value] of wanted as [key: 'name' | 'notice', value: string | undefined][]) {
        if (value === undefined) continue;
        await change(
          channel,
          'group',
          (groupNo) => api.updateGroup(groupNo, key, value),
          async (groupNo) => (await api.group(groupNo))?.[key] === value,
        );
      }
      return null;
    },

    async 'groups.addMembers'({ channel, uids }) {
      const before = new Set(store.people.membersOf(groupNoOf(channel), uids).map(({ uid }) => uid));
      const groupNo = await change(
        channel,
        'members',
        (no) => api.addMembers(no, uids),
        async (no) => (await membersNow(no, uids)).some(({ uid }) => !before.has(uid)),
      );
      return { dropped: droppedOf(groupNo, uids) };
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

    async 'groups.setForbidden'({ channel, on }) {
      await change(
        channel,
        'group',
        (groupNo) => api.setForbidden(groupNo, on),
        async (groupNo) => (await api.group(groupNo))?.forbidden === on,
      );
      return null;
    },

    async 'groups.invitation'({ inviteNo }) {
      const { inviter, inviter_name: name, remark, items, status } = await api.invitation(inviteNo);
      const people = items.map((item) => ({ uid: item.uid, name: shownName(item.name, item.uid) }));
      return { inviter: shownName(name, inviter), remark, people, done: status === 1 };
    },

    async 'groups.confirmInvitation'({ channel, inviteNo }) {
      await change(
        channel,
        'members',
        (groupNo) => api.confirmInvitation(groupNo, inviteNo),
        async () => (await api.invitation(inviteNo)).status === 1,
      );
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
