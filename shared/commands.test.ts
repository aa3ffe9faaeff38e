import { describe, expect, it } from 'vitest';
import {
  acceleratorOf,
  ChosenKeys,
  COMMAND_IDS,
  combinationText,
  DEFAULT_KEYS,
  isCombination,
  keysOf,
  parseCombination,
  shownKeys,
} from './commands.ts';

describe('combinations of keys', () => {
  it.each([
    ['Mod+K', ['Mod'], 'K'],
    ['Mod+Shift+F', ['Mod', 'Shift'], 'F'],
    ['Mod+Ctrl+Alt+Shift+F12', ['Mod', 'Ctrl', 'Alt', 'Shift'], 'F12'],
    ['Mod++', ['Mod'], '+'],
    ['+', [], '+'],
    ['R', [], 'R'],
    ['Mod+,', ['Mod'], ','],
  ])('%s', (text, modifiers, key) => {
    const parsed = parseCombination(text);
    expect(parsed).toEqual({ modifiers, key });
    expect(parsed && combinationText(parsed)).toBe(text);
  });
  it.each([
    '',
    'Mod',
    'Mod+',
    'k',
    'Shift+Mod+K',
    'Mod+Mod+K',
    'Mod+KK',
    'Mod+F25',
    'Mod+é',
    'Mod+ ',
    'Hyper+K',
  ])('%j is none', (text) => {
    expect(isCombination(text)).toBe(false);
  });
  it('are written for menus and for people', () => {
    expect(['Mod+Shift+F', 'Mod++', 'Alt+Up', ''].map(acceleratorOf)).toEqual([
      'CommandOrControl+Shift+F',
      'CommandOrControl+Plus',
      'Alt+Up',
      undefined,
    ]);
    expect(
      ['Mod+Shift+F', 'Alt+Up', 'Mod+Shift+Backspace', ''].map((keys) => shownKeys(keys, false)),
    ).toEqual(['Ctrl Shift F', 'Alt ↑', 'Ctrl Shift ⌫', '']);
    expect(['Mod+Shift+F', 'Alt+Up'].map((keys) => shownKeys(keys, true))).toEqual(['⌘ ⇧ F', '⌥ ↑']);
  });
});

describe('commands', () => {
  it('have one combination each, and no two the same', () => {
    const all = COMMAND_IDS.map((id) => DEFAULT_KEYS[id]);
    expect(all.filter((keys) => !isCombination(keys))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });
  it('take what somebody chose, nothing included; what is no combination is refused', () => {
    const chosen = ChosenKeys.parse({ palette: 'Mod+J', newGroup: '' });
    expect([keysOf(chosen, 'palette'), keysOf(chosen, 'newGroup'), keysOf(chosen, 'info')]).toEqual([
      'Mod+J',
      '',
      'Mod+I',
    ]);
    for (const bad of [{ palette: 'ctrl+j' }, { fly: 'Mod+J' }, { palette: 3 }])
      expect(ChosenKeys.safeParse(bad).success).toBe(false);
  });
});
