/** Connects the stores to the bridge: shell state, opening and closing an account, deltas, navigation from outside. */
import type { Beginning, ShellState } from '../../shared/ipc/contract/shell.ts';
import type { AccountOnRail, Arrival } from '../../shared/ipc/contract/accounts.ts';
import type { Bootstrap } from '../../shared/ipc/contract/session.ts';
import { Bell } from 'lucide-react';
import type { ErrorCode } from '../../shared/ipc/result.ts';
import { setLanguage, t } from '../i18n/i18n.ts';
import { showToast } from '../ui/toast.tsx';
import { playTone } from '../ui/tones.ts';
import { requestSignIn } from './window/sign-in-request.ts';
import { leaveWindow, storeLastWords } from './chat-window.ts';
import { ownChat, setChatWindows } from './window/own-window.ts';
import { takeAsked } from './window/asked.ts';
import { applyAppearance } from './window/appearance.ts';
import { arriveAt, switchAccount } from './account-switch.ts';
import { bindAccount, call, codeOf, deltasTaken, onEvent } from './bridge.ts';
import { leaveForLock, showLock } from './lock.ts';
import { setAccounts } from './session/accounts.ts';
import { expireTyping } from './session/session-data.ts';
import { receiveDeltas, resetSession, setBootstrap, setShell, useSession } from './session/session-store.ts';
import { followUpdates } from './updates/update-store.ts';
import {
  focusSearch,
  jumpTo,
  openChannel,
  openDialog,
  openSettings,
  resetUi,
  setRoute,
} from './window/ui-store.ts';

const TYPING_TICK_MS = 1_000;
/** A window that is not shown draws no frames. */
const HIDDEN_FRAME_MS = 250;
/** Why the account's core did not answer at the last try; null = not known. */
let failure: ErrorCode | null = null;
export const startFailure = (): ErrorCode | null => failure;

/** Counts openings, so that the answer of an earlier one is ignored. */
let opening = 0;
/** The account whose data are on their way; null = none. */
let entering: string | null = null;

/** Said by the shell while its first answer, which may be older, was on its way; the accounts where they came last. */
let saidMeanwhile: ShellState | null = null;
let accountsMeanwhile: AccountOnRail[] | null = null;
/** Counts how often the app was opened again. */
let unlocked = 0;

/** Subscribes and asks for the first state. Called once. */
export function startSession(): void {
  onEvent('shell.changed', (shell) => {
    if (isAnswered()) receiveShell(shell);
    else [saidMeanwhile, accountsMeanwhile] = [shell, null];
  });
  onEvent('core.deltas', (deltas) => {
    if (useSession.getState().phase === 'ready') receiveDeltas(deltas);
    afterPaint(deltasTaken);
  });
  onEvent('lock.changed', (now) => {
    if (now === 'leave') void leaveForLock();
    else if (now === 'cancelled')
      // What had been chosen there would be missed.
      showToast({ text: t('lock.cancelled'), action: { label: t('action.ok'), onSelect: () => undefined } });
    else {
      unlocked += 1;
      if (useSession.getState().phase === 'locked') void restartSession();
    }
  });
  onEvent('window.leave', () => void leaveWindow());
  onEvent('app.leaving', (page) => void storeLastWords(page));
  onEvent('accounts.changed', (accounts) => {
    if (isAnswered()) setAccounts(accounts);
    else accountsMeanwhile = accounts;
  });
  onEvent('shell.sound', playTone);
  onEvent('reminders.due', ({ account, channel, messageSeq, title }) => {
    showToast({
      text: t('remind.title', { X: title }),
      icon: Bell,
      stays: true,
      action: {
        label: t('remind.show'),
        onSelect: () => {
          if (isOfAnother(account)) void switchAccount(account, { channel, messageSeq });
          else jumpTo(channel, messageSeq);
        },
      },
    });
  });
  onEvent('shell.navigate', (target) => {
    if (target.to === 'asked') void takeAsked();
    if (target.to === 'channel' && isOfAnother(target.account)) {
      void switchAccount(target.account, target);
      return;
    }
    if (target.to === 'chats' && isOfAnother(target.account)) {
      void switchAccount(target.account);
      return;
    }
    if (useSession.getState().phase !== 'ready') return;
    switch (target.to) {
      case 'channel':
        if (target.messageSeq === null) openChannel(target.channel, { focusComposer: true });
        else jumpTo(target.channel, target.messageSeq);
        break;
      case 'settings':
        openSettings(target.page);
        break;
      case 'chats':
        setRoute('chats');
        break;
      case 'signIn':
        requestSignIn(useSession.getState().shell?.account ?? null);
        break;
      case 'newGroup':
        openDialog({ kind: 'newGroup' });
        break;
      case 'search':
        focusSearch();
        break;
      case 'asked':
        break;
      default:
        target satisfies never;
    }
  });
  window.setInterval(() => {
    const typing = expireTyping(useSession.getState().typing, Date.now());
    if (typing) useSession.setState({ typing });
  }, TYPING_TICK_MS);
  void readShell();
  if (ownChat) return;
  followUpdates();
  void takeAsked();
}

