/** `store.reactions`: what people reacted to messages with (docs/reactions.md). */
import type { ReactorView } from '../../../shared/content/reaction.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import type { ServerReaction } from '../store/server-records.ts';
import { keyOf } from '../store/tables/messages/message-row.ts';
import { rowOf, type Parts } from './parts.ts';

/** `apply`, `putOwn`, `ask`, `saw`, `countFrom` and `setSeq` write; everything else reads. */
export interface ReactionsOf {
  /** As the server tells them; of messages that are not there nothing is kept. */
  apply(reactions: readonly ServerReaction[]): void;
  /** What the server has of me, as far as it is known here; '' = nothing. */
  mine(messageId: string): string;
  /** The server took it. */
  putOwn(messageId: string, emoji: string): void;
  /** Wishes it: a job in the outbox, in the place of one that waits. '' takes mine back. */
  ask(channel: ChannelRef, messageId: string, emoji: string): void;
  /** Everybody who reacted to a message that is shown. */
  reactors(channel: ChannelRef, key: string): ReactorView[];
  /** What others reacted with to these own messages (message_seq) was on screen. */
  saw(channel: ChannelRef, messageSeqs: readonly number[]): void;
  /** The first connection of this cache (Unix seconds, server clock); later ones change nothing. */
  countFrom(timestamp: number): void;
  /** Cursor of `reaction/sync`; 0 = never read, or there were none. */
  seq(channel: ChannelRef): number;
  setSeq(channel: ChannelRef, seq: number): void;
}

export function createReactions(ctx: StoreContext, parts: Parts): ReactionsOf {
  const { channels, messages, outbox, reactions, reactionViews, recalls } = parts;

  function changed(messageId: string): void {
    const row = messages.byId(messageId);
    if (row?.shown !== 1) return;
    const channel = channels.ref(row.channel_no);
    ctx.changes.message(channel, keyOf(row));
    if (row.from_uid === ctx.me.uid) ctx.changes.conversation(channel);
  }

  return {
    apply(list) {
      ctx.write(() => {
        for (const reaction of list) if (reactions.put(reaction)) changed(reaction.messageId);
      });
    },
    mine: (messageId) => reactions.by(messageId, ctx.me.uid),
    putOwn(messageId, emoji) {
      ctx.write(() => {
        reactions.putOwn(messageId, ctx.me.uid, emoji);
        changed(messageId);
      });
    },
    ask(channel, messageId, emoji) {
      ctx.write(() => {
        outbox.actions.dropReaction(messageId);
        const { seq = 0 } = messages.byId(messageId) ?? {};
        outbox.actions.add({ kind: 'react', channel, args: { messageId, messageSeq: seq, emoji } });
        // (Whoever asks may not know yet that it is gone.)
        recalls.eraseStale([messageId], null);
        changed(messageId);
      });
    },
    reactors(channel, key) {
      const row = rowOf(parts, channel, key);
      if (row?.shown !== 1 || row.recalled === 1 || outbox.recalls.byKey(channel, key)) return [];
      return reactionViews
        .reactors(row.message_id, channel)
        .map(({ uid, name, emoji }) => ({ uid, name, emoji }));
    },
    saw(channel, messageSeqs) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return;
      ctx.write(() => {
        if (reactions.saw(channelNo, messageSeqs)) ctx.changes.conversation(channel);
      });
    },
    countFrom: (timestamp) => ctx.write(() => reactions.countFrom(timestamp)),
    seq: (channel) => channels.reactionSeq(channel),
    setSeq: (channel, seq) => ctx.write(() => channels.setReactionSeq(channel, seq)),
  };
}
