/**
 * Stickers and packs as a server lists them (tsdd-api.md 6.3). A list may be anything: what lies at another host or
 * says nothing that can be used is left out, and counts, words and outlines are bounded.
 */
import { isOwnFile } from '../../../shared/content/own-file.ts';
import { isDrawn, outlineIn } from '../../../shared/content/sticker-words.ts';
import { cleanName } from '../../../shared/display-name.ts';
import type { OfferedPack } from '../../../shared/ipc/contract/packs.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import { cutText } from '../../../shared/text-cut.ts';

/** Of a collection or a pack. */
export const MOST_STICKERS = 300;
/** Rows that are looked at: of a list of a million nobody sees more. */
const MOST_ROWS = 2_000;
const LONGEST_PATH = 2_000;
const LONGEST_TITLE = 100;
const LONGEST_ABOUT = 500;
/** Characters of all placeholders of a list together. */
const MOST_PLACEHOLDERS = 600_000;
/** Words of a phone's keyboard in place of an outline. */
const LONGEST_WORDS = 60;

const side = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 100_000 ? value : 0;
const words = (value: unknown, max: number): string =>
  typeof value === 'string' ? cutText(cleanName(value.slice(0, max * 4)), max) : '';

/** A list, and Go's empty one. @throws CodedError naming the answer. */
export function listIn(what: string, answer: unknown): readonly unknown[] {
  if (answer === null || answer === undefined) return [];
  if (!Array.isArray(answer)) throw new CodedError('notCompatible', `${what}: the answer is no list`);
  return (answer as unknown[]).slice(0, MOST_ROWS);
}

/** The first of each path, 300 at most. */
export function stickersIn(rows: readonly unknown[]): StickerView[] {
  const found = new Map<string, StickerView>();
  let left = MOST_PLACEHOLDERS;
  for (const row of rows) {
    if (found.size >= MOST_STICKERS) break;
    const sticker = isObject(row) ? stickerIn(row) : null;
    if (!sticker || found.has(sticker.path)) continue;
    left -= sticker.placeholder?.length ?? 0;
    if (left < 0) delete sticker.placeholder;
    found.set(sticker.path, sticker);
  }
  return [...found.values()];
}

function stickerIn(row: JsonObject): StickerView | null {
  const { path } = row;
  if (typeof path !== 'string' || path.length > LONGEST_PATH || !isOwnFile(path)) return null;
  const format = typeof row['format'] === 'string' && /^\w{1,20}$/.test(row['format']) ? row['format'] : '';
  const category = categoryIn(row['category']);
  const title = words(row['title'], LONGEST_TITLE);
  const placeholder = isDrawn(format, path)
    ? (outlineIn(row['placeholder']) ?? words(row['placeholder'], LONGEST_WORDS))
    : words(row['placeholder'], LONGEST_WORDS);
  return {
    path,
    width: side(row['width']),
    height: side(row['height']),
    ...(format !== '' && { format }),
    ...(category !== null && { category }),
    ...(title !== '' && { title }),
    ...(placeholder !== '' && { placeholder }),
  };
}

/** What names a pack; null for what names none. */
export const categoryIn = (value: unknown): string | null =>
  typeof value === 'string' && value.isWellFormed() && value.trim() !== '' && value.length <= 100
    ? value
    : null;

/** Whole packs, each once. `most`: how many. */
export function packsIn(rows: readonly unknown[], most: number): OfferedPack[] {
  const found = new Map<string, OfferedPack>();
  for (const row of rows) {
    if (found.size >= most) break;
    const pack = isObject(row) ? packIn(row) : null;
    if (pack && !found.has(pack.category)) found.set(pack.category, pack);
  }
  return [...found.values()];
}

/** `status` 1 and `added`: the account has it. `cover_lim` is the same as a drawing, which a cover does without. */
export function packIn(row: JsonObject): OfferedPack | null {
  const category = categoryIn(row['category']);
  if (category === null) return null;
  const { cover } = row;
  return {
    category,
    title: words(row['title'], LONGEST_TITLE) || words(category, LONGEST_TITLE) || '?',
    about: words(row['desc'], LONGEST_ABOUT),
    cover: typeof cover === 'string' && cover.length <= LONGEST_PATH && isOwnFile(cover) ? cover : '',
    added: row['added'] === true || row['status'] === 1,
  };
}
