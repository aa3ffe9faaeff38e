/** What the file of a message is called where it is saved, opened or dragged to, and whether a click opens it. */
import { imageTypeOf, otherPictureExtension } from '../../../shared/pictures/picture-type.ts';
import { isOpenableName, isOpened } from './file-kind.ts';
import { SIGNATURE_BYTES } from './file-signature.ts';
import { readHead } from './media-folders.ts';

/** What is being moved is asked again. */
export const opens = async (name: string, path: string): Promise<boolean> =>
  isOpenableName(name) && isOpened(name, await readHead(path, SIGNATURE_BYTES));

/** A picture need not have a name, and its bytes say what it is, whatever the name ends with. */
export async function imageName(path: string, given: string): Promise<string> {
  const head = await readHead(path);
  const stem = given.replace(/\.[^.]{1,10}$/, '');
  return `${stem === '' ? 'image' : stem}.${imageTypeOf(head)?.extension ?? otherPictureExtension(head)}`;
}
