import { describe, expect, it } from 'vitest';
import { combinationOf, conflictOf, messageCommandOf, shortcutOf } from './shortcuts.ts';

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
    ['Ctrl+=', 'zoomIn'],
    ['Ctrl+-', 'zoomOut'],
    ['Ctrl+0', 'zoomReset'],
    ['Ctrl+e', 'emoji'],
    ['Ctrl+Shift+Backspace', 'recall'],
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
  it.each(['k', 'Shift+K', 'Ctrl+Alt+k', 'Ctrl+Cmd+k', 'Alt+k', 'Ctrl+Shift+K', 'Ctrl+r'])(
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

describe('with keys that somebody chose', () => {
  const chosen = { palette: 'Mod+J', newGroup: '', reply: 'A', recall: 'F9' };
  const idOf = (keys: string) => shortcutOf(press(keys), false, chosen)?.id;
  const aboutMessage = (keys: string) => messageCommandOf(press(keys), false, chosen);
  it('the new ones run, the old ones do not, others stay', () => {
    expect(['Ctrl+j', 'Ctrl+k', 'Ctrl+n', 'F9', 'Ctrl+i'].map(idOf)).toEqual([
      'palette',
      undefined,
      undefined,
      'recall',
      'info',
    ]);
    expect(['a', 'r', 'x', 'Delete', 'Ctrl+j'].map(aboutMessage)).toEqual([
      'reply',
      null,
      'select',
      'deleteForMe',
      null,
    ]);
  });
  it.each([
    ['Ctrl+Shift+F', 'Mod+Shift+F'],
    ['Alt+ArrowUp', 'Alt+Up'],
    ['Shift+F6', 'Shift+F6'],
    ['Ctrl+Shift+?', 'Mod+?'],
    ['Ctrl+Shift++', 'Mod++'],
    ['Ctrl+ ', 'Mod+Space'],
    ['é', null],
    ['Dead', null],
    ['Control', null],
    ['Cmd+k', null],
  ])('%s is %s', (keys, combination) => {
    const event = keys.endsWith('++') ? { ...press('Ctrl+Shift'), key: '+', shiftKey: true } : press(keys);
    expect(combinationOf(event, false)).toBe(combination);
  });
  it.each<[string, Parameters<typeof conflictOf>[1], ReturnType<typeof conflictOf>]>([
    ['Mod+B', 'palette', null],
    // Its own, and one that nobody has any more.
    ['Mod+J', 'palette', null],
    ['Mod+N', 'palette', null],
    ['Mod+I', 'palette', { kind: 'command', id: 'info' }],
    ['A', 'edit', { kind: 'command', id: 'reply' }],
    ['Mod+C', 'palette', { kind: 'fixed', name: 'shell.copy' }],
    ['Mod+3', 'palette', { kind: 'fixed', name: 'shortcut.nth' }],
    ['Mod+Alt+2', 'palette', { kind: 'fixed', name: 'shortcut.account' }],
    ['Mod+Alt+W', 'palette', { kind: 'show' }],
    ['Mod+Alt+W', 'show', null],
    ['Mod+J', 'show', { kind: 'command', id: 'palette' }],
    ['B', 'palette', { kind: 'plain' }],
    ['Shift+B', 'palette', { kind: 'plain' }],
    ['B', 'edit', null],
    ['Enter', 'edit', { kind: 'plain' }],
    ['Shift+Up', 'edit', { kind: 'plain' }],
    ['F8', 'palette', null],
    ['Mod++', 'palette', { kind: 'command', id: 'zoomIn' }],
  ])('%s for %s: %j', (combination, id, conflict) => {
    expect(conflictOf(combination, id, { commandKeys: chosen, showShortcut: 'Mod+Alt+W' })).toEqual(conflict);
  });
});
