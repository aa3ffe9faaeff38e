/** Pictures that the page has drawn, on their way to a file or the clipboard. */
import { join } from 'node:path';
import { app, type BrowserWindow, clipboard, ClipboardItem } from 'electron';
import { errorCode } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { safeFileName } from '../../core/media/file-kind.ts';
import { askWhereTo } from './file-dialog.ts';
import { writeFileAtomic } from './json-file.ts';

/**
 * The system decodes it.
 *
 * @throws CodedError badArgument when it is no PNG, or one of a size that is shown nowhere.
 */
export async function requirePng(bytes: Uint8Array): Promise<void> {
  const header = await pictureHeaderOf(async (offset, length) => bytes.subarray(offset, offset + length));
  if (imageTypeOf(bytes)?.mime !== 'image/png' || !header?.showable || header.width * header.height === 0)
    throw new CodedError('badArgument', 'bytes: no PNG that is shown here', 'bytes');
}

/** Asks where to. `name`: without folders and ending. */
export async function savePicture(
  name: string,
  bytes: Uint8Array,
  parent: BrowserWindow | null,
): Promise<{ saved: boolean }> {
  await requirePng(bytes);
  const file = `${safeFileName(name)}.png`;
  const options = {
    defaultPath: join(app.getPath('downloads'), file),
    filters: [{ name: 'PNG', extensions: ['png'] }],
  };
  const filePath = await askWhereTo(parent, options);
  if (filePath === null) return { saved: false };
  try {
    writeFileAtomic(filePath, bytes);
  } catch (error) {
    throw new CodedError('refused', `not saved: ${errorCode(error) || 'unknown error'}`);
  }
  return { saved: true };
}

/** With what it says beside it: programs that take no picture take that. */
export async function copyPicture(text: string, bytes: Uint8Array): Promise<null> {
  await requirePng(bytes);
  const item = new ClipboardItem({
    'image/png': new Blob([Buffer.from(bytes)], { type: 'image/png' }),
    'text/plain': new Blob([text], { type: 'text/plain' }),
  });
  await clipboard.write([item]);
  return null;
}
