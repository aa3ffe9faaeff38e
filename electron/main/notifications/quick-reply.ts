/**
 * A reply that was typed into a notification (macOS, Windows). It goes out as any message does, by the outbox; what
 * cannot even be put there is kept as the chat's draft, and said: words are never lost.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import { checkArguments } from '../../../shared/ipc/check-arguments.ts';
import type { Args, CoreContract } from '../../../shared/ipc/contract/contract.ts';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import { DraftContent as DraftSchema } from '../../../shared/ipc/contract/drafts.ts';
import { MAX_DRAFT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import type { Result } from '../../../shared/ipc/result.ts';

export interface QuickReplyOptions {
  /** `AccountSession.request`: takes checked arguments. */
  request: (channel: keyof CoreContract, args: unknown) => Promise<Result<unknown>>;
  /** The screen is locked: whoever types there is not known, so nothing counts as read. */
  isAway: () => boolean;
  /** The words are in the draft, or nowhere (`kept` false) because another draft is there. */
  onFailed: (channel: ChannelRef, kept: boolean) => void;
}

export async function sendQuickReply(
  { request, isAway, onFailed }: QuickReplyOptions,
  channel: ChannelRef,
  messageSeq: number,
  text: string,
): Promise<void> {
  const words = text.trim();
  if (words === '') return;
  const ask = async <K extends keyof CoreContract>(name: K, args: Args<K>): Promise<Result<unknown>> => {
    const checked = checkArguments(name, args);
    return checked.ok ? request(name, checked.args) : checked;
  };
  const nobody = { all: false, uids: [] };
  const sent = await ask('messages.send', { channel, text: words, mention: nobody, replyToMessageId: null });
  if (sent.ok) {
    if (!isAway() && messageSeq > 0) await ask('conversations.markRead', { channel, messageSeq });
    return;
  }
  const before = await ask('drafts.get', { channel });
  const written = before.ok ? DraftSchema.nullable().safeParse(before.value).data : undefined;
  const draft = withReply(written, words);
  const kept = draft !== null && (await ask('drafts.set', { channel, draft })).ok;
  onFailed(channel, kept);
}

/** Below what is written there already. null: it is not known what that is, or both are too long together. */
function withReply(written: DraftContent | null | undefined, words: string): DraftContent | null {
  if (written === undefined) return null;
  const text = written === null || written.text === '' ? words : `${written.text}\n${words}`;
  if (text.length > MAX_DRAFT_LENGTH) return null;
  return written === null
    ? { text, mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: null }
    : { ...written, text };
}
