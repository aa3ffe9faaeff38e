/**
 * Whether the bytes of a file are of the kind its name says, for the kinds that a click opens (`file-kind.ts`): some
 * programs go by the content, and a browser that is asked to show a picture shows a page with scripts.
 */
import { ascii, imageTypeOf, otherPictureExtension } from '../../../shared/pictures/picture-type.ts';

/** What has to be read of a file: texts are looked at as far as a program guesses from them. */
export const SIGNATURE_BYTES = 65_536;

type Looks = (head: Uint8Array) => boolean;

const starts =
  (...signatures: string[]): Looks =>
  (head) =>
    signatures.some((signature) => ascii(head, 0, signature));

const isPicture: Looks = (head) =>
  imageTypeOf(head) !== null || ['heic', 'tiff'].includes(otherPictureExtension(head));

const CONTAINER_STARTS = starts(
  'ID3',
  'OggS',
  'fLaC',
  '#!AMR\n',
  '#!AMR-WB\n',
  '\u001a\u0045\u00df\u00a3',
  '\u0030\u0026\u00b2\u0075\u008e\u0066\u00cf\u0011',
  '\0\0\u0001\u00ba',
  '\0\0\u0001\u00b3',
);

/** A frame of MPEG audio (layers 2 and 3) or of AAC, without a header of the file; FF FE begins texts of UTF-16. */
function isFrame([first = 0, second = 0]: Uint8Array): boolean {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return false;
  const isKnownVersion = (second & 0x18) !== 0x08;
  return (second & 0xf6) === 0xf0 || (isKnownVersion && [2, 4].includes(second & 6));
}

/** Sound and film share their containers; of a transport stream each packet of 188 bytes begins alike. */
function isSoundOrFilm(head: Uint8Array): boolean {
  if (CONTAINER_STARTS(head)) return true;
  if (ascii(head, 0, 'RIFF')) return ascii(head, 8, 'WAVE') || ascii(head, 8, 'AVI ');
  if (ascii(head, 0, 'FORM')) return ascii(head, 8, 'AIFF') || ascii(head, 8, 'AIFC');
  if (['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].some((box) => ascii(head, 4, box)))
    return true;
  return isFrame(head) || (head[0] === 0x47 && head[188] === 0x47);
}

/** Pages, drawings, and whatever else is markup; numbers in angle brackets begin the lines of some logs. */
const MARKUP = /^<[!?/%a-z]/i;
/** What is text and more than that: scripts, mail with pages, documents and sheets with macros, by their start. */
const NO_PLAIN_TEXT =
  /^(?:#!|@echo\b|%!ps|%pdf-|\{\\rtf|id;|mime-version:|content-type:|from: <saved by |windows registry editor|regedit4)/i;
const SHORTCUT = /^\[(?:desktop entry|internetshortcut)\]/i;
/** Bytes that no text has; 7 to 13 and 27 (bell to return, escape) are in logs of terminals. */
const isControl = (byte: number): boolean => byte < 7 || (byte > 13 && byte < 32 && byte !== 27);

function isText(head: Uint8Array): boolean {
  if (head.some(isControl)) return false;
  const text = new TextDecoder('latin1').decode(head).replace(/^ï»¿/, '');
  const lines = text.split(/[\r\n]+/).map((line) => line.trim().slice(0, 40));
  const first = lines.find((line) => line !== '') ?? '';
  if (MARKUP.test(first) || NO_PLAIN_TEXT.test(first)) return false;
  // A shortcut may begin with remarks.
  return !SHORTCUT.test(lines.find((line) => !/^(?:[#;]|$)/.test(line)) ?? '');
}

const LOOKS: readonly [names: string, looks: Looks][] = [
  ['pdf', starts('%PDF-')],
  ['txt log md csv', isText],
  ['docx xlsx pptx odt ods odp', starts('PK\u0003\u0004')],
  ['zip', starts('PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0007\u0008')],
  ['png jpg jpeg gif webp avif bmp heic heif tif tiff', isPicture],
  [
    'mp3 m4a aac wav flac ogg oga opus wma amr aif aiff mp4 m4v mov mkv webm avi wmv mpg mpeg 3gp',
    isSoundOrFilm,
  ],
];

/**
 * What is opened by a click: documents without macros, pictures, sound, film, zip. All others are saved, and opened by
 * whoever knows what they are: what a system runs, mounts or installs grows with each program on it, a list of that
 * never ends. No SVG and no HTML (scripts), no play lists (addresses), no office files of the old kinds (macros).
 */
const OPENED: ReadonlyMap<string, Looks> = new Map(
  LOOKS.flatMap(([names, looks]) => names.split(' ').map((name): [string, Looks] => [name, looks])),
);

/** Whether files with this extension (lower case) are opened. */
export const isOpenedExtension = (extension: string): boolean => OPENED.has(extension);

/** Whether a file that begins so is what its extension says. */
export const isWhatItSays = (extension: string, head: Uint8Array): boolean =>
  OPENED.get(extension)?.(head) ?? false;
