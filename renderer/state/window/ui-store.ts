/** Where the user is: page, open chat, panes, dialogs. Nothing here comes from a server. */
import { create } from 'zustand';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { closeOwnWindow, goToMain, goToWindowOf, isElsewhere, ownChat } from './own-window.ts';
import { isWideWindow } from './media-query.ts';
import { type FocusPlace, focusPlace, placeOfFocus } from './focus-place.ts';
import { FocusReturn } from '../../ui/focus-return.ts';

export type Route = 'chats' | 'contacts' | 'favourites' | 'settings';
export const SETTINGS_PAGES = [
  'general',
  'notifications',
  'appearance',
  'recall',
  'shortcuts',
  'account',
  'lock',
  'network',
  'storage',
  'diagnostics',
  'about',
] as const;
export type SettingsPage = (typeof SETTINGS_PAGES)[number];

/** `shared`: the shared content of the chat. */
export const GROUP_PAGES = [
  'notice',
  'look',
  'nickname',
  'requests',
  'managers',
  'muted',
  'blacklist',
  'recalls',
  'transfer',
  'code',
] as const;
export type GroupPage = (typeof GROUP_PAGES)[number];
export type InfoPage = 'info' | 'shared' | GroupPage;

export type AppDialog =
  | { kind: 'newGroup' }
  /** `keyword` is filled in. */
  | { kind: 'addFriend'; keyword?: string }
  /** `link`: what a code says; `message`: where it stands. */
  | { kind: 'joinGroup'; link: string; message?: { channel: ChannelRef; key: string } }
  | { kind: 'clearHistory'; channel: ChannelRef }
  | { kind: 'export'; channel: ChannelRef }
  /** `account`: default the one on the screen. */
  | { kind: 'signOut'; account?: string }
  | { kind: 'accountTag'; account: string }
  | { kind: 'network' }
  | { kind: 'palette' }
  | { kind: 'restart' };

/** Somebody's card, beside what named them. */
export interface ProfileRequest {
  uid: string;
  /** The group in which they were named. */
  groupNo: string | null;
  /** What a contact card brought along for a friend request, else ''. */
  vercode: string;
  /** The message of that card; null: it was opened elsewhere. */
  card: { channel: ChannelRef; key: string } | null;
  anchor: { x: number; y: number; avoid: DOMRect };
}

/** How a chat is told of, beside what asked for it. */
export interface NoticeRequest {
  channel: ChannelRef;
  anchor: { x: number; y: number; avoid?: DOMRect };
}

/** The calendar of a chat, beside what asked for it. `at`: Unix seconds of what is read there; null = today. */
export interface CalendarRequest {
  channel: ChannelRef;
  at: number | null;
  anchor: { x: number; y: number; avoid?: DOMRect };
}

/** A request to scroll to a message; a new `nonce` repeats it. */
export interface JumpRequest {
  channel: ChannelRef;
  messageSeq: number;
  nonce: number;
}

export interface UiState {
  route: Route;
  settingsPage: SettingsPage;
  activeChannel: ChannelRef | null;
  infoOpen: boolean;
  /** What the info pane shows. */
  infoPage: InfoPage;
  /** Search bar inside the open chat (Ctrl+F). */
  chatSearchOpen: boolean;
  /** The search replaces the list while its text is not empty or it has the focus. */
  searchText: string;
  searchActive: boolean;
  dialog: AppDialog | null;
  profile: ProfileRequest | null;
  notice: NoticeRequest | null;
  calendar: CalendarRequest | null;
  jump: JumpRequest | null;
  /** The row of the list to which somebody goes back; null once it is there. */
  backTo: ChannelRef | null;
  /** Grows with every request to put the focus into the composer. */
  composerFocus: number;
  /** Grows with every request to open a page of the settings: the focus goes to its heading. */
  settingsFocus: number;
  /** Grows with every request to put the focus into the search field; 0 once it is there. */
  searchFocus: number;
}

const initial: UiState = {
  route: 'chats',
  settingsPage: 'general',
  activeChannel: null,
  infoOpen: false,
  infoPage: 'info',
  chatSearchOpen: false,
  searchText: '',
  searchActive: false,
  dialog: null,
  profile: null,
  notice: null,
  calendar: null,
  jump: null,
  backTo: null,
  composerFocus: 0,
  settingsFocus: 0,
  searchFocus: 0,
};

export const useUi = create<UiState>(() => initial);
const set = useUi.setState;

export function resetUi(): void {
  set(initial);
}

/** What had the focus when the composer was asked for last. */
let askedFrom: FocusReturn | null = null;

/** Whether the chat is one of another window, which is shown then; a window of a chat shows no other. */
function leadsElsewhere(channel: ChannelRef | null, messageSeq: number | null): boolean {
  if (channel && isElsewhere(channel)) {
    goToWindowOf(channel, messageSeq);
    return true;
  }
  if (ownChat === null || (channel && channelKey(channel) === channelKey(ownChat))) return false;
  if (channel) goToMain({ to: 'channel', channel, messageSeq });
  else closeOwnWindow();
  return true;
}

