/** What can be attached: limits, and what is shown as an image. Pure. */
import { MAX_ATTACHMENT_BYTES, MAX_TRAY_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { foldText } from '../../../shared/matching/match.ts';
import { cutText } from '../../../shared/text-cut.ts';

/** As many as one call may name (`messages.sendAttachments`). */
export const MAX_ATTACHMENTS = 20;

/** Types that are shown in place. Never svg: it is a document. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export const PROBLEMS = [
  'folder',
  'unreadable',
  'empty',
  'tooLarge',
  'overServer',
  'tooMany',
  'tooMuch',
] as const;
export type Problem = (typeof PROBLEMS)[number];

export interface Offered<F> {
  accepted: F[];
  /** How many could not be taken, by reason. */
  problems: Partial<Record<Problem, number>>;
}

/**
 * Sorts out what can be sent; `have`: how many are attached already, and their bytes; `folders`: how many folders came
 * along, `refusedBytes`: a file of this size is refused by the server.
 */
export function sortOut<F extends { size: number; type?: string }>(
  files: readonly F[],
  have: { count: number; bytes: number },
  folders = 0,
  refusedBytes: number | null = null,
): Offered<F> {
  const accepted: F[] = [];
  const problems: Offered<F>['problems'] = folders > 0 ? { folder: folders } : {};
  const refuse = (problem: Problem): void => {
    problems[problem] = (problems[problem] ?? 0) + 1;
  };
  let { bytes } = have;
  for (const file of files) {
    if (file.size === 0) refuse('empty');
    else if (file.size > MAX_ATTACHMENT_BYTES) refuse('tooLarge');
    // (What is sent of an image is smaller; that is looked at before it is sent.)
    else if (refusedBytes !== null && file.size >= refusedBytes && !isImageType(file.type ?? ''))
      refuse('overServer');
    else if (have.count + accepted.length >= MAX_ATTACHMENTS) refuse('tooMany');
    else if (bytes + file.size > MAX_TRAY_BYTES) refuse('tooMuch');
    else {
      accepted.push(file);
      bytes += file.size;
    }
  }
  return { accepted, problems };
}

export const isImageType = (mime: string): boolean => IMAGE_TYPES.has(mime.toLowerCase());

const MAX_NAME = 255;

/** A name the contract takes: not empty, at most 255 characters, with its extension. */
export function sendName(name: string): string {
  const plain = name.trim() || 'file';
  if (plain.length <= MAX_NAME) return plain;
  const dot = plain.lastIndexOf('.');
  const extension = dot > 0 && plain.length - dot <= 16 ? plain.slice(dot) : '';
  return cutText(plain, MAX_NAME - extension.length) + extension;
}

/**
 * Files of a paste or drop, and how many folders were among them (the browser offers those as files that cannot be
 * read).
 */
export function filesOf(data: DataTransfer): { files: File[]; folders: number } {
  const files: File[] = [];
  let folders = 0;
  for (const item of data.items) {
    if (item.kind !== 'file') continue;
    if (item.webkitGetAsEntry()?.isDirectory) {
      folders += 1;
      continue;
    }
    const file = item.getAsFile();
    if (file) files.push(file);
  }
  return { files, folders };
}

/** Of no size, as nobody could ask for it: a link that leads to itself, a file that is gone since it was picked. */
export async function unreadableOf<F extends Blob>(files: readonly F[]): Promise<ReadonlySet<F>> {
  const unreadable = new Set<F>();
  for (const file of files) if (file.size === 0) await file.arrayBuffer().catch(() => unreadable.add(file));
  return unreadable;
}

export interface Pasted {
  files: readonly { name: string; type: string }[];
  folders: number;
  /** `text/plain` and `text/html` that came along. */
  plain: string;
  html: string;
}

/**
 * What a paste with files means. File managers bring the names or addresses of their files as text, browsers that of a
 * picture: the files are meant. A spreadsheet's cells and a web page's words bring their picture: the words are meant.
 */
export function pastesFiles({ files, folders, plain, html }: Pasted): boolean {
  if (files.length + folders === 0) return false;
  if (plain.trim() === '') return true;
  if (/<table\b/i.test(html)) return false;
  const [only] = files;
  const address = /^https?:\/\/\S+$/.test(plain.trim());
  if (files.length === 1 && only && isImageType(only.type) && address && /<img\b/i.test(html)) return true;
  return namesOnly(plain, files, folders);
}

/** Whether every line is the name, or the address, of one of the files. */
function namesOnly(plain: string, files: Pasted['files'], folders: number): boolean {
  const lines = plain.split(/[\r\n\u2028\u2029]+/).filter((line) => line.trim() !== '');
  if (lines.length > files.length + folders) return false;
  const names = new Set<string>();
  for (const { name } of files) {
    names.add(foldText(name).trim());
    // Finder may leave the ending out.
    names.add(foldText(name.replace(/\.[^.]{1,10}$/, '')).trim());
  }
  const others = lines.filter((line) => !names.has(foldText(lastPart(line)).trim()));
  return others.length <= folders;
}

function lastPart(line: string): string {
  const path = line.trim().replace(/[\\/]$/, '');
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  if (!/^file:/i.test(path)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
