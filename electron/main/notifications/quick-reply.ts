/**
 * A reply that was typed into a notification (macOS, Windows). It goes out as any message does, by the outbox; what
 * does not go out at once is said. What cannot even be put there, and a reply to what was taken back meanwhile, is kept
 * as the chat's draft: words are never lost.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import { checkArguments } from '../../../shared/ipc/check-arguments.ts';
import type { Args, CoreContract } from '../../../shared/ipc/contract/contract.ts';
import { ReplyFate } from '../../../shared/ipc/contract/messages.ts';
import type { Result } from '../../../shared/ipc/result.ts';

/** What there is to be said. `keptGone`: as a draft, because what it answered was taken back. */
export type ReplyTrouble = 'kept' | 'keptGone' | 'lost' | 'failed' | 'waiting';

export interface QuickReplyOptions {
  /** `AccountSession.request`: takes checked arguments. */
  request: (channel: keyof CoreContract, args: unknown) => Promise<Result<unknown>>;
  /** The screen is locked: whoever types there is not known, so nothing counts as read. */
  isAway: () => boolean;
  onTrouble: (channel: ChannelRef, trouble: ReplyTrouble) => void;
}

/** What was answered: the messages that a notification told of (`keys` empty: of more than are named). */
export interface Answered {
  channel: ChannelRef;
  keys: readonly string[];
  messageSeq: number;
}

export async function sendQuickReply(
  { request, isAway, onTrouble }: QuickReplyOptions,
  { channel, keys, messageSeq }: Answered,
  text: string,
): Promise<void> {
  const words = text.trim();
  if (words === '') return;
  const ask = async <K extends keyof CoreContract>(name: K, args: Args<K>): Promise<Result<unknown>> => {
    const checked = checkArguments(name, args);
    return checked.ok ? request(name, checked.args) : checked;
  };
  const readSeq = isAway() ? 0 : Math.max(0, messageSeq);
  const answer = await ask('messages.reply', { channel, keys: [...keys], text: words, readSeq });
  const fate = answer.ok ? ReplyFate.parse(answer.value) : null;
  if (fate === 'sent') return;
  if (fate === 'failed' || fate === 'waiting') return onTrouble(channel, fate);
  const kept = (await ask('drafts.append', { channel, text: words })).ok;
  onTrouble(channel, kept ? (fate === 'gone' ? 'keptGone' : 'kept') : 'lost');
}
