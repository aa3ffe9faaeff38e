/** Sizes and words of images and files in the flow. Pure. */
import type { MessageView } from '../../../shared/domain.ts';

/** ui.md 3: an image is 96 to 320 wide and at most 360 tall. */
const MIN_WIDTH = 96;
const MAX_WIDTH = 320;
const MAX_HEIGHT = 360;
/** A panorama of a few pixels' height could not be clicked. */
const MIN_HEIGHT = 48;
/** Drawn when the sender did not say how large the image is. */
const UNKNOWN = { width: 240, height: 160 } as const;

export interface Box {
  width: number;
  height: number;
}

/**
 * CSS px of an image whose payload says `width` x `height`: its own size where that fits, else scaled down with its aspect kept.
 * Only what is beyond both limits (a long receipt, a thin banner) is cropped.
 */
export function pictureBox(width: number, height: number): Box {
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) return UNKNOWN;
  const down = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  const shown = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width * down));
  const tall = (shown / width) * height;
  return {
    width: Math.round(shown),
    height: Math.round(Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, tall))),
  };
}

/** Characters that stay at the end of a shortened file name: the extension and a bit of what stands before it. */
const TAIL = 4;
const graphemes = new Intl.Segmenter();

/** A file name in two parts, of which the first may be shortened: `a very lo…port.pdf`. */
export function splitName(name: string): { head: string; tail: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 8 ? name.length - dot : 0;
  const keep = extension + TAIL;
  const characters = Array.from(graphemes.segment(name), ({ segment }) => segment);
  if (characters.length <= keep) return { head: '', tail: name };
  return { head: characters.slice(0, -keep).join(''), tail: characters.slice(-keep).join('') };
}

/** What the 40x44 tile of a file says; '' = draw the plain file icon. */
export function tileLabel(name: string): string {
  return /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1]?.toUpperCase() ?? '';
}

/** Its bytes are still on their way to the server. */
export function isUploading(message: MessageView): boolean {
  const { content, send } = message;
  if (content.kind !== 'image' && content.kind !== 'file') return false;
  return content.url === '' && (send.state === 'queued' || send.state === 'sending');
}

/** Share of a transfer, 0 to 1; null while its size is unknown or nothing has moved. */
export function shareOf(
  transfer: { doneBytes: number; totalBytes: number | null } | undefined,
): number | null {
  if (!transfer || transfer.totalBytes === null || transfer.totalBytes <= 0 || transfer.doneBytes <= 0)
    return null;
  return Math.min(1, transfer.doneBytes / transfer.totalBytes);
}
