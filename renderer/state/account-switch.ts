/** From one account to another, and back to where somebody was. */
import type { ChannelRef } from '../../shared/domain.ts';
import type { Arrival, Place } from '../../shared/ipc/contract/accounts.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import { call } from './bridge.ts';
import { allStored } from './composer/tray-copies.ts';
import { saveAllDrafts } from './composer/composer-store.ts';
import { attempt } from './errors.ts';
import { accountsOf } from './session/accounts.ts';
import { showSessionEnd } from './session-end.ts';
import { useSession } from './session/session-store.ts';
import { requestSignIn } from './window/sign-in-request.ts';
import { jumpTo, openChannel, setInfoOpen, useUi } from './window/ui-store.ts';

/** A place in another account. */
export interface AccountTarget {
  channel: ChannelRef;
  messageSeq: number | null;
}

/**
 * Puts another account of the rail on the screen, with a page of its own; `target` is opened there. One whose session
 * has ended gets its sign-in form, filled.
 */
export async function switchAccount(id: string, target: AccountTarget | null = null): Promise<void> {
  const { shell } = useSession.getState();
  if (shell?.account?.id === id) return;
  const entry = accountsOf(shell).find((account) => account.id === id);
  await attempt(async () => {
    // What was typed is with the core before this page is gone; what cannot be stored keeps it here.
    const ready = useSession.getState().phase === 'ready';
    if (ready && !(await Promise.all([saveAllDrafts(), allStored()])).every(Boolean))
      throw new CodedError('readOnly', 'a draft is not saved');
    // Whatever keeps something when the page goes does it now, ahead of the switch: later it might not be heard.
    window.dispatchEvent(new Event('pagehide'));
    try {
      await call('accounts.switch', { id, place: placeNow(), target });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'unauthorized' || !entry) throw error;
      requestSignIn(entry);
    }
  });
}

/** The nth account of the rail, from 1. */
export function switchToNth(n: number): void {
  const account = accountsOf(useSession.getState().shell)[n - 1];
  if (account) void switchAccount(account.id);
}

/** Where somebody is now, for the way back; null = nowhere. */
export function placeNow(): Place | null {
  if (useSession.getState().phase !== 'ready') return null;
  const { activeChannel: channel, infoOpen } = useUi.getState();
  if (!channel) return null;
  // (Where in it, the chat's own place says.)
  return { channel, infoOpen };
}

/** What the page of this account before left behind, or what it is to show. */
export function arriveAt({ place, target, ended }: Arrival): void {
  if (place) {
    setInfoOpen(place.infoOpen);
    openChannel(place.channel, { focusComposer: true });
  }
  if (target) openAt(target);
  if (ended !== null) showSessionEnd({ session: ended });
}

function openAt({ channel, messageSeq }: AccountTarget): void {
  if (messageSeq === null) openChannel(channel, { focusComposer: true });
  else jumpTo(channel, messageSeq);
}
