/**
 * Screens and dialogs whose code is loaded when they are first shown (ui/late-part.tsx): the list of chats is drawn
 * before. That of an open chat comes right after it, since a click on the list is what follows.
 */
import { useEffect } from 'react';
import { ownChat } from './state/window/own-window.ts';
import { closeDialog, closeNotice, closeProfile } from './state/window/ui-store.ts';
import { lateLayer, latePart } from './ui/late-part.tsx';
import { ScreenOpening } from './ui/opening.tsx';
import css from './late-parts.module.css';

export const MessagePane = latePart(
  async () => (await import('./panes/message-pane.tsx')).MessagePane,
  <div className={css['opening']} />,
);
export const ContactsPage = latePart(
  async () => (await import('./features/contacts/contacts-page.tsx')).ContactsPage,
  <ScreenOpening />,
);
export const FavouritesPane = latePart(
  async () => (await import('./panes/favourites-pane.tsx')).FavouritesPane,
  <ScreenOpening />,
);
export const SettingsScreen = latePart(
  async () => (await import('./features/settings/settings-screen.tsx')).SettingsScreen,
  <ScreenOpening />,
);
export const InfoColumn = latePart(async () => (await import('./panes/info-column.tsx')).InfoColumn);
export const LoginScreen = latePart(
  async () => (await import('./features/login/login-screen.tsx')).LoginScreen,
);
export const LockScreen = latePart(async () => (await import('./features/lock/lock-screen.tsx')).LockScreen);
export const Palette = lateLayer(
  async () => (await import('./features/palette/palette.tsx')).Palette,
  closeDialog,
);
export const ProfileCard = lateLayer(
  async () => (await import('./features/profile/profile-card.tsx')).ProfileCard,
  closeProfile,
);
export const ChatNoticeCard = lateLayer(
  async () => (await import('./features/notice/chat-notice-card.tsx')).ChatNoticeCard,
  closeNotice,
);
export const NewGroupDialog = lateLayer(
  async () => (await import('./features/groups/new-group-dialog.tsx')).NewGroupDialog,
  closeDialog,
);
export const JoinDialog = lateLayer(
  async () => (await import('./features/groups/join-dialog.tsx')).JoinDialog,
  closeDialog,
);
export const ExportDialog = lateLayer(
  async () => (await import('./features/export/export-dialog.tsx')).ExportDialog,
  closeDialog,
);
export const AddFriendDialog = lateLayer(
  async () => (await import('./features/contacts/add-friend-dialog.tsx')).AddFriendDialog,
  closeDialog,
);
export const NetworkDialog = lateLayer(
  async () => (await import('./features/settings/network-dialog.tsx')).NetworkDialog,
  closeDialog,
);

/** What a key opens, the settings first: whoever presses it types on at once. (The rest is opened by a pointer.) */
const BY_KEYS = ownChat ? [] : [SettingsScreen, NewGroupDialog];

/** One after the other, each when nothing else is to be done. */
async function loadWhenIdle(parts: readonly { preload: () => Promise<void> }[]): Promise<void> {
  for (const part of parts) {
    await new Promise((resolve) => requestIdleCallback(resolve));
    await part.preload().catch(() => undefined);
  }
}

let emoji: Promise<void> | null = null;

/** What is loaded for good when the page is idle: without it the page is whole, but for pictures. */
function bringEmoji(): Promise<void> {
  emoji ??= import('./ui/app-emoji.ts').then((part) => part.bringEmoji()).catch(() => undefined);
  return emoji;
}

/**
 * Once the list is on the screen: what the next click or key shows. `asksWho`: somebody is to sign in or to unlock,
 * and may have emoji in the name.
 */
export function useEarlyLoading(listShown: boolean, asksWho: boolean): void {
  useEffect(() => {
    if (!asksWho) return undefined;
    const idle = requestIdleCallback(() => void bringEmoji());
    return () => cancelIdleCallback(idle);
  }, [asksWho]);
  useEffect(() => {
    if (!listShown) return undefined;
    const idle = requestIdleCallback(() => {
      // Whoever opens them is told if that fails.
      void Promise.allSettled([MessagePane.preload(), InfoColumn.preload()])
        .then(() => Promise.allSettled([Palette.preload(), ProfileCard.preload()]))
        .then(bringEmoji)
        .then(() => loadWhenIdle(BY_KEYS));
    });
    return () => cancelIdleCallback(idle);
  }, [listShown]);
}
