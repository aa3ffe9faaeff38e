/** Putting a new message into the outbox: the same for words, forwards and attachments. */
import { randomUUID } from 'node:crypto';
import { channelKey, type ChannelRef, messageKey } from '../../../shared/domain.ts';
import type { Attachment } from '../store/store-api.ts';
import { settingOf } from '../sync/receipts.ts';
import type { Quoted } from './compose-payload.ts';
import type { CoreContext } from './core-context.ts';

/** Stores the job and returns the message's key. Whoever calls this kicks the outbox afterwards. */
export function enqueue(
  context: CoreContext,
  channel: ChannelRef,
  payload: Record<string, unknown>,
  more: { forwardOf?: string | null; attachment?: Attachment } = {},
): string {
  const { store } = context;
  const clientMsgNo = randomUUID().replaceAll('-', '');
  store.addSend({
    channel,
    clientMsgNo,
    payload,
    timestamp: Math.floor(context.serverNowMs() / 1000),
    setting: settingOf(store, channel),
    forwardOf: more.forwardOf ?? null,
    attachment: more.attachment ?? null,
  });
  return messageKey({ fromUid: context.me().uid, clientMsgNo, messageId: null });
}

/** What a new message quotes; null when that was recalled while it was written: the words are sent without it. */
export function quotedBy(
  { store }: CoreContext,
  channel: ChannelRef,
  replyToMessageId: string | null,
): Quoted | null {
  const quotable = replyToMessageId === null ? null : store.messageById(replyToMessageId);
  if (!quotable || quotable.recall || channelKey(quotable.channel) !== channelKey(channel)) return null;
  const quotedPayload = store.payloadOf(channel, quotable.key);
  return quotedPayload ? { quotable, quotedPayload } : null;
}
