/**
 * The system's questions for a file, and where to put one. They belong to the system: no call takes one off the
 * screen, but a window takes along what hangs on it when it goes. So a lock ends them for whoever waits, and has the
 * window made anew; what is chosen in one that stayed all the same counts as cancelled (docs/app-lock.md).
 */
import { type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';

let isShut = (): boolean => false;
/** Of each question on the screen: what tells whoever asked that nothing was chosen. */
const open = new Set<() => void>();

/** Before the first question. */
export function cancelDialogsWhile(shut: () => boolean): void {
  isShut = shut;
}

/** Whoever waits for one is told that nothing was chosen. true: there was one on the screen. */
export function endDialogs(): boolean {
  const any = open.size > 0;
  for (const end of open) end();
  return any;
}

/** null = cancelled, by whoever sits there or by the lock. */
async function chosen<Answer extends { canceled: boolean }>(
  question: Promise<Answer>,
): Promise<Answer | null> {
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  const end = (): void => resolve(null);
  open.add(end);
  try {
    const answer = await Promise.race([question, ended]);
    return answer === null || answer.canceled || isShut() ? null : answer;
  } finally {
    open.delete(end);
  }
}

/** null = cancelled. */
export async function askWhereTo(
  parent: BrowserWindow | null,
  question: SaveDialogOptions,
): Promise<string | null> {
  const answer = await chosen(
    parent === null ? dialog.showSaveDialog(question) : dialog.showSaveDialog(parent, question),
  );
  return answer === null || answer.filePath === '' ? null : answer.filePath;
}

/** null = cancelled. */
export async function askForFile(
  parent: BrowserWindow | null,
  question: OpenDialogOptions,
): Promise<string | null> {
  const answer = await chosen(
    parent === null ? dialog.showOpenDialog(question) : dialog.showOpenDialog(parent, question),
  );
  return answer?.filePaths[0] ?? null;
}
