import type { Emoji } from './emoji-data.ts';

/** What this computer's fonts draw as one picture: the others would be boxes, or several pictures in a row. */
export async function drawableEmoji(all: readonly Emoji[]): Promise<readonly Emoji[]> {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return all;
  context.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  // Read when it is first used, which is now: until then others are measured.
  await document.fonts.load(context.font, '😀').catch(() => []);
  const widthOf = (text: string): number => context.measureText(text).width;
  // A code point that no font has is drawn as the box for a missing glyph.
  const box = widthOf('\u{1fffd}');
  const one = widthOf('😀');
  if (one === box) return [];
  // Fonts of pictures give all of them one width, or nearly.
  return all.filter(({ char }) => {
    const width = widthOf(char);
    return width !== box && width < one * 1.4;
  });
}