function isAnswered(): boolean {
  const { phase } = useSession.getState();
  return phase !== 'starting' && phase !== 'locked';
}

const isOfAnother = (account: string | undefined): account is string =>
  account !== undefined && account !== useSession.getState().shell?.account?.id;

/**
 * Runs once what was changed is on the screen, so that other tasks come between two batches; in a hidden window a
 * little later.
 */
function afterPaint(run: () => void): void {
  const hidden = window.setTimeout(run, HIDDEN_FRAME_MS);
  requestAnimationFrame(() => {
    window.clearTimeout(hidden);
    window.setTimeout(run);
  });
}

async function readShell(): Promise<void> {
  const before = unlocked;
  try {
    const { shell, account } = ownChat
      ? { shell: await call('shell.state', undefined), account: null }
      : await call('shell.begin', undefined);
    receiveShell(shell, account);
    if (saidMeanwhile) receiveShell(saidMeanwhile);
    if (accountsMeanwhile) setAccounts(accountsMeanwhile);
  } catch (error) {
    failure = codeOf(error);
    const locked =
      failure === 'locked' &&
      (await showLock().then(
        () => true,
        () => false,
      ));
    if (!locked) resetSession('failed');
    // (Opened again while what the lock shows was on its way.)
    else if (unlocked !== before) void restartSession();
  } finally {
    [saidMeanwhile, accountsMeanwhile] = [null, null];
  }
}

/** `begun`: what the account of this shell begins with, if that is known already. */
function receiveShell(shell: ShellState, begun: Beginning['account'] = null): void {
  const before = useSession.getState();
  bindAccount(shell.account?.id ?? null);
  setLanguage(shell.language);
  applyAppearance(shell.settings);
  setShell(shell);
  setChatWindows(shell.chatWindows);
  const known = before.shell?.account?.id ?? null;
  const next = shell.account?.id ?? null;
  if (next === null) {
    if (known !== null || before.phase === 'starting') leaveAccount();
  } else if (next !== known || before.phase === 'starting') void enterAccount(begun);
}

function leaveAccount(): void {
  opening += 1;
  resetUi();
  resetSession('signedOut');
}

/** Somebody has signed in to this account. The shell may have said so before, and what it begins with is on its way. */
export async function enterSignedIn(id: string): Promise<void> {
  if (entering !== id) await enterAccount();
}

/** Loads the open account's data; also after signing in again to the same account. */
export async function enterAccount(begun: Beginning['account'] = null): Promise<void> {
  opening += 1;
  const mine = opening;
  resetUi();
  // Deltas may follow at once: nothing is waited for.
  if (begun !== null) return begin(begun);
  entering = useSession.getState().shell?.account?.id ?? null;
  resetSession('opening');
  try {
    if (ownChat) {
      const snapshot = await call('core.snapshot', undefined);
      if (mine !== opening) return;
      setBootstrap(snapshot);
      openChannel(ownChat, { focusComposer: true });
      return;
    }
    const arrival = call('accounts.arrive', undefined).catch(() => null);
    const bootstrap = await call('core.bootstrap', undefined);
    const at = await arrival;
    if (mine === opening) begin({ bootstrap, arrival: at });
  } catch (error) {
    if (mine !== opening) return;
    failure = codeOf(error);
    resetSession(codeOf(error) === 'signedOut' || codeOf(error) === 'unauthorized' ? 'signedOut' : 'failed');
    if (codeOf(error) === 'unauthorized') showToast({ tone: 'error', text: t('login.expired') });
  } finally {
    if (mine === opening) entering = null;
  }
}

function begin({ bootstrap, arrival }: { bootstrap: Bootstrap; arrival: Arrival | null }): void {
  setBootstrap(bootstrap);
  if (arrival) arriveAt(arrival);
}

/** After a failure, or a lock: asks the shell again and starts over. */
export async function restartSession(): Promise<void> {
  resetSession('starting');
  await readShell();
  if (!ownChat) void takeAsked();
}
