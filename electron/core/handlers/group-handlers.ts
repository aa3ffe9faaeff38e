/** Groups as a whole (their members: member-handlers.ts). The server decides; its refusal comes back as `refused`. */
import { cleanName } from '../../../shared/display-name.ts';
import { ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { groupContract } from '../../../shared/ipc/contract/groups.ts';
import type { GroupRule } from '../api/group-calls.ts';
import type { GroupRecord } from '../store/server-records.ts';
import type { CoreContext } from './core-context.ts';
import { droppedOf, groupChanges, groupNoOf, readableName } from './group-changes.ts';
import type { memberHandlers } from './member-handlers.ts';
import type { Patience } from './patience.ts';
import { uploadedType } from './uploaded-picture.ts';

const RULES: Readonly<Record<'approval' | 'noFriends' | 'past' | 'membersPin', GroupRule>> = {
  approval: 'invite',
  noFriends: 'forbidden_add_friend',
  past: 'allow_view_history_msg',
  membersPin: 'allow_member_pinned_message',
};

type OfTheGroup = Omit<Handlers<typeof groupContract>, keyof ReturnType<typeof memberHandlers>>;

export function groupHandlers(context: CoreContext, patience: Patience): OfTheGroup {
  const { store, api, sync, log } = context;
  const { refresh, change, end } = groupChanges(context, patience);

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
      return { channel, dropped: droppedOf(store, group.groupNo, uids) };
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

    async 'groups.setForbidden'({ channel, on }) {
      await change(
        channel,
        'group',
        (groupNo) => api.setForbidden(groupNo, on),
        async (groupNo) => (await api.group(groupNo))?.forbidden === on,
      );
      return null;
    },

    async 'groups.setAvatar'({ channel, bytes }) {
      const groupNo = groupNoOf(channel);
      const mime = await uploadedType(bytes);
      await patience.inTurn(`picture ${groupNo}`, () =>
        patience.repeat(() => api.uploadAvatar(channel, bytes, mime)),
      );
      context.avatars.changed(channel);
      return null;
    },

    async 'groups.setSaved'({ channel, on }) {
      await change(
        channel,
        'group',
        (groupNo) => api.setGroupSetting(groupNo, { save: on }),
        async (groupNo) => (await api.group(groupNo))?.saved === on,
      );
      return null;
    },

    async 'groups.setRule'({ channel, rule, on }) {
      const isOn = (group: GroupRecord): boolean | undefined =>
        rule === 'approval'
          ? group.inviteOnly
          : rule === 'noFriends'
            ? group.friendsForbidden
            : rule === 'membersPin'
              ? group.membersPin
              : group.pastHidden === false;
      await change(
        channel,
        'group',
        (groupNo) => api.setGroupRule(groupNo, RULES[rule], on),
        async (groupNo) => {
          const group = await api.group(groupNo);
          return group !== null && isOn(group) === on;
        },
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
