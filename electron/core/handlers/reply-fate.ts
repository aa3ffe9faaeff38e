/**
 * A reply that was typed into a notification. It goes out as any message does; nobody has a window in which to see what
 * becomes of it, so that is said.
 */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { ReplyFate } from '../../../shared/ipc/contract/messages.ts';
import { textPayload } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

/** After so long without an answer it is said to wait. */
const PATIENCE_MS = 10_000;

export interface QuickReply {
  channel: ChannelRef;
  /** What was answered; none = more messages than are named. */
  keys: readonly string[];
  text: string;
  /** Up to here the chat counts as read by it; 0 = nothing does. */
  readSeq: number;
}

export async function sendQuickReply(
  context: CoreContext,
  { channel, keys, text, readSeq }: QuickReply,
): Promise<ReplyFate> {
  requireWritable(context);
  const { composer, store } = context;
  if (isGone(store.messages, channel, keys)) return 'gone';
  const nobody = { all: false, uids: [] };
  const sent = await composer.add({ channel, payload: textPayload(text, nobody, null) });
  if (readSeq > 0) {
    context.readHere(channel, readSeq);
    store.conversations.setMarkedUnread(channel, false);
  }
  return fateOf(context, channel, sent);
}

/** None of them says anything any more, or will not when the recall that was asked for is answered. */
function isGone(
  messages: { get: (channel: ChannelRef, key: string) => MessageView | null },
  channel: ChannelRef,
  keys: readonly string[],
): boolean {
  const isTakenBack = (key: string): boolean => {
    const message = messages.get(channel, key);
    return message === null || message.content.kind === 'recalled';
  };
  return keys.length > 0 && keys.every(isTakenBack);
}

function fateOf(context: CoreContext, channel: ChannelRef, key: string): Promise<ReplyFate> {
  const { connectionState, onCommit, store } = context;
  const now = (): ReplyFate | null => {
    const job = store.outbox.sendJob(channel, key);
    if (job === null) return 'sent';
    if (job.state === 'failed') return 'failed';
    return connectionState().state === 'online' ? null : 'waiting';
  };
  const known = now();
  if (known !== null) return Promise.resolve(known);
  const { promise, resolve } = Promise.withResolvers<ReplyFate>();
  const look = (): void => {
    const fate = now();
    if (fate !== null) end(fate);
  };
  const stop = onCommit(look);
  const timer = setTimeout(() => end('waiting'), PATIENCE_MS);
  function end(fate: ReplyFate): void {
    stop();
    clearTimeout(timer);
    resolve(fate);
  }
  return promise;
}
