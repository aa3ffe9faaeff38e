/** "Is typing", told to the server now and then. */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { CoreContext } from './core-context.ts';

/** Peers show "is typing" for some seconds; more often than this is noise. */
const TYPING_INTERVAL_MS = 3_000;

/** Returns what tells that the user is typing in a channel; says nothing while offline. */
export function typingReports({ api, connectionState, log }: CoreContext): (channel: ChannelRef) => void {
  const sentAt = new Map<string, number>();
  return (channel) => {
    const key = channelKey(channel);
    const now = Date.now();
    // (Either way: the clock may have been set back.)
    if (Math.abs(now - (sentAt.get(key) ?? 0)) < TYPING_INTERVAL_MS) return;
    if (connectionState().state !== 'online') return;
    sentAt.set(key, now);
    api.typing(channel).catch((error: unknown) => log('debug', `typing: ${reasonOf(error)}`));
  };
}
