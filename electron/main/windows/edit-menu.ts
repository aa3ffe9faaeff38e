/**
 * The menu of a text field: clipboard, and what the system would write instead of a misspelled word. Other context
 * menus are the page's (decisions/menus-in-the-page.md): nothing in this one depends on a message. It learns no words:
 * a list of them would be a file with parts of messages.
 */
import {
  app,
  type ContextMenuParams,
  Menu,
  type MenuItemConstructorOptions,
  type WebContents,
} from 'electron';
import type { Translate } from '../../../shared/strings/index.ts';

const MOST_SUGGESTIONS = 5;

type FieldParams = Pick<
  ContextMenuParams,
  'isEditable' | 'editFlags' | 'misspelledWord' | 'dictionarySuggestions'
>;

/** null: not a text field. */
export function editMenuTemplate(
  t: Translate,
  { isEditable, editFlags, misspelledWord, dictionarySuggestions }: FieldParams,
  replace: (word: string) => void,
): MenuItemConstructorOptions[] | null {
  if (!isEditable) return null;
  const suggestions =
    misspelledWord === ''
      ? []
      : dictionarySuggestions
          .slice(0, MOST_SUGGESTIONS)
          // In a label of Windows and Linux `&` marks a key.
          .map((word) => ({ label: word.replaceAll('&', '&&'), click: () => replace(word) }));
  return [
    ...suggestions,
    ...(suggestions.length > 0 ? [SEPARATOR] : []),
    { role: 'undo', label: t('shell.undo'), enabled: editFlags.canUndo },
    { role: 'redo', label: t('shell.redo'), enabled: editFlags.canRedo },
    SEPARATOR,
    { role: 'cut', label: t('shell.cut'), enabled: editFlags.canCut },
    { role: 'copy', label: t('shell.copy'), enabled: editFlags.canCopy },
    { role: 'paste', label: t('shell.paste'), enabled: editFlags.canPaste },
    { role: 'pasteAndMatchStyle', label: t('shell.pasteText'), enabled: editFlags.canPaste },
    { role: 'selectAll', label: t('shell.selectAll'), enabled: editFlags.canSelectAll },
  ];
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/** The one on the screen; its suggestions are made of a word of a message that is being written. */
let shown: Menu | null = null;

/** The app is locked, or the page behind it goes. */
export function closeEditMenu(): void {
  const menu = shown;
  shown = null;
  menu?.closePopup();
}

/** Before the first window. */
export function offerEditMenus(t: Translate): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('context-menu', (_menuEvent, params) => {
      const template = editMenuTemplate(t, params, (word) => contents.replaceMisspelling(word));
      if (template === null) return;
      closeEditMenu();
      const menu = Menu.buildFromTemplate(template);
      shown = menu;
      menu.popup({
        callback() {
          if (shown === menu) shown = null;
        },
      });
    });
  });
}
