/** The keyboard shortcuts of ui.md 7 as data: what matches a key event, and how it is written for people. */

import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import { latinKey, type LayoutKey } from '../../ui/latin-key.ts';

export type ShortcutId =
  | 'palette'
  | 'newGroup'
  | 'nth'
  | 'account'
  | 'addAccount'
  | 'info'
  | 'theme'
  | 'searchChat'
  | 'searchAll'
  | 'previousChat'
  | 'nextChat'
  | 'previousUnread'
  | 'nextUnread'
  | 'settings'
  | 'mute'
  | 'list'
  | 'nextRegion'
  | 'previousRegion'
  | 'quit';

interface KeyPress extends LayoutKey {
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** Where AltGr is Ctrl and Alt together, it tells them apart. */
  getModifierState?: (key: string) => boolean;
}

/** The app-wide shortcut of a key event, or null. `mac`: Cmd takes the place of Ctrl. */
export function shortcutOf(event: KeyPress, mac: boolean): { id: ShortcutId; digit: number } | null {
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const found = (id: ShortcutId, digit = 0): { id: ShortcutId; digit: number } => ({ id, digit });
  const { altKey: alt, shiftKey: shift } = event;
  const key = latinKey(event);
  if (key === 'f6' && !mod && !alt) return found(shift ? 'previousRegion' : 'nextRegion');
  if (alt && !event.ctrlKey && !event.metaKey) {
    if (key === 'arrowup') return found(shift ? 'previousUnread' : 'previousChat');
    if (key === 'arrowdown') return found(shift ? 'nextUnread' : 'nextChat');
    return null;
  }
  const digit = /^digit([1-9])$/i.exec(event.code)?.[1];
  if (mod && alt && !shift && digit !== undefined && Number(digit) <= MAX_ACCOUNTS)
    return event.getModifierState?.('AltGraph') ? null : found('account', Number(digit));
  if (!mod || alt) return null;
  if (shift) {
    // German and French layouts write it with Shift.
    if (event.key === '/') return found('list');
    if (key === 'f') return found('searchAll');
    if (key === 'm') return found('mute');
    if (key === 'd') return found('theme');
    if (key === 'a') return found('addAccount');
    return null;
  }
  if (digit !== undefined) return found('nth', Number(digit));
  const plain: Record<string, ShortcutId> = {
    k: 'palette',
    n: 'newGroup',
    i: 'info',
    f: 'searchChat',
    ',': 'settings',
    '/': 'list',
    q: 'quit',
  };
  const id = plain[key];
  return id ? found(id) : null;
}

/** `Ctrl` or `⌘`. */
export const modifierName = (platform: string): string => (platform === 'darwin' ? '⌘' : 'Ctrl');
