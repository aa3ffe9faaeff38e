/**
 * The lock of the app, as a page sees it (docs/app-lock.md). Whether it is locked the main thread says; a page that is
 * told to leave takes everything off the screen at once, has what was typed stored, and is replaced by a new one.
 */
import { create } from 'zustand';
import { Lock } from 'lucide-react';
import type { LockState } from '../../shared/ipc/contract/lock.ts';
import { setLanguage, t } from '../i18n/i18n.ts';
import { showToast } from '../ui/toast.tsx';
import { placeNow } from './account-switch.ts';
import { call } from './bridge.ts';
import { allStored } from './composer/tray-copies.ts';
import { saveAllDrafts } from './composer/composer-store.ts';
import { resetSession, useSession } from './session/session-store.ts';
import { applyAppearance } from './window/appearance.ts';
import { ownChat } from './window/own-window.ts';
import { openSettings } from './window/ui-store.ts';

export const useLockState = create<LockState>(() => ({
  language: 'zh',
  theme: 'system',
  fontSize: 14,
  waitMs: 0,
  usable: true,
  setup: false,
}));

/** The app was found locked. Throws what the shell answers. */
export async function showLock(): Promise<void> {
  const state = await call('lock.state', undefined);
  setLanguage(state.language);
  applyAppearance(state);
  useLockState.setState(state);
  resetSession('locked');
}

/** Nothing of a chat is on the screen from the next frame on; the rest takes a moment. */
export async function leaveForLock(): Promise<void> {
  const { phase } = useSession.getState();
  if (phase === 'locking' || phase === 'locked') return;
  const place = ownChat ? null : placeNow();
  useSession.setState({ phase: 'locking' });
  await Promise.allSettled([saveAllDrafts(), allStored()]);
  // Whatever keeps something when the page goes does it now: later it would not be heard.
  window.dispatchEvent(new Event('pagehide'));
  // (Refused only where no passcode is set any more: then nothing replaces this page.)
  await call('lock.now', { place }).catch(() => resetSession('failed'));
}

/** By key, palette or button. */
export function lockNow(): void {
  if (useSession.getState().shell?.hasPasscode === true) {
    void leaveForLock();
    return;
  }
  showToast({
    icon: Lock,
    text: t('lock.none'),
    action: { label: t('lock.toSettings'), onSelect: () => openSettings('lock') },
  });
}

/** How often a page says that it is used. */
const USED_MS = 10_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** Says now and then that somebody is there. Returns what ends it. */
export function reportUse(): () => void {
  let saidAt = -USED_MS;
  const used = (): void => {
    const now = performance.now();
    if (now - saidAt < USED_MS) return;
    saidAt = now;
    void call('lock.used', undefined).catch(() => undefined);
  };
  for (const sign of SIGNS) window.addEventListener(sign, used, { capture: true, passive: true });
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, used, { capture: true });
  };
}
