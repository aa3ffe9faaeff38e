import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { type Translate, translate } from '../../../shared/strings/index.ts';
import { closeEditMenu, editMenuTemplate, offerEditMenus } from './edit-menu.ts';

const electron = vi.hoisted(() => ({
  created: null as null | ((event: unknown, contents: unknown) => void),
  shown: [] as { label?: string; click?: () => void }[][],
  /** Which of them were taken off the screen. */
  closed: [] as number[],
  goes: (): void => undefined,
}));
vi.mock('electron', () => ({
  app: {
    on: (_name: string, listener: (event: unknown, contents: unknown) => void) =>
      (electron.created = listener),
  },
  Menu: {
    buildFromTemplate: (template: { label?: string; click?: () => void }[]) => ({
      popup({ callback }: { callback: () => void }) {
        electron.shown.push(template);
        electron.goes = callback;
      },
      closePopup: () => electron.closed.push(electron.shown.findIndex((each) => each === template)),
    }),
  },
}));

const t: Translate = (key, ...params) => translate('en', key, ...params);
const flags = {
  canUndo: true,
  canRedo: false,
  canCut: false,
  canCopy: false,
  canPaste: true,
  canDelete: false,
  canSelectAll: true,
  canEditRichly: false,
};
const field = {
  isEditable: true,
  editFlags: flags,
  misspelledWord: '',
  dictionarySuggestions: [] as string[],
};
const labels = (params: typeof field): string[] =>
  (editMenuTemplate(t, params, () => undefined) ?? []).map(({ label, type }) => label ?? type ?? '');

it('a field has the clipboard, enabled as the field is', () => {
  expect(labels(field)).toEqual([
    'Undo',
    'Redo',
    'separator',
    'Cut',
    'Copy',
    'Paste',
    'Paste as plain text',
    'Select all',
  ]);
  const off = editMenuTemplate(t, field, () => undefined)?.filter(({ enabled }) => enabled === false);
  expect(off?.map(({ role }) => role)).toEqual(['redo', 'cut', 'copy']);
});

it('offers up to five words for a misspelled one, and nothing to learn', () => {
  const dictionarySuggestions = ['a&b', 'c', 'd', 'e', 'f', 'g'];
  expect(labels({ ...field, misspelledWord: 'x', dictionarySuggestions }).slice(0, 7)).toEqual([
    'a&&b',
    'c',
    'd',
    'e',
    'f',
    'separator',
    'Undo',
  ]);
  expect(labels({ ...field, dictionarySuggestions })[0]).toBe('Undo');
});

it('is shown for fields only, and writes the word that was chosen', () => {
  offerEditMenus(t);
  const replaced: string[] = [];
  const contents = Object.assign(new EventEmitter(), {
    replaceMisspelling: (word: string) => replaced.push(word),
  });
  electron.created?.({}, contents);
  contents.emit('context-menu', {}, { ...field, isEditable: false });
  expect(electron.shown).toEqual([]);
  contents.emit('context-menu', {}, { ...field, misspelledWord: 'wrod', dictionarySuggestions: ['word'] });
  electron.shown[0]?.[0]?.click?.();
  expect(replaced).toEqual(['word']);
});

it('leaves the screen with the lock, and before another one comes', () => {
  offerEditMenus(t);
  const contents = Object.assign(new EventEmitter(), { replaceMisspelling: () => undefined });
  electron.created?.({}, contents);
  closeEditMenu();
  [electron.shown, electron.closed] = [[], []];
  contents.emit('context-menu', {}, field);
  contents.emit('context-menu', {}, field);
  expect(electron.closed).toEqual([0]);
  closeEditMenu();
  closeEditMenu();
  expect(electron.closed).toEqual([0, 1]);
  contents.emit('context-menu', {}, field);
  // Somebody chose something: there is nothing left to close.
  electron.goes();
  closeEditMenu();
  expect(electron.closed).toEqual([0, 1]);
});
