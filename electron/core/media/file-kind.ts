/** What bytes and names of files are, whatever their sender says they are. */
import { cutText, endOfText } from '../../../shared/text-cut.ts';

export interface ImageType {
  mime: string;
  extension: string;
}

/** Bytes of a file's beginning that `imageTypeOf` and `isProgram` look at. */
export const HEAD_BYTES = 32;

const ascii = (head: Uint8Array, from: number, text: string): boolean =>
  head.length >= from + text.length &&
  Array.from(text).every((char, index) => head[from + index] === char.charCodeAt(0));

/** Pixel images only, by their first bytes. Never SVG: that is a document with scripts. */
export function imageTypeOf(head: Uint8Array): ImageType | null {
  if (ascii(head, 0, '\u0089PNG\r\n\u001a\n')) return { mime: 'image/png', extension: 'png' };
  if (ascii(head, 0, '\u00ff\u00d8\u00ff')) return { mime: 'image/jpeg', extension: 'jpg' };
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) return { mime: 'image/gif', extension: 'gif' };
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return { mime: 'image/webp', extension: 'webp' };
  if (ascii(head, 4, 'ftypavif')) return { mime: 'image/avif', extension: 'avif' };
  return null;
}

/** Starts of ELF, PE and Mach-O programs and of scripts. */
export function isProgram(head: Uint8Array): boolean {
  if (ascii(head, 0, '\u007fELF') || ascii(head, 0, 'MZ') || ascii(head, 0, '#!')) return true;
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic);
}

/** Extensions that some system runs, installs or mounts when such a file is opened. */
const RUN = new Set(
  (
    'action ade adp app appimage appref-ms application appx appxbundle bas bash bat bin cab chm class cmd com command ' +
    'cpl crt csh deb desktop diskcopy dll dmg elf exe fish fon gadget hlp hta htm html img inf ins iso isp jar jnlp js jse ksh ' +
    'lnk lua mad maf mda mdb mde mdt mdw mdz mht mhtml mjs msc msh msi msix msp mst ops osx out pcd php pif pkg pl plg prf prg ' +
    'ps1 ps2 psc1 psm1 py pyc pyw rb reg rpm run scf scpt scr sct settingcontent-ms sh shb shs snap svg svgz swf sys terminal ' +
    'tool url vb vbe vbs vhd vhdx vxd workflow ws wsc wsf wsh xbap xht xhtml xll xml xnk zsh'
  ).split(' '),
);

export function extensionOf(name: string): string {
  return /\.([^.\s]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** A name the system might run, or one that does not say what the file is: such a file is saved, never opened. */
export function isRunnableName(name: string): boolean {
  const extension = extensionOf(name);
  return extension === '' || RUN.has(extension);
}

const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Most file systems take 255 bytes; what comes before it needs room too. */
const MAX_NAME_BYTES = 200;

/**
 * A name for a file on disk made of one a message brought: no folders, no control characters, nothing that turns text
 * around (`gpj.exe` shown as `exe.jpg`), nothing Windows keeps for itself. Never empty.
 */
export function safeFileName(name: string): string {
  // The payload of a message can be a megabyte; its end says what the file is.
  const short = name.length > 1_000 ? cutText(name, 500) + endOfText(name, 300) : name;
  let safe = short
    .toWellFormed()
    .normalize('NFC')
    .replaceAll('\ufffd', '_')
    // Control and format characters (bidi overrides, zero width), line and paragraph separators, private use.
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (RESERVED.test(safe)) safe = `_${safe}`;
  if (safe === '') return 'file';
  if (Buffer.byteLength(safe) <= MAX_NAME_BYTES) return safe;
  const extension = extensionOf(safe);
  const tail = extension !== '' && extension.length <= 20 ? `.${extension}` : '';
  let stem = tail === '' ? safe : safe.slice(0, -tail.length);
  while (Buffer.byteLength(stem + tail) > MAX_NAME_BYTES) stem = cutText(stem, stem.length - 1);
  return stem.trimEnd() + tail;
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
