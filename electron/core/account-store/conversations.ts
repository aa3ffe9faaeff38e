/** `store.conversations`. */
import type { StoreContext } from '../store/context.ts';
import type { Parts } from './parts.ts';
import type { Conversations } from './store-api.ts';

/** Conversations with a row newer than this are kept although a complete list lacks them. */
const LIST_RACE_SECONDS = 60;

export function createConversations(
  ctx: StoreContext,
  {
    autoDelete,
    channels,
    conversations,
    conversationViews,
    ingest,
    media,
    outbox,
    reactions,
    reads,
    reminders,
  }: Parts,
): Conversations {
  /** Files, and the news of reactions, go with its row in the list. */
  const left = (channelNo: number): void => {
    media.forgetChannel(channelNo);
    reactions.saw(channelNo, null);
  };
  return {
    apply(list, complete) {
      const newerThan = Math.floor(ctx.serverNow() / 1000) - LIST_RACE_SECONDS;
      ctx.write(() => {
        const kept = new Set<number>();
        for (const conversation of list) {
          kept.add(channels.no(conversation.channel));
          const recents = conversation.recents.map((message) => ({
            ...message,
            channel: conversation.channel,
          }));
          // First, because they tell whether the channel started anew.
          if (recents.length > 0) ingest.messages(recents, 'conversation');
          const cleared = conversations.apply(conversation);
          if (cleared > 0) ingest.clearUpTo(conversation.channel, cleared);
        }
        if (!complete) return;
        for (const channelNo of conversations.unlistOthers(kept, newerThan)) left(channelNo);
      });
    },
    list: () => conversationViews.list(),
    get: (channel) => conversationViews.view(channel),
    markRead: (channel, seq) => ctx.write(() => conversations.markRead(channel, seq)),
    markReadHere: (channel, seq) => reads.mark(channel, seq),
    setMarkedUnread: (channel, on) => ctx.write(() => conversations.setMarkedUnread(channel, on)),
    setPlace: (channel, place) => ctx.write(() => conversations.setPlace(channel, place)),
    clearHistory: (channel, seq) =>
      ctx.write(() => {
        conversations.setPlace(channel, null);
        conversations.setOffset(channel, seq);
        conversations.markRead(channel, seq);
        ingest.clearUpTo(channel, seq);
      }),
    hide: (channel) =>
      ctx.write(() => {
        conversations.hide(channel);
        const channelNo = channels.find(channel);
        if (channelNo !== null) left(channelNo);
      }),
    setFlags(channel, flags) {
      ctx.write(() => {
        if (!channels.setSettings(channel, flags)) return;
        ctx.changes.conversation(channel);
        ctx.changes.channelInfo(channel);
      });
    },
    setNotice: (channel, change) => ctx.write(() => void outbox.notices.set(channel, change)),
    flame(channel) {
      const { flame, flameSeconds } = channels.settings(channel);
      return flame ? flameSeconds : null;
    },
    autoDelete: (channel) => autoDelete.of(channel),
    setAutoDelete: (channel, seconds, askedAt) =>
      ctx.write(() => autoDelete.answered(channel, seconds, askedAt)),
    setAutoDeleteOffered: (offered) =>
      ctx.write(() => {
        if (autoDelete.isOffered() === offered) return;
        autoDelete.setOffered(offered);
        for (const { channel } of conversationViews.list()) ctx.changes.channelInfo(channel);
      }),
    setFlameBeforeSend: (channel, flameSeconds) =>
      ctx.write(() => {
        outbox.sends.setUnknownFlame(channel, flameSeconds);
        if (!channels.setSettings(channel, { flame: true, flameSeconds })) return;
        ctx.changes.conversation(channel);
        ctx.changes.channelInfo(channel);
      }),
    applyReminders: (list) => ctx.write(() => reminders.apply(list)),
    unreadInvitations: (channel, limit) => reminders.unreadInvitations(channel, limit),
    lastMessageSeqs: () => conversations.lastMessageSeqs(),
    badge: () => conversationViews.badge(),
  };
}
