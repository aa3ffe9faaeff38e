/** All emoji of Unicode with their names and words in both languages, read when the panel is first opened. */

export interface Emoji {
  char: string;
  /** Key of its category in `CATEGORIES`. */
  category: CategoryId;
  zh: string;
  en: string;
  /** Names and words of both languages, for the search; lower case. */
  words: string;
  /** The five skin tones, light to dark; null where it has none. */
  tones: readonly string[] | null;
}

/** As Unicode groups them; 2 are the tones themselves. */
export const CATEGORIES = [
  [0, 'smileys'],
  [1, 'people'],
  [3, 'nature'],
  [4, 'food'],
  [5, 'travel'],
  [6, 'activities'],
  [7, 'objects'],
  [8, 'symbols'],
  [9, 'flags'],
] as const;
export type CategoryId = (typeof CATEGORIES)[number][1];

/** An entry of `emojibase-data`, as far as it is used. */
interface Entry {
  hexcode: string;
  label: string;
  unicode: string;
  group?: number;
  order?: number;
  tags?: readonly string[];
  skins?: readonly { hexcode: string; unicode: string }[];
}

const TONES = ['1F3FB', '1F3FC', '1F3FD', '1F3FE', '1F3FF'] as const;

/** Of the pictures with skin tones the five in which everybody has the same. */
function tonesOf({ skins }: Entry): string[] | null {
  if (!skins) return null;
  const found = TONES.map(
    (tone) =>
      skins.find(({ hexcode }) => {
        const used = hexcode.split('-').filter((part) => /^1F3F[B-F]$/.test(part));
        return used.length > 0 && used.every((part) => part === tone);
      })?.unicode,
  );
  const known = found.filter((char) => char !== undefined);
  return known.length === TONES.length ? known : null;
}

export function mergeEmoji(zh: readonly Entry[], en: readonly Entry[]): Emoji[] {
  const english = new Map(en.map((entry) => [entry.hexcode, entry]));
  const categories = new Map<number, CategoryId>(CATEGORIES);
  return zh
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .flatMap((entry): Emoji[] => {
      const category = entry.group === undefined ? undefined : categories.get(entry.group);
      if (category === undefined) return [];
      const other = english.get(entry.hexcode);
      const words = [entry.label, ...(entry.tags ?? []), other?.label ?? '', ...(other?.tags ?? [])];
      return [
        {
          char: entry.unicode,
          category,
          zh: entry.label,
          en: other?.label ?? entry.label,
          words: words.join('\n').toLowerCase(),
          tones: tonesOf(entry),
        },
      ];
    });
}

let loading: Promise<readonly Emoji[]> | null = null;

export function loadEmoji(): Promise<readonly Emoji[]> {
  loading ??= Promise.all([
    import('emojibase-data/zh/compact.json'),
    import('emojibase-data/en/compact.json'),
  ]).then(
    ([zh, en]) => mergeEmoji(zh.default, en.default),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** With the tone a person has chosen: 0 is yellow, 1 to 5 light to dark. */
export const withTone = (emoji: Emoji, tone: number): string => emoji.tones?.[tone - 1] ?? emoji.char;

/** Those whose words hold every word of the query; whose name begins with it come first. */
export function findEmoji(all: readonly Emoji[], query: string): Emoji[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return [...all];
  const asked = query.trim();
  const hits = all.filter(
    ({ words: known, char, tones }) =>
      words.every((word) => known.includes(word)) || char === asked || (tones?.includes(asked) ?? false),
  );
  const begins = ({ zh, en }: Emoji): boolean =>
    zh.toLowerCase().startsWith(first) || en.toLowerCase().startsWith(first);
  return [...hits.filter(begins), ...hits.filter((hit) => !begins(hit))];
}

export const MAX_RECENT = 8;

export const withRecent = (recent: readonly string[], char: string): string[] =>
  [char, ...recent.filter((each) => each !== char)].slice(0, MAX_RECENT);
