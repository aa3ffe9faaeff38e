import { useEffect } from 'react';
import { channelKey, type ChannelRef } from '../shared/domain.ts';
import { ConversationPane } from './panes/conversation-pane.tsx';
import { ClearHistoryDialog } from './features/conversations/clear-history-dialog.tsx';
import { NoChat } from './features/conversations/no-chat.tsx';
import { ConnectionBanner } from './features/banner/connection-banner.tsx';
import { AskedDialog } from './features/links/asked-dialog.tsx';
import { AccountRail } from './features/rail/account-rail.tsx';
import { AccountTagDialog } from './features/rail/account-tag-dialog.tsx';
import { Rail } from './features/rail/rail.tsx';
import { SignOutDialog } from './features/rail/sign-out-dialog.tsx';
import { ProxySignIn } from './features/settings/proxy-sign-in-dialog.tsx';
import { RestartDialog } from './features/updates/restart-dialog.tsx';
import { UpdateLine } from './features/updates/update-line.tsx';
import './features/recall/refusal-notice.ts';
import { StartFailed } from './features/login/start-failed.tsx';
import {
  AddFriendDialog,
  ChatNoticeCard,
  ContactsPage,
  ExportDialog,
  FavouritesPane,
  InfoColumn,
  JoinDialog,
  LockScreen,
  LoginScreen,
  MessagePane,
  NetworkDialog,
  NewGroupDialog,
  Palette,
  ProfileCard,
  SettingsScreen,
  useEarlyLoading,
} from './late-parts.tsx';
import { useT } from './i18n/i18n.ts';
import { reportUse } from './state/lock.ts';
import { useAccounts } from './state/session/accounts.ts';
import { type Phase, useSession } from './state/session/session-store.ts';
import { useSmallWindow } from './state/window/media-query.ts';
import { endSignInRequest, useSignInRequest } from './state/window/sign-in-request.ts';
import { useAccountKeys, useShortcuts } from './state/window/use-shortcuts.ts';
import { useUi } from './state/window/ui-store.ts';
import { closeOwnWindow, ownChat } from './state/window/own-window.ts';
import { useChatTitle, useWindowTitle } from './state/window/window-title.ts';
import { focusEntry } from './ui/kept-focus.ts';
import { LiveRegion } from './ui/live-region.tsx';
import { MainRegion } from './ui/main-region.tsx';
import { ToastHost } from './ui/toast.tsx';
import css from './app.module.css';

/** Decides which screen is shown, from the state of shell, account and connection. */
export function App() {
  const phase = useSession((state) => state.phase);
  const expired = useSession((state) => state.connection.state === 'sessionExpired');
  const networkAsked = useUi((state) => state.dialog?.kind === 'network');
  useWindowTitle();
  useEarlyLoading(phase === 'ready', phase === 'signedOut' || phase === 'locked');
  useUseReports(phase === 'ready' || phase === 'signedOut');
  useFirstFocus(phase === 'ready');
  // Also what stands above every screen says nothing.
  if (phase === 'locking') return null;
  if (phase === 'locked') return <LockScreen />;
  if (ownChat) return <ChatWindow channel={ownChat} phase={phase} expired={expired} />;
  return (
    <>
      <Screen phase={phase} expired={expired} />
      {(phase === 'ready' || phase === 'signedOut') && (
        <AskedDialog signedIn={phase === 'ready' && !expired} />
      )}
      {networkAsked && <NetworkDialog />}
      <ProxySignIn />
      <LiveRegion />
    </>
  );
}

/**
 * Who is signed in already begins in the list, as after signing in: arrows and Enter work at once. In a window that is
 * started out of sight, once somebody comes to it.
 */
function useFirstFocus(listShown: boolean): void {
  useEffect(() => {
    if (!listShown) return undefined;
    let frame = 0;
    const begin = (): void => {
      frame = requestAnimationFrame(() => focusEntry(document.body));
    };
    if (document.hasFocus()) begin();
    else window.addEventListener('focus', begin, { once: true });
    return () => {
      window.removeEventListener('focus', begin);
      cancelAnimationFrame(frame);
    };
  }, [listShown]);
}

/** Where a passcode is set, the shell has to know whether somebody is there. */
function useUseReports(open: boolean): void {
  const hasPasscode = useSession((state) => state.shell?.hasPasscode ?? false);
  useEffect(() => (open && hasPasscode ? reportUse() : undefined), [open, hasPasscode]);
}

