/** Burn after reading: opening it, and what must not be done with it. */
import { canBeOpened } from '../../../shared/content/flame.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';

/** Its words may go nowhere, not while it is open either: no copy, quote, forward, edit, selection, no saved file. */
export const burns = (message: MessageView): boolean => message.flame !== null;

/** It is covered, and can be looked at here: not before it was sent, and not what this client cannot show. */
export const canOpen = ({ content, messageId }: MessageView): boolean =>
  messageId !== null && canBeOpened(content);

/** Shows it; it counts down from then on. Resolves once it is open, or could not be opened. */
export async function openFlame({ channel, key }: Pick<MessageView, 'channel' | 'key'>): Promise<void> {
  await attempt(() => call('messages.open', { channel, key }));
}

/** Nobody looks at it any more. */
export function leaveFlame({ channel, key }: Pick<MessageView, 'channel' | 'key'>): void {
  call('messages.leave', { channel, key }).catch(() => {
    // Logged by `call`; leaving the chat ends it, too.
  });
}
