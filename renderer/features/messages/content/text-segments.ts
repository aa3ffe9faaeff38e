/** Splits message text into plain text, links, mentions and search hits. Joined, the pieces are the text again. */
import type { Mention } from '../../../../shared/content/message-content.ts';
import type { TextRange } from '../../../../shared/matching/match.ts';
import { EVERYONE_NAMES, type MentionName, nameAt, nameTree } from '../../../text/mention-names.ts';
import { findLinks, type LinkRange } from '../../../../shared/find-links.ts';

export type TextSegment =
  | { kind: 'text'; text: string; hit: boolean }
  /** `shown` differs from the text where that could be read as another address. */
  | { kind: 'link'; text: string; shown: string; href: string }
  /** `me`: it mentions the reader, by name or as everyone. */
  | { kind: 'mention'; text: string; me: boolean };

interface Range {
  start: number;
  end: number;
}

type MentionRange = Range & { me: boolean };

/** Mentions of one message that are marked; what follows stays text. */
export const MAX_MENTIONS = 200;
/** Longer names are not looked for. */
const LONGEST_NAME = 100;
const LONGEST_WORD = 40;

/** Whether the character after a mention ends it: names may contain spaces, so only the name itself is matched. */
function endsName(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || !/[\p{L}\p{N}_]/u.test(next) || /[\u3400-\u9fff]/.test(next);
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < LONGEST_WORD && !/[\s@]/.test(text[at] ?? '')) at += 1;
  return at;
}

/**
 * Ranges of `@name` that the payload's mention list stands for. Longer names win ("@李雷" over "@李"). `names` holds
 * every known name of the mentioned uids; a mention whose name is not known (renamed, left) is found by its `@word`.
 * One pass over the text, one over the names.
 */
export function mentionRanges(
  text: string,
  mention: Mention,
  names: readonly MentionName[],
  meUid: string,
): MentionRange[] {
  if (mention.uids.length === 0 && !mention.all) return [];
  const wanted = new Set(mention.uids);
  const candidates = names.filter(({ uid, name }) => wanted.has(uid) && name.length <= LONGEST_NAME);
  if (mention.all) candidates.push(...EVERYONE_NAMES.map((name) => ({ uid: '', name })));
  const tree = nameTree(candidates);
  const known: MentionRange[] = [];
  const words: Range[] = [];
  for (let at = text.indexOf('@'); at >= 0 && known.length < MAX_MENTIONS;) {
    const found = nameAt(text, at + 1, tree, endsName);
    if (found) {
      const { end, uids } = found;
      known.push({ start: at, end, me: uids.includes('') || uids.includes(meUid) });
      for (const uid of uids) wanted.delete(uid);
    } else if (words.length < MAX_MENTIONS) {
      const end = wordEnd(text, at + 1);
      if (end > at + 1) words.push({ start: at, end });
    }
    at = text.indexOf('@', found?.end ?? at + 1);
  }
  // Several have this name: none of them is marked as the reader.
  const me = wanted.size === 1 && wanted.has(meUid);
  const unknown = words.slice(0, wanted.size).map((range) => ({ ...range, me }));
  return [...known, ...unknown].sort((a, b) => a.start - b.start).slice(0, MAX_MENTIONS);
}

/** Pieces of text between two marks; `hits` are taken from its front as they are passed. */
class PlainText {
  readonly #text: string;
  readonly #hits: readonly TextRange[];
  #next = 0;

  constructor(text: string, hits: readonly TextRange[]) {
    this.#text = text;
    this.#hits = hits;
  }

  add(segments: TextSegment[], from: number, to: number): void {
    let at = from;
    for (; this.#next < this.#hits.length; this.#next += 1) {
      const hit = this.#hits[this.#next];
      if (!hit || hit[0] >= to) break;
      const start = Math.max(hit[0], at);
      const end = Math.min(hit[1], to);
      if (start < end) {
        if (start > at) segments.push({ kind: 'text', text: this.#text.slice(at, start), hit: false });
        segments.push({ kind: 'text', text: this.#text.slice(start, end), hit: true });
        at = end;
      }
      // It goes on behind the mark that follows.
      if (hit[1] > to) break;
    }
    if (at < to) segments.push({ kind: 'text', text: this.#text.slice(at, to), hit: false });
  }
}

interface Mark extends Range {
  segment: TextSegment;
}

/** Links and the mentions outside them, in the order of the text. */
function marksOf(text: string, links: readonly LinkRange[], mentions: readonly MentionRange[]): Mark[] {
  const marks: Mark[] = [];
  let next = 0;
  const linksBefore = (start: number): void => {
    for (let link = links[next]; link && link.start < start; next += 1, link = links[next]) {
      const { shown, href } = link;
      const segment: TextSegment = { kind: 'link', text: text.slice(link.start, link.end), shown, href };
      marks.push({ start: link.start, end: link.end, segment });
    }
  };
  for (const { start, end, me } of mentions) {
    linksBefore(start);
    const following = links[next];
    if (start < (links[next - 1]?.end ?? 0) || (following && following.start < end)) continue;
    marks.push({ start, end, segment: { kind: 'mention', text: text.slice(start, end), me } });
  }
  linksBefore(text.length);
  return marks;
}

/** `hits`: what a search found in it, in order (`hitRanges` of `shared/matching/terms.ts`). */
export function segmentText(
  text: string,
  mention: Mention,
  names: readonly MentionName[],
  meUid: string,
  hits: readonly TextRange[] = [],
): TextSegment[] {
  const plain = new PlainText(text, hits);
  const segments: TextSegment[] = [];
  let at = 0;
  for (const mark of marksOf(text, findLinks(text), mentionRanges(text, mention, names, meUid))) {
    plain.add(segments, at, mark.start);
    segments.push(mark.segment);
    at = mark.end;
  }
  plain.add(segments, at, text.length);
  return segments;
}