/** A chat in a window of its own: nothing of the list, and no way to sign in. */
function ChatWindow({ channel, phase, expired }: { channel: ChannelRef; phase: Phase; expired: boolean }) {
  const isOver = phase === 'signedOut' || expired;
  useEffect(() => {
    if (isOver) closeOwnWindow();
  }, [isOver]);
  if (phase === 'failed') return <StartFailed />;
  if (phase !== 'ready' || isOver) return null;
  return (
    <>
      <ChatAlone channel={channel} />
      <LiveRegion />
    </>
  );
}

function ChatAlone({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const infoOpen = useUi((state) => state.infoOpen);
  useShortcuts();
  useChatTitle(channel);
  return (
    <div className={css['screen']}>
      <MainRegion label={t('chat.main')} className={css['main']}>
        <ConnectionBanner />
        <MessagePane channel={channel} />
      </MainRegion>
      {infoOpen && <InfoColumn channel={channel} />}
      <Dialogs />
      <Profile />
      <Notice />
    </div>
  );
}

function Screen({ phase, expired }: { phase: Phase; expired: boolean }) {
  const asked = useSignInRequest((state) => state.open);
  const others = useAccounts().length > (phase === 'signedOut' ? 0 : 1);
  const t = useT();
  if (phase === 'starting') return null;
  if (phase === 'failed') return <StartFailed />;
  if (phase === 'signedOut' || expired || asked) {
    return (
      <>
        <SignInKeys />
        <div className={css['signIn']}>
          {others && (
            <nav className={css['accounts']} aria-label={t('acct.group')}>
              <AccountRail form={{ back: asked && !expired ? endSignInRequest : null }} />
            </nav>
          )}
          <div className={css['form']}>
            <LoginScreen expired={expired} />
          </div>
        </div>
        <div className={css['update']}>
          <UpdateLine details={false} />
        </div>
        <ToastHost />
      </>
    );
  }
  return <MainScreen />;
}

/** The other accounts are a key press away, also while one is signed in to. */
function SignInKeys() {
  useAccountKeys();
  return null;
}

function MainScreen() {
  const t = useT();
  const route = useUi((state) => state.route);
  useShortcuts();
  return (
    <div className={css['screen']}>
      <a className={css['skip']} href="#messages" onClick={skipToMessages}>
        {t('nav.skip')}
      </a>
      <Rail />
      {route === 'chats' && <Chats />}
      {route === 'contacts' && <ContactsPage />}
      {route === 'favourites' && <FavouritesPane />}
      {route === 'settings' && <SettingsScreen />}
      <Dialogs />
      <Profile />
      <Notice />
    </div>
  );
}

function Chats() {
  const t = useT();
  const channel = useUi((state) => state.activeChannel);
  const infoOpen = useUi((state) => state.infoOpen);
  const small = useSmallWindow();
  return (
    <>
      {!(small && channel) && <ConversationPane />}
      {!(small && !channel) && (
        <MainRegion label={t('chat.main')} className={css['main']}>
          {channel ? <MessagePane channel={channel} /> : <NoChat />}
        </MainRegion>
      )}
      {channel && infoOpen && <InfoColumn channel={channel} />}
    </>
  );
}

function Dialogs() {
  const dialog = useUi((state) => state.dialog);
  switch (dialog?.kind) {
    case 'newGroup':
      return <NewGroupDialog />;
    case 'addFriend':
      return <AddFriendDialog keyword={dialog.keyword ?? ''} />;
    case 'joinGroup':
      return <JoinDialog key={dialog.link} link={dialog.link} message={dialog.message} />;
    case 'clearHistory':
      return <ClearHistoryDialog channel={dialog.channel} />;
    case 'export':
      return <ExportDialog channel={dialog.channel} />;
    case 'signOut':
      return <SignOutDialog account={dialog.account} />;
    case 'accountTag':
      return <AccountTagDialog id={dialog.account} />;
    case 'palette':
      return <Palette />;
    case 'restart':
      return <RestartDialog />;
    default:
      return null;
  }
}

function Profile() {
  const profile = useUi((state) => state.profile);
  return profile && <ProfileCard key={profile.uid} request={profile} />;
}

function Notice() {
  const notice = useUi((state) => state.notice);
  return notice && <ChatNoticeCard key={channelKey(notice.channel)} request={notice} />;
}

function skipToMessages(event: React.MouseEvent): void {
  event.preventDefault();
  const log = document.querySelector<HTMLElement>('#messages [role="log"]');
  (log ?? document.querySelector<HTMLElement>('#messages'))?.focus();
}
