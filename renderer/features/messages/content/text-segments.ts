/** Splits message text into plain text, links, mentions and search hits. Joined, the pieces are the text again. */
import type { MentionName } from '../names/use-names.ts';
import type { Mention } from '../../../../shared/content/message-content.ts';
import { findLinks } from './links.ts';

export type TextSegment =
  | { kind: 'text'; text: string; hit: boolean }
  | { kind: 'link'; text: string; href: string }
  /** `me`: it mentions the reader, by name or as everyone. */
  | { kind: 'mention'; text: string; me: boolean };

interface Range {
  start: number;
  end: number;
}

/** What clients write when everyone is mentioned. */
const EVERYONE = ['所有人', '全体成员', 'everyone', 'all', 'All'];

/** Whether the character after a mention ends it: names may contain spaces, so only the name itself is matched. */
function endsName(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || !/[\p{L}\p{N}_]/u.test(next) || /[\u3400-\u9fff]/.test(next);
}

function occurrences(text: string, name: string): Range[] {
  const ranges: Range[] = [];
  if (!name) return ranges;
  const needle = `@${name}`;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    if (endsName(text, at + needle.length)) ranges.push({ start: at, end: at + needle.length });
  }
  return ranges;
}

/**
 * Ranges of `@name` that the payload's mention list stands for. Longer names win ("@李雷" over "@李"). `names` holds
 * every known name of the mentioned uids; a mention whose name is not known (renamed, left) is found by its `@word`.
 */
export function mentionRanges(
  text: string,
  mention: Mention,
  names: readonly MentionName[],
  meUid: string,
): (Range & { me: boolean })[] {
  const ranges: (Range & { me: boolean })[] = [];
  const free = (range: Range): boolean => ranges.every((r) => range.end <= r.start || range.start >= r.end);
  const wanted = new Set(mention.uids);
  const candidates = names.filter((entry) => wanted.has(entry.uid));
  if (mention.all) candidates.push(...EVERYONE.map((name) => ({ uid: '', name })));
  const resolved = new Set<string>();
  for (const { uid, name } of candidates.sort((a, b) => b.name.length - a.name.length)) {
    for (const range of occurrences(text, name)) {
      if (!free(range)) continue;
      ranges.push({ ...range, me: uid === '' || uid === meUid });
      resolved.add(uid);
    }
  }
  const unknown = mention.uids.filter((uid) => !resolved.has(uid));
  if (unknown.length > 0) {
    const words = [...text.matchAll(/@[^\s@]{1,40}/g)]
      .map((match) => ({ start: match.index, end: match.index + match[0].length }))
      .filter(free)
      .slice(0, unknown.length);
    // Several have this name: none of them is marked as the reader.
    const me = unknown.length === 1 && unknown[0] === meUid;
    for (const range of words) ranges.push({ ...range, me });
  }
  return ranges.sort((a, b) => a.start - b.start);
}

function plain(text: string, from: number, to: number, hits: readonly Range[]): TextSegment[] {
  const segments: TextSegment[] = [];
  let at = from;
  for (const hit of hits) {
    const start = Math.max(hit.start, at);
    const end = Math.min(hit.end, to);
    if (start >= end) continue;
    if (start > at) segments.push({ kind: 'text', text: text.slice(at, start), hit: false });
    segments.push({ kind: 'text', text: text.slice(start, end), hit: true });
    at = end;
  }
  if (at < to) segments.push({ kind: 'text', text: text.slice(at, to), hit: false });
  return segments;
}

export function segmentText(
  text: string,
  mention: Mention,
  names: readonly MentionName[],
  meUid: string,
  hits: readonly Range[] = [],
): TextSegment[] {
  const links = findLinks(text);
  const mentions = mentionRanges(text, mention, names, meUid).filter((m) =>
    links.every((link) => m.end <= link.start || m.start >= link.end),
  );
  const marks = [
    ...links.map((link) => ({
      start: link.start,
      end: link.end,
      make: (t: string): TextSegment => ({ kind: 'link', text: t, href: link.href }),
    })),
    ...mentions.map((m) => ({
      start: m.start,
      end: m.end,
      make: (t: string): TextSegment => ({ kind: 'mention', text: t, me: m.me }),
    })),
  ].sort((a, b) => a.start - b.start);
  const sortedHits = [...hits].sort((a, b) => a.start - b.start);
  const segments: TextSegment[] = [];
  let at = 0;
  for (const mark of marks) {
    segments.push(...plain(text, at, mark.start, sortedHits));
    segments.push(mark.make(text.slice(mark.start, mark.end)));
    at = mark.end;
  }
  segments.push(...plain(text, at, text.length, sortedHits));
  return segments;
}

/** Ranges of a search text in a message, without regard to case. */
export function hitRanges(text: string, query: string): Range[] {
  const needle = query.trim().toLowerCase();
  if (!needle) return [];
  const haystack = text.toLowerCase();
  // Lower-casing can change the length of rare letters; ranges would be off, so nothing is marked then.
  if (haystack.length !== text.length) return [];
  const ranges: Range[] = [];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + needle.length)) {
    ranges.push({ start: at, end: at + needle.length });
  }
  return ranges;
}
