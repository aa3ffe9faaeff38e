/**
 * Mentions while writing. The text stays plain: a mention is `@name ` plus the uid that was picked for that name.
 * A mention counts as long as its `@name` is still in the text. Several may have one name: the picks of a name belong
 * to its places in the text, in their order.
 */
import type { Mention } from '../../../shared/content/message-content.ts';
import { EVERYONE_NAMES, nameAt, nameTree } from '../../text/mention-names.ts';

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

interface PickedRange {
  start: number;
  end: number;
  uid: string;
  name: string;
}

/** Where picked names stand, the longest at each `@`: in the order of the text, in one pass over it. */
function ranges(text: string, picked: readonly PickedMention[]): PickedRange[] {
  if (picked.length === 0) return [];
  const tree = nameTree(picked);
  /** How many places a name had so far, by the list of those who were picked for it. */
  const places = new Map<readonly string[], number>();
  const found: PickedRange[] = [];
  for (let at = text.indexOf('@'); at >= 0;) {
    const named = nameAt(text, at + 1, tree);
    if (named) {
      const { end, uids } = named;
      const place = places.get(uids) ?? 0;
      places.set(uids, place + 1);
      found.push({ start: at, end, uid: uids[place] ?? uids.at(-1) ?? '', name: text.slice(at + 1, end) });
    }
    at = text.indexOf('@', named?.end ?? at + 1);
  }
  return found;
}

/** Adds who was picked for the name that now stands at `start`. */
export function withPick(
  text: string,
  picked: readonly PickedMention[],
  { uid, name }: PickedMention,
  start: number,
): PickedMention[] {
  const place = ranges(text, [...picked, { uid, name }]).filter(
    (range) => range.name === name && range.start < start,
  ).length;
  const same = picked.filter((pick) => pick.name === name);
  const others = picked.filter((pick) => pick.name !== name);
  return [...others, ...same.slice(0, place), { uid, name }, ...same.slice(place)];
}

/**
 * The picks after an edit of the text: of several with one name, those whose place was taken out come last, so that the
 * places that are left keep theirs. None is forgotten: what was taken out may be put back.
 */
export function picksAfter(
  before: string,
  after: string,
  picked: readonly PickedMention[],
): readonly PickedMention[] {
  const names = new Set<string>();
  if (!picked.some(({ name }) => names.size === names.add(name).size)) return picked;
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  const places = new Map<string, number>();
  const gone = new Map<string, Set<number>>();
  for (const { start, end, name } of ranges(before, picked)) {
    const place = places.get(name) ?? 0;
    places.set(name, place + 1);
    if (end <= head || start >= before.length - tail) continue;
    gone.set(name, (gone.get(name) ?? new Set()).add(place));
  }
  if (gone.size === 0) return picked;
  const seen = new Map<string, number>();
  const kept: PickedMention[] = [];
  const last: PickedMention[] = [];
  for (const pick of picked) {
    const place = seen.get(pick.name) ?? 0;
    seen.set(pick.name, place + 1);
    (gone.get(pick.name)?.has(place) ? last : kept).push(pick);
  }
  return [...kept, ...last];
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

/** Whom a text mentions by a name that is not known here (renamed, left). */
export interface Unseen extends Mention {
  /** How the words with an @ begin that may stand for them, in the order of the text. */
  words: readonly string[];
}

export const nobodyUnseen: Unseen = { all: false, uids: [], words: [] };

/** The @ and so much of what follows: the rest may be the sentence, in scripts without spaces. */
const WORD_BEGINNING = /^@[^\s@]{1,2}/u;

/**
 * What a message that is edited mentions: the picks that its text shows, by any name they are known by; and those it
 * does not show.
 */
export function pickedIn(
  text: string,
  mention: Mention,
  names: readonly PickedMention[],
  everyone: string,
): { picked: PickedMention[]; unseen: Unseen } {
  const wanted = new Set(mention.uids);
  const candidates = names.filter(({ uid }) => wanted.has(uid));
  if (mention.all) candidates.push(...[everyone, ...EVERYONE_NAMES].map((name) => ({ uid: EVERYONE, name })));
  const known = new Set<string>();
  const offered = candidates.filter(({ uid, name }) => {
    const id = `${uid}\n${name}`;
    return !known.has(id) && known.add(id);
  });
  const shown = ranges(text, offered);
  const picked = shown.map(({ uid, name }) => ({ uid, name }));
  const seen = new Set(picked.map(({ uid }) => uid));
  const all = mention.all && !seen.has(EVERYONE);
  const uids = mention.uids.filter((uid) => !seen.has(uid));
  return {
    picked,
    unseen: all || uids.length > 0 ? { all, uids, words: wordsBeside(text, shown) } : nobodyUnseen,
  };
}

/** How the words with an @ begin that are none of `known`. */
function wordsBeside(text: string, known: readonly PickedRange[]): string[] {
  const starts = new Set(known.map(({ start }) => start));
  const words: string[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const word = starts.has(at) ? null : WORD_BEGINNING.exec(text.slice(at, at + 5));
    if (word) words.push(word[0]);
  }
  return words;
}

/**
 * What an edited text mentions: who is picked in it, and whom it mentioned unseen while a word that may stand for them
 * is there. Where there are as many words as people, each stands for one; else for any of them.
 */
export function mentionsOfEdit(text: string, picked: readonly PickedMention[], unseen: Unseen): Mention {
  const { all, uids } = mentionsOf(text, picked);
  const { words } = unseen;
  const isLeft = words.map((word) => text.includes(word));
  const anyLeft = words.length === 0 ? text.includes('@') : isLeft.includes(true);
  const each = words.length === unseen.uids.length && !unseen.all;
  const left = unseen.uids.filter((_, at) => (each ? isLeft[at] === true : anyLeft));
  return { all: all || (unseen.all && anyLeft), uids: [...new Set([...uids, ...left])] };
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
