/** What a batch of changes means for notifications: withdrawn ones, and messages that may become one. */
import {
  ChannelType,
  channelKey,
  parseChannelKey,
  type ChannelRef,
  type ConversationView,
  type MessageView,
} from '../../../shared/domain.ts';
import type { FromWorker, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { levelOf } from '../../../shared/notify-level.ts';
import { digest } from '../store/tables/messages/payload.ts';

export type Withdrawal = Extract<FromWorker, { kind: 'withdraw' }>;

/** Of messages that are gone, or up to a position that was read or cleared; one for each chat. */
export function withdrawalsOf(
  gone: readonly { channel: ChannelRef; key: string }[],
  read: ReadonlyMap<string, number>,
): Withdrawal[] {
  const goneIn = new Map<string, string[]>();
  for (const { channel, key } of gone) {
    const id = channelKey(channel);
    const keys = goneIn.get(id);
    if (keys) keys.push(key);
    else goneIn.set(id, [key]);
  }
  const withdrawals: Withdrawal[] = [];
  for (const [id, messageKeys] of goneIn)
    withdrawals.push({ kind: 'withdraw', channel: parseChannelKey(id), messageKeys, readSeq: null });
  for (const [id, readSeq] of read)
    withdrawals.push({ kind: 'withdraw', channel: parseChannelKey(id), messageKeys: [], readSeq });
  return withdrawals;
}

/** How a chat is told of. */
export function tellingOf(
  conversation: ConversationView,
): Pick<NotificationCandidate, 'level' | 'pinned' | 'sound'> {
  const { notify, pinned } = conversation;
  return { level: levelOf(conversation), pinned, ...(notify && { sound: notify.sound }) };
}

/** Not own, a system line, recalled or read already. */
export function isCandidate(message: MessageView, conversation: ConversationView | null): boolean {
  if (message.own || !message.fromUid || message.content.kind === 'recalled') return false;
  return conversation !== null && message.messageSeq > conversation.readSeq;
}

/** null: none (`isCandidate`). */
export function candidateOf(
  message: MessageView,
  conversation: ConversationView | null,
  meUid: string,
): NotificationCandidate | null {
  const { content } = message;
  if (!conversation || !isCandidate(message, conversation)) return null;
  return {
    channel: message.channel,
    messageKey: message.key,
    messageSeq: message.messageSeq,
    title: conversation.name,
    sender: message.channel.channelType === ChannelType.person ? '' : message.fromName,
    ...digest(content),
    ...tellingOf(conversation),
    mentionsMe: content.kind === 'text' && (content.mention.all || content.mention.uids.includes(meUid)),
  };
}
