/**
 * The system's questions for a file, and where to put one. They belong to the system and cannot be taken off the
 * screen: what is chosen while the app is locked, by whoever sits there, counts as cancelled (docs/app-lock.md).
 */
import { type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';

let isShut = (): boolean => false;

/** Before the first question. */
export function cancelDialogsWhile(shut: () => boolean): void {
  isShut = shut;
}

/** null = cancelled. */
export async function askWhereTo(
  parent: BrowserWindow | null,
  question: SaveDialogOptions,
): Promise<string | null> {
  const { canceled, filePath } = await (parent === null
    ? dialog.showSaveDialog(question)
    : dialog.showSaveDialog(parent, question));
  return canceled || filePath === '' || isShut() ? null : filePath;
}

/** null = cancelled. */
export async function askForFile(
  parent: BrowserWindow | null,
  question: OpenDialogOptions,
): Promise<string | null> {
  const { canceled, filePaths } = await (parent === null
    ? dialog.showOpenDialog(question)
    : dialog.showOpenDialog(parent, question));
  return canceled || isShut() ? null : (filePaths[0] ?? null);
}
