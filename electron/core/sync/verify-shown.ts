/**
 * Messages deleted on another device while this one was away, further up than what is compared when a channel is
 * opened: a TSDD server tells of them only those who are online. So what somebody looks at in the cache is compared as
 * well, once per connection, a block of seqs at a time.
 */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { createPaced } from './paced.ts';
import type { SyncContext } from './sync-context.ts';
import type { HistoryVerifier } from './verify-history.ts';

const BLOCK = 100;
/**
 * Blocks compared at once; whoever scrolls on gets `1000 / REFILL_MS` a second, and the rest when it is looked at
 * again.
 */
const BURST = 5;
const REFILL_MS = 200;
const MAX_WAITING = 20;

export interface ShownVerifier {
  /** A window got these rows out of the cache. */
  shown: (channel: ChannelRef, messages: readonly MessageView[]) => void;
  /** A connection came up: what was compared before it has to be compared again. */
  connected: () => void;
  close: () => void;
}

export function createShownVerifier(
  { isOnline, log }: SyncContext,
  verifier: HistoryVerifier,
): ShownVerifier {
  const paced = createPaced({ burst: BURST, refillMs: REFILL_MS, maxWaiting: MAX_WAITING });
  /** Blocks asked for since the connection came up. */
  const compared = new Set<string>();

  function compare(channel: ChannelRef, block: number): void {
    const key = `${channelKey(channel)}#${block}`;
    if (compared.has(key) || !isOnline()) return;
    compared.add(key);
    verifier.verifyRange(channel, block * BLOCK + 1, (block + 1) * BLOCK).catch((error: unknown) => {
      compared.delete(key);
      log('info', `verification: ${reasonOf(error)}`);
    });
  }

  return {
    shown(channel, messages) {
      const blocks = new Set(
        messages.filter((m) => m.messageSeq > 0).map((m) => Math.floor((m.messageSeq - 1) / BLOCK)),
      );
      for (const block of blocks) {
        const key = `${channelKey(channel)}#${block}`;
        if (!compared.has(key)) paced.request(key, () => compare(channel, block));
      }
    },
    connected: () => compared.clear(),
    close: () => paced.close(),
  };
}
