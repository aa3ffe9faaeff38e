/**
 * How names are shown and saved: people, groups, remarks, files, devices. What cannot be seen, or turns the text around
 * it, is left out, so that a name is what it looks like. Joiners and variation selectors stay where an emoji or a
 * script is written with them. One pass over the text.
 */
import { imitatesSystem } from './system-names.ts';
import { withoutMiddle } from './text-cut.ts';

/** Emoji sequences as a whole: a flag made of tags, a key, people and things joined to one picture. */
const PICTURE = String.raw`\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]?[\ufe0e\ufe0f]?`;
const EMOJI = String.raw`\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}|[#*0-9]\ufe0f?\u20e3|${PICTURE}(?:\u200d${PICTURE})*`;
/** Scripts whose letters join: Persian is not written without the zero width non-joiner. */
const JOINING = [
  'Arabic Syriac Mongolian Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala',
  'Myanmar Khmer Tibetan',
]
  .join(' ')
  .split(' ')
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('');
const JOINER = String.raw`(?<=[${JOINING}]\p{M}{0,4})[\u200c\u200d](?=[${JOINING}])`;
/** Which form of a character is meant. */
const VARIANT = String.raw`(?<=\p{Script=Han})[\u{e0100}-\u{e01ef}]|(?<=\p{Script=Mongolian})[\u180b-\u180d\u180f]`;
/**
 * Characters nobody sees: controls and halves of characters, all that is left out of a text by default (zero width,
 * marks and overrides of direction, fillers, tags), separators of lines, the blank of braille, an absent object, a note
 * without a head, blanks of hieroglyphs.
 */
const INVISIBLE = String.raw`[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\u2800\ufffc\u{1d159}\u{13441}\u{13442}]`;

const ANY_INVISIBLE = new RegExp(INVISIBLE, 'u');
const KEPT_OR_NOT = new RegExp(
  `(${EMOJI}|${JOINER}|${VARIANT})|[\\t\\n\\r\\p{Zl}\\p{Zp}]|${INVISIBLE}`,
  'gu',
);
/** Marks alone, or none: nothing to read. */
const SOMETHING = /[^\p{M}\s]/u;

/** `text` without what cannot be seen; what broke a line is a space. */
export function withoutInvisible(text: string): string {
  if (!ANY_INVISIBLE.test(text)) return text;
  return text.replace(KEPT_OR_NOT, (found: string, kept: string | undefined) =>
    kept === undefined ? (/[\s\p{Zl}\p{Zp}]/u.test(found) && found !== '\ufeff' ? ' ' : '') : kept,
  );
}

/** A name as it is saved: on one line, nothing in it that is not seen. '' when nothing is left to read. */
export function cleanName(name: string): string {
  const clean = withoutInvisible(name).replaceAll(/\s+/gu, ' ').trim();
  return SOMETHING.test(clean) ? clean : '';
}

/** The beginning of an id, where there is no name. */
export const shortId = (id: string): string => id.slice(0, 8);

/** A person or group as shown. `id` stands for an empty name, and beside one that is made to look like the system's. */
export function shownName(name: string, id: string): string {
  const clean = cleanName(name);
  if (clean === '') return shortId(id);
  return imitatesSystem(clean) && !OWN_ACCOUNTS.has(id) ? `${clean} (${shortId(id)})` : clean;
}

/** Accounts of the server itself (tsdd-api.md 10). */
const OWN_ACCOUNTS: ReadonlySet<string> = new Set(['u_10000', 'fileHelper']);

/** No system takes a longer one; of what is longer the middle is left out. */
const LONGEST_FILE_NAME = 10_000;

/** A file's name as shown and searched: its end is what the system goes by. '' stays empty. */
export function shownFileName(whole: string): string {
  // A dot or blank at the end is not part of a name everywhere: what stands before it decides.
  return cleanName(withoutMiddle(whole, LONGEST_FILE_NAME)).replace(/(?<![. ])[. ]+$/, '');
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** For texts without markup around a name: its direction ends with it. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
