/** `store.people`. */
import { ChannelType } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import type { Parts } from './parts.ts';
import type { People } from './store-api.ts';

export function createPeople(ctx: StoreContext, { people, channelInfo }: Parts): People {
  return {
    putUsers: (users) => ctx.write(() => people.putUsers(users)),
    setOnline: (uid, online, atSeconds, device) =>
      ctx.write(() => people.setOnline(uid, online, atSeconds, device)),
    setOwnName: (name) => ctx.write(() => people.setOwnName(name)),
    closeGroup: (groupNo, how) => ctx.write(() => people.closeGroup(groupNo, how)),
    putGroups: (groups) => ctx.write(() => people.putGroups(groups)),
    putMembers: (groupNo, list) => ctx.write(() => people.putMembers(groupNo, list)),
    memberVersion: (groupNo) => people.memberVersion(groupNo),
    members: (groupNo) => people.memberList.first(groupNo),
    memberPage: (groupNo, query) => people.memberList.page(groupNo, query),
    membersOf: (groupNo, uids) => people.memberList.some(groupNo, uids),
    blacklist: (groupNo) => people.memberList.blacklist(groupNo),
    formerMembers: (groupNo, uids) =>
      [...new Set(uids)].filter((uid) => people.member(groupNo, uid)?.deleted === 1),
    channelInfo,
    groups: () =>
      people.groupNos().map((groupNo) => channelInfo({ channelId: groupNo, channelType: ChannelType.group })),
    contacts: () => people.contacts(),
    commonGroups: (uid) =>
      people.commonGroupNos(uid).map((groupNo) => {
        const channel = { channelId: groupNo, channelType: ChannelType.group };
        return { channel, name: people.channelName(channel) };
      }),
    publicName: (channel, uid) => people.publicName(channel, uid),
    userName: (uid) => people.userName(uid),
  };
}