/** Opens a chat; `focusComposer` puts the caret there (Enter, click). */
export function openChannel(channel: ChannelRef | null, options: { focusComposer?: boolean } = {}): void {
  if (options.focusComposer) askedFrom = new FocusReturn();
  if (leadsElsewhere(channel, null)) return;
  set((state) => {
    const same = state.activeChannel && channel && channelKey(state.activeChannel) === channelKey(channel);
    return {
      route: 'chats',
      activeChannel: same ? state.activeChannel : channel,
      chatSearchOpen: same ? state.chatSearchOpen : false,
      infoPage: same ? state.infoPage : 'info',
      jump: same ? state.jump : null,
      calendar: same ? state.calendar : null,
      composerFocus: state.composerFocus + (options.focusComposer ? 1 : 0),
    };
  });
  // (Whose the window of a chat is, the shell knows.)
  if (ownChat) return;
  void call('shell.setActiveChannel', { channel }).catch(() => {
    // Logged by `call`; the chat is open all the same.
  });
}

/** Where the list and a chat do not stand side by side: from the chat to its row. */
export function backToList(channel: ChannelRef): void {
  openChannel(null);
  set({ backTo: channel });
}
export const wentBack = (): void => set({ backTo: null });

/** Opens a chat at a message (search hit, quote, notification). */
export function jumpTo(channel: ChannelRef, messageSeq: number): void {
  if (leadsElsewhere(channel, messageSeq)) return;
  openChannel(channel);
  set((state) => ({ jump: { channel, messageSeq, nonce: (state.jump?.nonce ?? 0) + 1 } }));
}

export const clearJump = (): void => set({ jump: null });
export const setRoute = (route: Route): void => (route === 'settings' ? openSettings() : set({ route }));
/** Where somebody was who opened the settings: the screen, and what had the focus there. */
let before: { route: Route; focus: FocusPlace } = { route: 'chats', focus: placeOfFocus(null) };

export function openSettings(settingsPage: SettingsPage = useUi.getState().settingsPage): void {
  if (ownChat) {
    const page = settingsPage === 'lock' || settingsPage === 'shortcuts' ? { page: settingsPage } : {};
    goToMain({ to: 'settings', ...page });
    return;
  }
  const { route, settingsFocus } = useUi.getState();
  if (route !== 'settings') before = { route, focus: placeOfFocus(document.activeElement) };
  set({ route: 'settings', settingsPage, settingsFocus: settingsFocus + 1 });
}

/** From a page to another by its link: the focus stays there. */
export const turnSettingsTo = (settingsPage: SettingsPage): void => set({ settingsPage });

/** Out of the settings, to where they were opened. */
export function leaveSettings(): void {
  const { route, focus } = before;
  set({ route });
  // (Drawn: what had the focus may be a part of it.)
  requestAnimationFrame(() => {
    if (useUi.getState().route === route) focusPlace(focus);
  });
}
export const toggleInfo = (): void => set((state) => ({ infoOpen: !state.infoOpen, infoPage: 'info' }));
export const setInfoOpen = (infoOpen: boolean): void => set({ infoOpen, infoPage: 'info' });
/** id of the row that leads to a page of the info pane. */
export const infoRowId = (page: InfoPage): string => `info-page-${page}`;
export const openInfoPage = (infoPage: InfoPage): void => set({ infoOpen: true, infoPage });
/** Where the info pane lies over the chat it makes room for what is asked for there. */
export const uncoverChat = (): void => {
  if (useUi.getState().infoOpen && !isWideWindow()) setInfoOpen(false);
};
export const setChatSearchOpen = (chatSearchOpen: boolean): void => {
  if (chatSearchOpen) uncoverChat();
  set({ chatSearchOpen });
};
export const setSearchText = (searchText: string): void => set({ searchText, searchActive: true });
export const setSearchActive = (searchActive: boolean): void => set({ searchActive });
export const closeSearch = (): void => set({ searchText: '', searchActive: false });
export const focusSearch = (): void =>
  ownChat
    ? goToMain({ to: 'search' })
    : set((state) => ({ route: 'chats', searchActive: true, searchFocus: state.searchFocus + 1 }));
export const searchFocused = (): void => set({ searchFocus: 0 });

export const focusComposer = (): void => {
  askedFrom = new FocusReturn();
  set((state) => ({ composerFocus: state.composerFocus + 1 }));
};

/** The code of a composer may come late: by then somebody may be writing elsewhere. */
export function mayFocusComposer(): boolean {
  const now = document.activeElement;
  const from = askedFrom?.element ?? null;
  return from === null || now === from || now?.matches('input, textarea') !== true;
}
export const openDialog = (dialog: AppDialog): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: null });

/** `from`: what was clicked; the card stands beside it. */
export function openProfile(
  from: Element,
  who: { uid: string; groupNo?: string | null; vercode?: string; card?: ProfileRequest['card'] },
): void {
  const avoid = from.getBoundingClientRect();
  set({
    profile: {
      uid: who.uid,
      groupNo: who.groupNo ?? null,
      vercode: who.vercode ?? '',
      card: who.card ?? null,
      anchor: { x: avoid.left, y: avoid.top, avoid },
    },
  });
}
export const closeProfile = (): void => set({ profile: null });
export const openNotice = (notice: NoticeRequest): void => set({ notice });
export const closeNotice = (): void => set({ notice: null });
export const closeCalendar = (): void => set({ calendar: null });
export const openCalendar = (calendar: CalendarRequest): void => set({ calendar });
