import type { MessageView } from '../../../../shared/domain.ts';
import { SHOWN_AT_FIRST } from '../content/long-text.ts';
import { isEmojiOnly } from '../content/emoji-only.ts';
import { ALBUM_SIDE } from '../content/album-boxes.ts';
import { pictureBox } from '../content/picture-box.ts';

/** A row of chips and what is above it. */
const REACTIONS = 28;

/** Height of a bubble in px, and of what stands under it, guessed from its content. */
export function estimateBody(message: MessageView): number {
  return bubbleHeight(message) + (message.reactions ? REACTIONS : 0);
}

function bubbleHeight({ content, quote }: MessageView): number {
  if (content.kind === 'video')
    return Math.max(90, pictureBox(content.width, content.height).height) + (quote ? 70 : 0);
  if (content.kind === 'image') return pictureBox(content.width, content.height).height + (quote ? 70 : 0);
  if (content.kind === 'text' && isEmojiOnly(content.text)) return 60 + (quote ? 51 : 0);
  if (content.kind === 'voice') return 48 + (quote ? 51 : 0);
  if (content.kind === 'named' && content.place) return 182 + (quote ? 51 : 0);
  if (content.kind === 'named' && content.what === 'sticker') return 150 + (quote ? 51 : 0);
  const lines = linesOfBody(content);
  return 14 + lines * 22 + picturesOfBody(content) + (quote ? 51 : 0);
}

function linesOfBody(content: MessageView['content']): number {
  if (content.kind === 'text') return linesOf(content.text.slice(0, SHOWN_AT_FIRST));
  if (content.kind !== 'named' || !content.rich) return 2;
  const each = content.rich.map((piece) =>
    typeof piece === 'string' ? linesOf(piece.slice(0, SHOWN_AT_FIRST)) : piece === null ? 2 : 0,
  );
  return each.reduce((sum, lines) => sum + lines, 0);
}

function picturesOfBody(content: MessageView['content']): number {
  if (content.kind !== 'named' || !content.rich) return 0;
  return content.rich.reduce(
    (sum, piece) =>
      sum +
      (typeof piece === 'object' && piece !== null ? pictureBox(piece.width, piece.height).height + 8 : 0),
    0,
  );
}

/** Of images that are drawn together. */
export function estimateAlbum(tiles: readonly MessageView[]): number {
  const [first] = tiles;
  if (!first || tiles.length === 1) return first ? estimateBody(first) : 0;
  return ALBUM_SIDE + (first.quote ? 70 : 0);
}

const linesOf = (text: string): number => Math.ceil(text.length / 34) + (text.split('\n').length - 1);
