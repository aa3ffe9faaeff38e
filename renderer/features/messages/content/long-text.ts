/** How a long text is drawn: its beginning first, all of it in blocks. Pure. */
import { characterEdge } from '../../../../shared/text-cut.ts';
import { findLinks } from '../../../../shared/find-links.ts';
import type { TextSegment } from './text-segments.ts';

/** Characters of a message that are drawn before somebody asks for the rest. */
export const SHOWN_AT_FIRST = 5_000;
/** The rest is laid out in blocks of about so many characters. */
const BLOCK = 4_000;

/** How much of a long text is drawn at first: no character, and no link, is cut in two. */
export function shownLength(text: string): number {
  const edge = characterEdge(text, SHOWN_AT_FIRST);
  if (edge === text.length) return edge;
  // Only what stands near the edge can be cut by it; a link reaches back to white space at most.
  let from = edge;
  while (from > 0 && !/\s/.test(text[from - 1] ?? '')) from -= 1;
  const cut = findLinks(text.slice(from, edge + SHOWN_AT_FIRST), Infinity)
    .map(({ start, end }) => ({ start: start + from, end: end + from }))
    .find(({ start, end }) => start < edge && end > edge);
  // A text that begins with a very long address is cut inside it, and that is no link then.
  return cut && cut.start > 0 ? cut.start : edge;
}

/** Where a block may end up to `most`: behind a line, behind a space, else between two characters. */
function blockEnd(text: string, most: number): number {
  if (text.length <= most) return text.length;
  const line = text.lastIndexOf('\n', most - 1);
  if (line >= most / 2) return line + 1;
  const space = text.lastIndexOf(' ', most - 1);
  return space >= most / 2 ? space + 1 : Math.max(1, characterEdge(text, most));
}

/** The segments in blocks; joined, they are the same text. Links and mentions stay whole. */
export function blocksOf(segments: readonly TextSegment[]): TextSegment[][] {
  const blocks: TextSegment[][] = [];
  let block: TextSegment[] = [];
  let room = BLOCK;
  const close = (): void => {
    if (block.length > 0) blocks.push(block);
    block = [];
    room = BLOCK;
  };
  for (const segment of segments) {
    if (segment.kind !== 'text') {
      block.push(segment);
      room -= segment.text.length;
      if (room <= 0) close();
      continue;
    }
    for (let at = 0; at < segment.text.length;) {
      const rest = segment.text.slice(at, at + BLOCK + 1);
      const end =
        rest.length > room ? blockEnd(rest, room) : rest.length > BLOCK ? blockEnd(rest, BLOCK) : rest.length;
      block.push({ ...segment, text: rest.slice(0, end) });
      at += end;
      room -= end;
      if (room <= 0 || at < segment.text.length) close();
    }
  }
  close();
  return blocks;
}
