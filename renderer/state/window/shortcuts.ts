/**
 * Which command a key press runs: the one place where keys of the page become commands (shared/commands.ts), by what
 * somebody chose or the default. What a command does: use-shortcuts.ts; on a focused message: flow-keys.ts.
 */
import {
  type AppCommandId,
  APP_COMMAND_IDS,
  type ChosenKeys,
  type CommandId,
  COMMAND_IDS,
  combinationText,
  keysOf,
  MESSAGE_COMMAND_IDS,
  type MessageCommandId,
  type Modifier,
  parseCombination,
} from '../../../shared/commands.ts';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import { latinKey, type LayoutKey } from '../../ui/latin-key.ts';

/** Two rows of keys are the same for everybody: the nth chat, the nth account. */
export type ShortcutId = AppCommandId | 'nth' | 'account';

export interface KeyPress extends LayoutKey {
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** Where AltGr is Ctrl and Alt together, it tells them apart. */
  getModifierState?: (key: 'AltGraph') => boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  arrowup: 'Up',
  arrowdown: 'Down',
  arrowleft: 'Left',
  arrowright: 'Right',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  ' ': 'Space',
};

/** What was pressed, as commands have it; null = nothing that can be one (a modifier alone, AltGr, a dead key). */
export function combinationOf(event: KeyPress, mac: boolean): string | null {
  // Windows' key (Super) is the system's.
  if (!mac && event.metaKey) return null;
  if (event.altKey && event.getModifierState?.('AltGraph')) return null;
  const pressed = latinKey(event);
  const key = NAMES[pressed] ?? (pressed.length === 1 ? pressed.toUpperCase() : capitalized(pressed));
  const modifiers: Modifier[] = [];
  if (mac ? event.metaKey : event.ctrlKey) modifiers.push('Mod');
  if (mac && event.ctrlKey) modifiers.push('Ctrl');
  if (event.altKey) modifiers.push('Alt');
  // Which signs need Shift differs from layout to layout (German and French write `/` with it).
  if (event.shiftKey && !isSign(key)) modifiers.push('Shift');
  const text = combinationText({ modifiers, key });
  return parseCombination(text) === null ? null : text;
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const isSign = (key: string): boolean => key.length === 1 && !/[A-Z0-9]/.test(key);

/** `+` is on the key of `=` where that needs no Shift, and on one of its own elsewhere. */
const ALIASES: Readonly<Record<string, string>> = { 'Mod++': 'Mod+=', 'Mod+_': 'Mod+-' };

const NOTHING_CHOSEN: ChosenKeys = {};
/** By combination; made anew when somebody chose others. */
let known: { chosen: ChosenKeys; commands: ReadonlyMap<string, CommandId> } | null = null;

function commandOf(combination: string, chosen: ChosenKeys): CommandId | undefined {
  if (known?.chosen !== chosen) {
    const commands = new Map<string, CommandId>();
    for (const id of COMMAND_IDS) {
      const keys = keysOf(chosen, id);
      // Of two that a file made the same the first one counts.
      if (keys !== '' && !commands.has(keys)) commands.set(keys, id);
    }
    known = { chosen, commands };
  }
  const { commands } = known;
  return commands.get(combination) ?? commands.get(ALIASES[combination] ?? '');
}

const APP: ReadonlySet<string> = new Set(APP_COMMAND_IDS);
const MESSAGE: ReadonlySet<string> = new Set(MESSAGE_COMMAND_IDS);

/** The command of the window; null = none. `mac`: Cmd takes the place of Ctrl. */
export function shortcutOf(
  event: KeyPress,
  mac: boolean,
  chosen: ChosenKeys = NOTHING_CHOSEN,
): { id: ShortcutId; digit: number } | null {
  const row = rowOf(event, mac);
  if (row !== null) return row;
  const combination = combinationOf(event, mac);
  const id = combination === null ? undefined : commandOf(combination, chosen);
  return id !== undefined && APP.has(id) ? { id: id as AppCommandId, digit: 0 } : null;
}

/** The command about the message that has the focus; null = none. */
export function messageCommandOf(event: KeyPress, mac: boolean, chosen: ChosenKeys): MessageCommandId | null {
  const combination = combinationOf(event, mac);
  const id = combination === null ? undefined : commandOf(combination, chosen);
  return id !== undefined && MESSAGE.has(id) ? (id as MessageCommandId) : null;
}

/** Ctrl and a digit, by its place: a layout may write something else there. */
function rowOf(event: KeyPress, mac: boolean): { id: 'nth' | 'account'; digit: number } | null {
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const digit = Number(/^digit([1-9])$/i.exec(event.code)?.[1] ?? 0);
  if (!mod || event.shiftKey || digit === 0) return null;
  if (!event.altKey) return { id: 'nth', digit };
  return digit <= MAX_ACCOUNTS && !event.getModifierState?.('AltGraph') ? { id: 'account', digit } : null;
}

/** Combinations that stay what they are, and what that is. */
const FIXED: Readonly<Record<string, PlainKey>> = {
  'Mod+C': 'shell.copy',
  'Mod+X': 'shell.cut',
  'Mod+V': 'shell.paste',
  'Mod+Shift+V': 'shell.pasteText',
  'Mod+A': 'shell.selectAll',
  'Mod+Z': 'shell.undo',
  'Mod+Y': 'shell.redo',
  'Mod+Shift+Z': 'shell.redo',
  'Mod+W': 'shell.closeWindow',
  'Alt+F4': 'shell.closeWindow',
  'Shift+F10': 'menu.message',
  'Mod+Enter': 'shortcut.send',
};
/** They move, choose, leave and send wherever one is. */
const OF_EVERYTHING = /(?:^|\+)(?:Up|Down|Left|Right|Home|End|PageUp|PageDown|Enter|Space|Tab|Escape)$/;

/** Why a combination cannot be that of a command. */
export type KeyConflict =
  | { kind: 'command'; id: CommandId }
  /** It shows the window from anywhere. */
  | { kind: 'show' }
  | { kind: 'fixed'; name: PlainKey }
  /** Without Ctrl or Alt it would be typed, or moves through the window. */
  | { kind: 'plain' };

/** All combinations that are set. */
export interface SetKeys {
  commandKeys: ChosenKeys;
  showShortcut: string;
}

/** `id`: whose it is to be; `show` = the one that shows the window from anywhere. */
export function conflictOf(
  combination: string,
  id: CommandId | 'show',
  { commandKeys, showShortcut }: SetKeys,
): KeyConflict | null {
  const { modifiers, key } = parseCombination(combination) ?? { modifiers: [], key: '' };
  const isAlone = modifiers.every((modifier) => modifier === 'Shift');
  if (isAlone && OF_EVERYTHING.test(combination)) return { kind: 'plain' };
  if (isAlone && !MESSAGE.has(id) && !/^F\d+$/.test(key)) return { kind: 'plain' };
  const fixed = FIXED[combination];
  if (fixed !== undefined) return { kind: 'fixed', name: fixed };
  if (/^Mod\+[1-9]$/.test(combination)) return { kind: 'fixed', name: 'shortcut.nth' };
  if (/^Mod\+Alt\+[1-9]$/.test(combination)) return { kind: 'fixed', name: 'shortcut.account' };
  if (id !== 'show' && combination === showShortcut) return { kind: 'show' };
  const other = commandOf(combination, commandKeys);
  return other !== undefined && other !== id ? { kind: 'command', id: other } : null;
}

/** `Ctrl` or `⌘`. */
export const modifierName = (platform: string): string => (platform === 'darwin' ? '⌘' : 'Ctrl');
