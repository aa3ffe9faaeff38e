/**
 * Commands that carry the news themselves (read position, deletion, typing): applied only when they come from the
 * server, which whoever calls these has looked at.
 */
import { shownName } from '../../../../shared/display-name.ts';
import {
  channelKey,
  type ChannelRef,
  ChannelType,
  type ConversationView,
} from '../../../../shared/domain.ts';
import { isObject } from '../../../../shared/json.ts';
import type { SyncContext } from '../sync-context.ts';
import { type Command, type CommandEffect, textOf } from './command.ts';
import { channelOfParams } from './hints.ts';

const isSeq = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** How long "is typing" stays without news; senders repeat it every few seconds. */
const TYPING_MS = 6_000;

/**
 * By the name of the command. `readList` reads the whole conversation list, not faster than allowed, and takes out a
 * channel that is said to be deleted if it is not in it; `lookForCleared` compares the newest row of a channel with the
 * server's.
 */
export function createTellingCommands(
  context: SyncContext,
  readList: (saidToBeDeleted?: ChannelRef) => void,
  lookForCleared: (channel: ChannelRef) => void,
): Readonly<Record<string, CommandEffect>> {
  const { store, me } = context;

  /**
   * Deleted on another device. A command that comes late, or once more, does not hide what was said since; if both are
   * of the same second, the list decides.
   */
  function hideIfOlder(_params: unknown, channel: ChannelRef | null, { timestamp }: Command): void {
    const conversation = channel && store.conversations.get(channel);
    if (!conversation) return;
    if (conversation.timestamp < timestamp) store.conversations.hide(conversation.channel);
    else readList(conversation.channel);
  }

  /** Read on another device, but for the newest `left`. Where something was said since, the list knows which. */
  function readInPart(
    { channel, lastMessageSeq, readSeq, timestamp }: ConversationView,
    left: number,
    saidAt: number,
  ): void {
    const seq = lastMessageSeq - left;
    if (!Number.isSafeInteger(left) || left < 0 || seq <= readSeq) return;
    if (timestamp >= saidAt) readList();
    else store.conversations.markRead(channel, seq);
  }

  return {
    unreadClear(params, channel, { timestamp }) {
      const conversation = channel && store.conversations.get(channel);
      const { unread, message_seq: seq } = params;
      if (!channel || !conversation || typeof unread !== 'number') return;
      // The embedded server says how far (tsdd-api.md 4.2 has no such parameter).
      if (Number.isSafeInteger(unread) && unread >= 0 && typeof seq === 'number' && isSeq(seq)) {
        if (unread === 0) lookForCleared(channel);
        store.conversations.markRead(
          channel,
          unread === 0 ? seq : Math.min(seq, conversation.lastMessageSeq - unread),
        );
        return;
      }
      // What was asked for here, and how far, is known; what came while it was on its way is not read.
      if (context.api.isOwnReadMark(channel, unread)) return;
      if (unread !== 0) {
        readInPart(conversation, unread, timestamp);
        return;
      }
      // Late: what was said since is not read.
      // Clearing the history says the same (tsdd-api.md 4.2, message/offset).
      lookForCleared(channel);
      if (conversation.timestamp > timestamp) readList();
      else store.conversations.markRead(channel, conversation.lastMessageSeq);
    },
    conversationDeleted: hideIfOlder,
    conversationDelete: hideIfOlder,
    messageDeleted(params) {
      const byChannel = new Map<string, { channel: ChannelRef; ids: string[] }>();
      for (const entry of Array.isArray(params['messages']) ? params['messages'].filter(isObject) : []) {
        const channel = channelOfParams(entry);
        const id = textOf(entry['message_id']);
        if (!channel || id === '') continue;
        const group = byChannel.get(channelKey(channel)) ?? { channel, ids: [] };
        group.ids.push(id);
        byChannel.set(channelKey(channel), group);
      }
      for (const { channel, ids } of byChannel.values()) store.messages.deleteForMe(channel, ids);
    },
    typing(params) {
      const uid = textOf(params['from_uid']);
      const claimed = channelOfParams(params);
      if (uid === '' || uid === me.uid || !claimed) return;
      // In a person chat the channel is the one who types, whatever the parameter says.
      const channel =
        claimed.channelType === ChannelType.person
          ? { channelId: uid, channelType: ChannelType.person }
          : claimed;
      if (!store.conversations.get(channel)) return;
      const name = store.people.userName(uid) ?? shownName(textOf(params['from_name']), uid);
      context.push({ kind: 'typing', typing: { channel, uid, name, untilMs: Date.now() + TYPING_MS } });
    },
  };
}
