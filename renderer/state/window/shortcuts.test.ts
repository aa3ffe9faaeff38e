import { describe, expect, it } from 'vitest';
import { shortcutOf } from './shortcuts.ts';

const press = (text: string) => {
  const keys = text.split('+');
  const key = keys.at(-1) ?? '';
  return {
    key,
    code: /^\d$/.test(key) ? `Digit${key}` : '',
    ctrlKey: keys.includes('Ctrl'),
    metaKey: keys.includes('Cmd'),
    altKey: keys.includes('Alt'),
    shiftKey: keys.includes('Shift'),
  };
};

describe('shortcutOf', () => {
  it.each([
    ['Ctrl+k', 'palette'],
    ['Ctrl+n', 'newGroup'],
    ['Ctrl+f', 'searchChat'],
    ['Ctrl+Shift+F', 'searchAll'],
    ['Ctrl+Shift+M', 'mute'],
    ['Ctrl+Shift+D', 'theme'],
    ['Ctrl+Shift+A', 'addAccount'],
    ['Ctrl+Alt+1', 'account'],
    ['Ctrl+,', 'settings'],
    ['Ctrl+/', 'list'],
    ['Ctrl+i', 'info'],
    ['Ctrl+q', 'quit'],
    ['Alt+ArrowUp', 'previousChat'],
    ['Alt+Shift+ArrowDown', 'nextUnread'],
    ['F6', 'nextRegion'],
    ['Shift+F6', 'previousRegion'],
  ])('%s', (keys, id) => {
    expect(shortcutOf(press(keys), false)?.id).toBe(id);
  });
  it('takes the digit from the key, not from its character', () => {
    expect(shortcutOf({ ...press('Ctrl+3'), key: '"' }, false)).toEqual({ id: 'nth', digit: 3 });
  });
  it('tells Ctrl and Alt from AltGr, which writes signs', () => {
    const keys = press('Ctrl+Alt+2');
    expect(shortcutOf(keys, false)).toEqual({ id: 'account', digit: 2 });
    expect(shortcutOf({ ...keys, getModifierState: (name) => name === 'AltGraph' }, false)).toBeNull();
    expect(shortcutOf(press('Cmd+Alt+5'), true)).toEqual({ id: 'account', digit: 5 });
    expect(shortcutOf(press('Ctrl+Alt+6'), false)).toBeNull();
  });
  it.each(['k', 'Shift+K', 'Ctrl+Alt+k', 'Ctrl+Cmd+k', 'Alt+k', 'Ctrl+Shift+K', 'Ctrl+0'])(
    '%s is not one',
    (keys) => {
      expect(shortcutOf(press(keys), false)).toBeNull();
    },
  );
  it('uses Cmd on a Mac', () => {
    expect(shortcutOf(press('Cmd+k'), true)?.id).toBe('palette');
    expect(shortcutOf(press('Ctrl+k'), true)).toBeNull();
  });
});

describe('on layouts of other scripts', () => {
  it.each([
    ['л', 'KeyK', false, 'palette'],
    ['κ', 'KeyK', false, 'palette'],
    ['ㅏ', 'KeyK', false, 'palette'],
    ['ל', 'KeyK', false, 'palette'],
    ['А', 'KeyF', true, 'searchAll'],
    ['в', 'KeyD', true, 'theme'],
    ['б', 'Comma', false, 'settings'],
    ['ה', 'KeyV', false, undefined],
    ['é', 'Digit2', false, 'nth'],
  ])('%s (%s)', (key, code, shiftKey, id) => {
    const keys = { key, code, shiftKey, ctrlKey: true, metaKey: false, altKey: false };
    expect(shortcutOf(keys, false)?.id).toBe(id);
    expect(shortcutOf({ ...keys, ctrlKey: false, metaKey: true }, true)?.id).toBe(id);
  });
  it('knows the help key where it needs Shift', () => {
    const german = {
      key: '/',
      code: 'Digit7',
      keyCode: 55,
      shiftKey: true,
      ctrlKey: true,
      metaKey: false,
      altKey: false,
    };
    expect(shortcutOf(german, false)?.id).toBe('list');
  });
});
