/** Calls of core channels on their way to the account worker, with what only the main thread knows for them. */
import type { CoreContract } from '../../../shared/ipc/contract/contract.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import type { Failure } from '../../../shared/ipc/result.ts';
import type { Presence } from '../windows/presence.ts';
import type { IpcOptions } from './ipc.ts';

export interface CoreCallOptions {
  session: Pick<AccountSession, 'request' | 'setAnnounced'>;
  /** Which messages of an account notifications on screen show or count. */
  notifications: { announced: (account?: string | null) => { channel: ChannelRef; messageKey: string }[] };
  presence: Pick<Presence, 'isAway'>;
  /** Whether this page's word on deltas counts; default: every page's. */
  paces?: (page: number) => boolean;
  /** The main page began: the worker knows of no open chat any more. */
  onBegan?: () => void;
  /** Somebody wants the connection to be tried now: proxies are looked up anew. */
  onRetry?: () => void;
}

const NOBODY_READS: Failure = { ok: false, code: 'refused', message: 'the screen is locked' };

export function coreCalls({
  session,
  notifications,
  presence,
  onRetry,
  paces = () => true,
  onBegan,
}: CoreCallOptions): IpcOptions['core'] {
  /** What the worker must have been told before it answers a channel. */
  const beforehand: { [K in keyof CoreContract]?: (account?: string | null) => void } = {
    // Notifications are a place where recalled words could be left, and a worker cannot see them.
    'connection.retry': () => onRetry?.(),
    'recall.leakCheck': (account) => session.setAnnounced(notifications.announced(account), account),
  };
  return async (channel, args, account, page) => {
    // The page knows it too, a moment later.
    if (channel === 'conversations.markRead' && presence.isAway) return NOBODY_READS;
    if (channel === 'core.deltasTaken' && page !== undefined && !paces(page))
      return { ok: true, value: null };
    beforehand[channel]?.(account);
    const answer = session.request(channel, args, account);
    if (channel === 'core.bootstrap') onBegan?.();
    return answer;
  };
}
