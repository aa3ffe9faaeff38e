/** Tables that the page has made, on their way to a file. */
import { join } from 'node:path';
import { app, type BrowserWindow } from 'electron';
import { errorCode } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { safeFileName } from '../../core/media/file-kind.ts';
import { askWhereTo } from './file-dialog.ts';
import { writeFileAtomic } from './json-file.ts';

/** Asks where to. `name`: without folders and ending. @throws CodedError refused when it cannot be written. */
export async function saveTable(
  name: string,
  text: string,
  parent: BrowserWindow | null,
): Promise<{ saved: boolean }> {
  const options = {
    defaultPath: join(app.getPath('downloads'), `${safeFileName(name)}.csv`),
    filters: [{ name: 'CSV', extensions: ['csv'] }],
  };
  const filePath = await askWhereTo(parent, options);
  if (filePath === null) return { saved: false };
  try {
    writeFileAtomic(filePath, Buffer.from(text, 'utf8'));
  } catch (error) {
    throw new CodedError('refused', `not saved: ${errorCode(error) || 'unknown error'}`);
  }
  return { saved: true };
}
