/**
 * Mentions while writing. The text stays plain: a mention is `@name ` plus the uid that was picked for that name.
 * A mention counts as long as its `@name` is still in the text.
 */
import type { Mention } from '../../../shared/content/message-content.ts';

/** uid of "everyone" among the picked. */
export const EVERYONE = 'all';

export interface PickedMention {
  uid: string;
  name: string;
}

export interface MentionQuery {
  /** Index of the `@`. */
  start: number;
  query: string;
}

const MAX_QUERY = 20;

/** The `@…` being typed at the caret, or null. An @ inside a word (an e-mail address) opens nothing. */
export function mentionQueryAt(text: string, caret: number): MentionQuery | null {
  const at = text.lastIndexOf('@', caret - 1);
  if (at < 0 || caret - at - 1 > MAX_QUERY) return null;
  const query = text.slice(at + 1, caret);
  if (/[\s@]/.test(query)) return null;
  const before = text[at - 1];
  if (before !== undefined && /[A-Za-z0-9._-]/.test(before)) return null;
  return { start: at, query };
}

/** Replaces the `@…` by the picked name and a space. */
export function insertMention(
  text: string,
  caret: number,
  start: number,
  name: string,
): { text: string; caret: number } {
  const after = text.slice(caret);
  const token = `@${name} `;
  return {
    text: text.slice(0, start) + token + (after.startsWith(' ') ? after.slice(1) : after),
    caret: start + token.length,
  };
}

function ranges(
  text: string,
  picked: readonly PickedMention[],
): { start: number; end: number; uid: string }[] {
  const found: { start: number; end: number; uid: string }[] = [];
  for (const { uid, name } of [...picked].sort((a, b) => b.name.length - a.name.length)) {
    const needle = `@${name}`;
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      const end = at + needle.length;
      if (found.some((r) => at < r.end && end > r.start)) continue;
      found.push({ start: at, end, uid });
    }
  }
  return found;
}

/** The mention list to send: the picked ones that are still in the text, each once. */
export function mentionsOf(text: string, picked: readonly PickedMention[]): Mention {
  const uids = new Set(ranges(text, picked).map((range) => range.uid));
  const all = uids.delete(EVERYONE);
  return { all, uids: [...uids] };
}

/** The range a Backspace at the caret removes when it stands right behind a mention (with or without its space). */
export function mentionBefore(
  text: string,
  caret: number,
  picked: readonly PickedMention[],
): { start: number; end: number } | null {
  const range = ranges(text, picked).find(
    (r) => caret === r.end || (caret === r.end + 1 && text[r.end] === ' '),
  );
  return range ? { start: range.start, end: caret } : null;
}

/** Picked mentions from a stored draft or from 重新编辑. */
export function pickedFrom(
  mention: Mention,
  names: Record<string, string>,
  everyone: string,
): PickedMention[] {
  const picked: PickedMention[] = [];
  if (mention.all) picked.push({ uid: EVERYONE, name: names[EVERYONE] ?? everyone });
  for (const uid of mention.uids) {
    const name = names[uid];
    if (name) picked.push({ uid, name });
  }
  return picked;
}

/** Names by uid, as drafts store them. */
export function namesOf(picked: readonly PickedMention[]): Record<string, string> {
  return Object.fromEntries(picked.map(({ uid, name }) => [uid, name]));
}
