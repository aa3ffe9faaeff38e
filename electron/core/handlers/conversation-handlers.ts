/** The conversation list, channel info and members. */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { conversationContract } from '../../../shared/ipc/contract/conversations.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PersonalSettings } from '../api/people-calls.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

export function conversationHandlers(context: CoreContext): Handlers<typeof conversationContract> {
  const { store, api, sync, log } = context;

  async function setOnServer(channel: ChannelRef, settings: PersonalSettings): Promise<void> {
    requireWritable(context);
    if (channel.channelType === ChannelType.person) await api.setUserSetting(channel.channelId, settings);
    else await api.setGroupSetting(channel.channelId, settings);
  }

  return {
    'conversations.markRead'({ channel, messageSeq }) {
      if (!store.readOnly) context.readHere(channel, messageSeq);
      return null;
    },

    async 'conversations.setPinned'({ channel, on }) {
      await setOnServer(channel, { top: on });
      store.conversations.setFlags(channel, { pinned: on });
      return null;
    },
    async 'conversations.setMuted'({ channel, on }) {
      await setOnServer(channel, { mute: on });
      store.conversations.setFlags(channel, { muted: on });
      return null;
    },
    async 'conversations.setRecallNotes'({ channel, on }) {
      await setOnServer(channel, { revokeRemind: on });
      store.conversations.setFlags(channel, { showRecallNotes: on });
      return null;
    },

    async 'conversations.setFlame'({ channel, on, seconds }) {
      await setOnServer(channel, { flame: on, flameSeconds: seconds });
      store.conversations.setFlags(channel, { flame: on, flameSeconds: seconds });
      return null;
    },

    async 'conversations.hide'({ channel }) {
      requireWritable(context);
      const conversation = store.conversations.get(channel);
      if (!conversation) return null;
      // A conversation younger than a minute cannot be deleted unless its read position was set (tsdd-api.md 4.2).
      await api.clearUnread(channel, 0, conversation.lastMessageSeq);
      await api.deleteConversation(channel);
      store.conversations.hide(channel);
      return null;
    },

    'channels.open'({ channel }) {
      context.openChannels.set(channelKey(channel), channel);
      sync.channelOpened(channel);
      return store.people.channelInfo(channel);
    },
    'channels.close'({ channel }) {
      context.openChannels.delete(channelKey(channel));
      sync.drafts.left(channel);
      store.messages.leaveFlames(channel);
      return null;
    },

    async 'channels.members'({ channel, uids }) {
      if (channel.channelType !== ChannelType.group) return [];
      const groupNo = channel.channelId;
      if (uids) return store.people.membersOf(groupNo, uids);
      const refreshed = sync.directory.refreshMembers(groupNo);
      if (store.people.members(groupNo).length > 0) {
        // Shown at once; what changed follows as a delta.
        refreshed.catch((error: unknown) => log('info', `members: ${reasonOf(error)}`));
      } else {
        await refreshed.catch((error: unknown) => {
          if (!(error instanceof CodedError) || error.code !== 'network') throw error;
        });
      }
      return store.people.members(groupNo);
    },

    'channels.findMembers': ({ channel, search, offset, limit }) =>
      channel.channelType === ChannelType.group
        ? store.people.memberPage(channel.channelId, { search, offset, limit })
        : { members: [], total: 0 },
  };
}
