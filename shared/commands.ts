/**
 * Every command that a key runs, and the key that it has when nobody chose another one: for the page's keys, its sheet
 * and tooltips, and for the menus of the system. A combination is written as menus have it, with `Mod` for Ctrl (on
 * macOS Cmd): `Mod+Shift+F`, `Alt+Up`, `F6`, `R`. '' = none.
 */
import { z } from 'zod';

/** Of the whole window. */
const APP_COMMANDS = {
  palette: 'Mod+K',
  newGroup: 'Mod+N',
  searchChat: 'Mod+F',
  searchAll: 'Mod+Shift+F',
  previousChat: 'Alt+Up',
  nextChat: 'Alt+Down',
  previousUnread: 'Alt+Shift+Up',
  nextUnread: 'Alt+Shift+Down',
  info: 'Mod+I',
  mute: 'Mod+Shift+M',
  popOut: 'Mod+Shift+O',
  emoji: 'Mod+E',
  voice: 'Mod+Alt+V',
  recall: 'Mod+Shift+Backspace',
  recallRecent: 'Mod+Alt+Z',
  theme: 'Mod+Shift+D',
  settings: 'Mod+,',
  list: 'Mod+/',
  addAccount: 'Mod+Shift+A',
  lock: 'Mod+L',
  zoomIn: 'Mod+=',
  zoomOut: 'Mod+-',
  zoomReset: 'Mod+0',
  nextRegion: 'F6',
  previousRegion: 'Shift+F6',
  quit: 'Mod+Q',
} as const;
/** On the message that has the focus. */
const MESSAGE_COMMANDS = {
  reply: 'R',
  edit: 'E',
  forward: 'F',
  select: 'X',
  pin: 'P',
  deleteForMe: 'Delete',
} as const;

export const DEFAULT_KEYS: Readonly<Record<CommandId, string>> = { ...APP_COMMANDS, ...MESSAGE_COMMANDS };
const ids = <T extends object>(commands: T): (keyof T)[] => Object.keys(commands) as (keyof T)[];
export const APP_COMMAND_IDS = ids(APP_COMMANDS);
export const MESSAGE_COMMAND_IDS = ids(MESSAGE_COMMANDS);
export const COMMAND_IDS = [...APP_COMMAND_IDS, ...MESSAGE_COMMAND_IDS];
export type AppCommandId = (typeof APP_COMMAND_IDS)[number];
export type MessageCommandId = (typeof MESSAGE_COMMAND_IDS)[number];
export type CommandId = AppCommandId | MessageCommandId;

/** What people chose in place of the default ones. */
export const ChosenKeys = z.partialRecord(
  z.enum(COMMAND_IDS),
  z
    .string()
    .max(40)
    .refine((keys) => keys === '' || isCombination(keys), { error: 'not a combination of keys' }),
);
export type ChosenKeys = z.infer<typeof ChosenKeys>;

/** For the whole system: with Ctrl or Alt, or one of the F keys, so that it is nothing that is typed. '' = none. */
export const GlobalKeys = z
  .string()
  .max(40)
  .refine((keys) => keys === '' || isGlobal(keys), { error: 'not a combination of keys' });
export function isGlobal(keys: string): boolean {
  const { modifiers = [], key = '' } = parseCombination(keys) ?? {};
  return modifiers.some((modifier) => modifier !== 'Shift') || /^F\d+$/.test(key);
}

export const keysOf = (chosen: ChosenKeys, id: CommandId): string => chosen[id] ?? DEFAULT_KEYS[id];

/** Keys with names; any other key is one character, letters in capitals. */
const NAMED_KEYS = [
  'Up',
  'Down',
  'Left',
  'Right',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Insert',
  'Delete',
  'Backspace',
  'Enter',
  'Space',
  'Tab',
  'Escape',
  ...Array.from({ length: 24 }, (_, index) => `F${index + 1}`),
] as const;
const NAMED: ReadonlySet<string> = new Set(NAMED_KEYS);

/** Modifiers, in the order in which they are written. `Ctrl` stands beside `Mod` on macOS only. */
export const MODIFIERS = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const;
export type Modifier = (typeof MODIFIERS)[number];

export interface Combination {
  modifiers: readonly Modifier[];
  key: string;
}

/** null: it is none. */
export function parseCombination(text: string): Combination | null {
  let rest = text;
  const modifiers: Modifier[] = [];
  for (const modifier of MODIFIERS) {
    // (`+` itself is a key as well.)
    if (!rest.startsWith(`${modifier}+`) || rest.length === modifier.length + 1) continue;
    modifiers.push(modifier);
    rest = rest.slice(modifier.length + 1);
  }
  const isKey = NAMED.has(rest) || (/^[\x21-\x7e]$/.test(rest) && rest === rest.toUpperCase());
  return isKey ? { modifiers, key: rest } : null;
}

export const isCombination = (text: string): boolean => parseCombination(text) !== null;

export const combinationText = ({ modifiers, key }: Combination): string =>
  [...MODIFIERS.filter((modifier) => modifiers.includes(modifier)), key].join('+');

/** As Electron's menus and global shortcuts take it; undefined = none. */
export function acceleratorOf(keys: string): string | undefined {
  const combination = parseCombination(keys);
  if (combination === null) return undefined;
  const names: Partial<Record<string, string>> = {
    Mod: 'CommandOrControl',
    Ctrl: 'Control',
    '+': 'Plus',
    Enter: 'Return',
  };
  return [...combination.modifiers, combination.key].map((part) => names[part] ?? part).join('+');
}

/** As people read it: `Ctrl Shift F`, `⌘ K`, `Alt ↑`. */
export function shownKeys(keys: string, mac: boolean): string {
  const combination = parseCombination(keys);
  if (combination === null) return '';
  const names: Partial<Record<string, string>> = {
    Mod: mac ? '⌘' : 'Ctrl',
    Ctrl: mac ? '⌃' : 'Ctrl',
    Alt: mac ? '⌥' : 'Alt',
    Shift: mac ? '⇧' : 'Shift',
    Up: '↑',
    Down: '↓',
    Left: '←',
    Right: '→',
    Backspace: '⌫',
    Delete: 'Del',
    Escape: 'Esc',
    PageUp: 'PgUp',
    PageDown: 'PgDn',
  };
  return [...combination.modifiers, combination.key].map((part) => names[part] ?? part).join(' ');
}
