/** What bytes and names of files are, whatever their sender says they are. */
import { ascii, type ImageType } from '../../../shared/pictures/picture-type.ts';
import { cutText, endOfText } from '../../../shared/text-cut.ts';
import { isOpenedExtension, isWhatItSays } from './file-signature.ts';

/** Starts of ELF and PE programs, of scripts, and of shortcuts (Windows, Linux), which name a program or an address. */
const PROGRAM_STARTS = [
  '\u007fELF',
  'MZ',
  '#!',
  'L\0\0\0\u0001\u0014\u0002\0',
  '[Desktop Entry]',
  '[InternetShortcut]',
];

/** Whether a file is a program or a shortcut, whatever its name says: some systems go by the content. */
export function isProgram(head: Uint8Array): boolean {
  // Recordings of phones begin as scripts do.
  if (ascii(head, 0, '#!AMR\n') || ascii(head, 0, '#!AMR-WB\n')) return false;
  if (PROGRAM_STARTS.some((start) => ascii(head, 0, start))) return true;
  // Mach-O, also for several processors.
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf].includes(magic);
}

export function extensionOf(name: string): string {
  return /\.([^.\s]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether a file on disk of this name (`safeFileName`) is one of the kinds that are opened. */
export const isOpenableName = (name: string): boolean => isOpenedExtension(extensionOf(name));

/** Whether it is opened: a kind of the list, no program, and what its name says (`head`: `SIGNATURE_BYTES` of it). */
export const isOpened = (name: string, head: Uint8Array): boolean =>
  isOpenableName(name) && !isProgram(head) && isWhatItSays(extensionOf(name), head);

/** Windows takes these for devices, whatever follows the first dot, and spaces before it. */
const RESERVED = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;
/** Most file systems take 255 bytes; what comes before it needs room too. */
const MAX_NAME_BYTES = 200;
/** Windows drops dots and spaces at the end: the name would be another one, or another kind. */
const EDGES = /^[. ]+|[. ]+$/g;
/** Control characters, bidi and other format characters but joiners, separators, private use, what is no character. */
const UNSEEN = /[\p{Cc}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?![\u200c\u200d])\p{Cf}/gu;
/** Joiners make emoji and the letters of some scripts; anywhere else they only hide in a name. */
const STRAY_JOINERS =
  /(?<![\p{M}\p{So}\p{Sk}]|(?![a-z])\p{L})[\u200c\u200d]|[\u200c\u200d](?![\p{M}\p{So}]|(?![a-z])\p{L})/giu;

/**
 * A name for a file on disk made of one a message brought: no folders, no control characters, nothing that turns text
 * around (`gpj.exe` shown as `exe.jpg`), nothing Windows keeps for itself or cannot hold. Never empty.
 */
export function safeFileName(name: string): string {
  // The payload of a message can be a megabyte; its end says what the file is.
  const short = name.length > 1_000 ? cutText(name, 500) + endOfText(name, 300) : name;
  const safe = short
    .toWellFormed()
    .normalize('NFC')
    .replaceAll('\ufffd', '_')
    .replace(UNSEEN, '')
    .replace(STRAY_JOINERS, '')
    // (What was between two characters that are one kept them apart.)
    .normalize('NFC')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(EDGES, '');
  if (safe === '') return 'file';
  return shortened(RESERVED.test(safe) ? `_${safe}` : safe);
}

/** At most `MAX_NAME_BYTES`, with its extension, and with an end that Windows keeps. */
function shortened(safe: string): string {
  if (Buffer.byteLength(safe) <= MAX_NAME_BYTES) return safe;
  const extension = extensionOf(safe);
  const tail = extension !== '' && extension.length <= 20 ? `.${extension}` : '';
  let stem = tail === '' ? safe : safe.slice(0, -tail.length);
  while (Buffer.byteLength(stem + tail) > MAX_NAME_BYTES) stem = cutText(stem, stem.length - 1);
  return stem.replace(/[. ]+$/, '') + tail;
}

/**
 * Extension of the uploaded object: of the bytes for an image, else of the name unless that would promise other bytes.
 */
export function objectExtension(name: string, image: ImageType | null): string {
  if (image) return image.extension;
  const extension = extensionOf(name);
  if (!/^[a-z0-9]{1,10}$/.test(extension)) return 'bin';
  return ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg', 'htm', 'html', 'xhtml', 'mp4'].includes(
    extension,
  )
    ? 'bin'
    : extension;
}
