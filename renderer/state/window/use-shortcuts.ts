/** Runs the app-wide shortcuts. Open menus and dialogs keep their keys to themselves. */
import { useEffect } from 'react';
import { channelKey, parseChannelKey } from '../../../shared/domain.ts';
import { effectiveTheme } from './appearance.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import { switchToNth } from '../account-switch.ts';
import { isBelowLayer } from './below-layer.ts';
import { popOut } from '../chat-window.ts';
import { lockNow } from '../lock.ts';
import { accountsOf } from '../session/accounts.ts';
import { requestSignIn } from './sign-in-request.ts';
import { cycleRegion } from './regions.ts';
import { useSession } from '../session/session-store.ts';
import { changeSettings } from '../session/settings.ts';
import { pressedShortcut } from './keys.ts';
import type { ShortcutId } from './shortcuts.ts';
import { ownChat } from './own-window.ts';
import {
  focusSearch,
  openChannel,
  openDialog,
  openSettings,
  setChatSearchOpen,
  toggleInfo,
  useUi,
} from './ui-store.ts';

export function useShortcuts(): void {
  useKeys(ownChat ? chatShortcut : anyShortcut);
}

/** Only what leads to another account, and how large everything is. */
export function useAccountKeys(): void {
  useKeys(accountShortcut);
}

const anyShortcut = (): boolean => true;
const accountShortcut = (id: ShortcutId): boolean => id === 'account' || isZoom(id);
/** Of the window of a chat: what is about the list stays with the main one. */
const CHAT_COMMANDS: ReadonlySet<ShortcutId> = new Set<ShortcutId>([
  'searchChat',
  'searchAll',
  'info',
  'mute',
  'theme',
  'settings',
  'list',
  'nextRegion',
  'previousRegion',
  'lock',
  'quit',
]);
const chatShortcut = (id: ShortcutId): boolean => CHAT_COMMANDS.has(id) || isZoom(id);
const isZoom = (id: ShortcutId): boolean => id.startsWith('zoom');
/** What the open chat does itself. */
const ELSEWHERE: ReadonlySet<ShortcutId> = new Set(['emoji', 'voice', 'recall', 'recallRecent']);

function useKeys(taken: (id: ShortcutId) => boolean): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isBelowLayer()) return;
      const shortcut = pressedShortcut(event);
      if (!shortcut || !taken(shortcut.id) || ELSEWHERE.has(shortcut.id)) return;
      event.preventDefault();
      runShortcut(shortcut.id, shortcut.digit);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [taken]);
}

/** What a shortcut does; also used by the palette. */
export function runShortcut(id: ShortcutId, digit = 0): void {
  const { order } = useSession.getState();
  switch (id) {
    case 'palette':
      openDialog({ kind: 'palette' });
      break;
    case 'newGroup':
      openDialog({ kind: 'newGroup' });
      break;
    case 'nth': {
      const key = order[digit - 1];
      if (key) openChannel(parseChannelKey(key), { focusComposer: true });
      break;
    }
    case 'account':
      switchToNth(digit);
      break;
    case 'addAccount':
      if (accountsOf(useSession.getState().shell).length < MAX_ACCOUNTS) requestSignIn(null);
      break;
    case 'info':
      if (useUi.getState().activeChannel) toggleInfo();
      break;
    case 'theme':
      void changeSettings({ theme: currentTheme() === 'dark' ? 'light' : 'dark' });
      break;
    case 'searchChat':
      if (useUi.getState().activeChannel) setChatSearchOpen(true);
      else focusSearch();
      break;
    case 'searchAll':
      focusSearch();
      break;
    case 'previousChat':
      stepChat(-1, false);
      break;
    case 'nextChat':
      stepChat(1, false);
      break;
    case 'previousUnread':
      stepChat(-1, true);
      break;
    case 'nextUnread':
      stepChat(1, true);
      break;
    case 'settings':
      openSettings();
      break;
    case 'mute':
      toggleMute();
      break;
    case 'list':
      openSettings('shortcuts');
      break;
    case 'nextRegion':
      cycleRegion(1);
      break;
    case 'previousRegion':
      cycleRegion(-1);
      break;
    case 'zoomIn':
      void attempt(() => call('shell.zoom', { to: 'in' }));
      break;
    case 'zoomOut':
      void attempt(() => call('shell.zoom', { to: 'out' }));
      break;
    case 'zoomReset':
      void attempt(() => call('shell.zoom', { to: 100 }));
      break;
    case 'emoji':
    case 'voice':
    case 'recall':
    case 'recallRecent':
      break;
    case 'popOut': {
      const { activeChannel: chat } = useUi.getState();
      if (chat) void popOut(chat);
      break;
    }
    case 'lock':
      lockNow();
      break;
    case 'quit':
      void attempt(() => call('shell.quit', undefined));
      break;
    default:
      id satisfies never;
  }
}

function currentTheme(): 'light' | 'dark' {
  return effectiveTheme(useSession.getState().shell?.settings.theme ?? 'system');
}

function stepChat(step: 1 | -1, unreadOnly: boolean): void {
  const { order, conversations } = useSession.getState();
  const { activeChannel } = useUi.getState();
  const at = activeChannel ? order.indexOf(channelKey(activeChannel)) : step > 0 ? -1 : order.length;
  for (let index = at + step; index >= 0 && index < order.length; index += step) {
    const key = order[index];
    if (key === undefined || (unreadOnly && (conversations.get(key)?.unread ?? 0) === 0)) continue;
    openChannel(parseChannelKey(key), { focusComposer: true });
    return;
  }
}

function toggleMute(): void {
  const { activeChannel: channel } = useUi.getState();
  if (!channel) return;
  const row = useSession.getState().conversations.get(channelKey(channel));
  if (row) void attempt(() => call('conversations.setMuted', { channel, on: !row.muted }));
}
