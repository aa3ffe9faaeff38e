/** The conversation list, channel info and members. */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { conversationContract } from '../../../shared/ipc/contract/conversations.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PersonalSettings } from '../api/people-calls.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import type { Patience } from './patience.ts';

type Flags = Parameters<CoreContext['store']['conversations']['setFlags']>[1];

export function conversationHandlers(
  context: CoreContext,
  patience: Patience,
): Handlers<typeof conversationContract> {
  const { store, api, sync, log } = context;

  /** At the server, then here. */
  async function setFlags(channel: ChannelRef, settings: PersonalSettings, flags: Flags): Promise<null> {
    requireWritable(context);
    const { channelId, channelType } = channel;
    const ask = (): Promise<void> =>
      channelType === ChannelType.person
        ? api.setUserSetting(channelId, settings)
        : api.setGroupSetting(channelId, settings);
    await patience.inTurn(channelKey(channel), async () => {
      await patience.repeat(ask);
      sync.directory.told(channel);
      store.conversations.setFlags(channel, flags);
    });
    return null;
  }

  return {
    'conversations.markRead'({ channel, messageSeq }) {
      if (store.readOnly) return null;
      context.readHere(channel, messageSeq);
      store.conversations.setMarkedUnread(channel, false);
      return null;
    },

    'conversations.markUnread'({ channel }) {
      requireWritable(context);
      store.conversations.setMarkedUnread(channel, true);
      return null;
    },

    'conversations.setPlace'({ channel, place }) {
      if (!store.readOnly) store.conversations.setPlace(channel, place);
      return null;
    },

    async 'conversations.clearHistory'({ channel }) {
      requireWritable(context);
      const seq = store.messages.lastSeq(channel);
      if (seq === 0) return null;
      await patience.inTurn(channelKey(channel), async () => {
        await patience.repeat(() => api.clearHistory(channel, seq));
        store.conversations.clearHistory(channel, seq);
      });
      return null;
    },

    'conversations.setPinned': ({ channel, on }) => setFlags(channel, { top: on }, { pinned: on }),
    'conversations.setMuted': ({ channel, on }) => setFlags(channel, { mute: on }, { muted: on }),
    async 'conversations.setNotice'({ channel, level, sound }) {
      requireWritable(context);
      if (level !== undefined) {
        const muted = level !== 'all';
        if (store.people.channelInfo(channel).muted !== muted)
          await setFlags(channel, { mute: muted }, { muted });
        // After it: the chat that is no longer muted has forgotten which of the two it was.
        if (muted) store.conversations.setNotice(channel, { mentions: level === 'mentions' });
      }
      if (sound !== undefined) store.conversations.setNotice(channel, { sound });
      return null;
    },
    'conversations.setRecallNotes': ({ channel, on }) =>
      setFlags(channel, { revokeRemind: on }, { showRecallNotes: on }),
    'conversations.setFlame': ({ channel, on, seconds }) =>
      setFlags(channel, { flame: on, flameSeconds: seconds }, { flame: on, flameSeconds: seconds }),

    async 'conversations.setAutoDelete'({ channel, seconds }) {
      requireWritable(context);
      await patience.inTurn(channelKey(channel), async () => {
        await patience.repeat(
          () => api.setAutoDelete(channel, seconds),
          async () => (await api.endsOf(channel)).autoDelete === seconds,
        );
        store.conversations.setAutoDelete(channel, seconds, Math.floor(context.serverNowMs() / 1000));
      });
      return null;
    },

    async 'conversations.hide'({ channel }) {
      requireWritable(context);
      const conversation = store.conversations.get(channel);
      if (!conversation) return null;
      // A conversation younger than a minute cannot be deleted unless its read position was set (tsdd-api.md 4.2).
      await patience.repeat(() => api.clearUnread(channel, 0, conversation.lastMessageSeq));
      await patience.repeat(() => api.deleteConversation(channel));
      store.conversations.hide(channel);
      return null;
    },

    'channels.open'({ channel }) {
      context.openChannels.set(channelKey(channel), channel);
      if (!store.readOnly) store.conversations.setMarkedUnread(channel, false);
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
