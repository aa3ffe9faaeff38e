/** A change of a group at the server, and what has to be read again after it. */
import { cleanName } from '../../../shared/display-name.ts';
import { type ChannelRef, ChannelType, type MemberView } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Store } from '../account-store/store-api.ts';
import type { GroupRecord } from '../store/server-records.ts';
import type { CoreContext } from './core-context.ts';
import type { Patience } from './patience.ts';

export function groupNoOf(channel: ChannelRef): string {
  if (channel.channelType === ChannelType.group) return channel.channelId;
  throw new CodedError('badArgument', 'this channel is not a group', 'channel');
}

/** A group that tells nothing, or only that I left, is over for me. */
const isOver = (group: GroupRecord | null): boolean =>
  group === null || group.quit === true || group.disbanded;

/** Changes of a group, and what has to be read again after them. */
export function groupChanges(context: CoreContext, patience: Patience) {
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
    isDone?: (groupNo: string) => Promise<boolean>,
  ): Promise<string> {
    const groupNo = groupNoOf(channel);
    await patience.inTurn(groupNo, () =>
      patience.repeat(() => ask(groupNo), isDone && (() => isDone(groupNo))),
    );
    sync.directory.told(channel);
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
    sync.directory.told(channel);
    if (before.group) store.people.putGroups([{ ...before.group, ...outcome }]);
  }

  /** Those of `uids` that are members by the server's word. */
  async function membersNow(groupNo: string, uids: readonly string[]): Promise<MemberView[]> {
    await sync.directory.refreshMembers(groupNo);
    return store.people.membersOf(groupNo, uids);
  }

  return { refresh, change, end, membersNow };
}

/** Without what cannot be seen. Nothing left is a bad argument. */
export function readableName(name: string): string {
  const clean = cleanName(name);
  if (clean === '') throw new CodedError('badArgument', 'this name holds nothing that can be seen', 'name');
  return clean;
}

/** How many of `uids` are not members now: TSDD drops those who are no friends without a word (tsdd-api.md 3.2). */
export function droppedOf(store: Store, groupNo: string, uids: readonly string[]): number {
  if (store.people.members(groupNo).length === 0) return 0;
  return new Set(uids).size - store.people.membersOf(groupNo, uids).length;
}
