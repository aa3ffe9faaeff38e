/** What the file of a message is called where it is saved, opened or dragged to, and whether a click opens it. */
import type { MessageContent } from '../../../shared/content/message-content.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../../../shared/pictures/film-type.ts';
import { imageTypeOf, otherPictureExtension } from '../../../shared/pictures/picture-type.ts';
import { extensionOf, isOpenableName, isOpened, safeFileName } from './file-kind.ts';
import { SIGNATURE_BYTES } from './file-signature.ts';
import { readHead } from './media-folders.ts';
import { soundExtension } from './sound-type.ts';

/** What is being moved is asked again. */
export const opens = async (name: string, path: string): Promise<boolean> =>
  isOpenableName(name) && isOpened(name, await readHead(path, SIGNATURE_BYTES));

/** The safe name of what a message has as its file, which lies at `path`. */
export async function nameOfFile(content: MessageContent | undefined, path: string): Promise<string> {
  if (content?.kind === 'file' && content.name !== '') return safeFileName(content.name);
  if (content?.kind === 'voice') return `voice.${soundExtension(await readHead(path))}`;
  if (content?.kind === 'video') return safeFileName(await filmName(path, content.name ?? ''));
  if (content?.kind !== 'named')
    return safeFileName(await imageName(path, content?.kind === 'image' ? (content.name ?? '') : ''));
  const stem = content.what === 'location' ? 'map' : content.what === 'sticker' ? 'sticker' : '';
  return content.drawn ? drawingName(await readHead(path)) : imageName(path, stem);
}

/** A drawing for a player: packed, as Telegram names it, or plain. */
const drawingName = (head: Uint8Array): string =>
  `sticker.${head[0] === 0x1f && head[1] === 0x8b ? 'tgs' : 'json'}`;

async function filmName(path: string, given: string): Promise<string> {
  const type = filmTypeOf(await readHead(path, FILM_HEAD_BYTES));
  return `${stemOf(given) || 'video'}.${type?.extension ?? (extensionOf(given) || 'bin')}`;
}

const stemOf = (name: string): string => name.replace(/\.[^.]{1,10}$/, '');

/** A picture need not have a name, and its bytes say what it is, whatever the name ends with. */
async function imageName(path: string, given: string): Promise<string> {
  const head = await readHead(path);
  return `${stemOf(given) || 'image'}.${imageTypeOf(head)?.extension ?? otherPictureExtension(head)}`;
}
