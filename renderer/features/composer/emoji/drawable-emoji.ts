import type { Emoji } from './emoji-data.ts';

/**
 * Code points that no font has: outside of what the fonts of emoji in `ui/fonts.css` are for, and inside. Each is drawn
 * as the box for a missing glyph of another font.
 */
const MISSING = ['\u{1fffd}', '\u{1faff}'] as const;
const FONT_PX = 20;
/** What is drawn is looked at small: boxes stay boxes, and 1,900 pictures take no time. */
const CELL_PX = 16;
const COLUMNS = 64;

/** What this computer's fonts draw as one picture: the others would be boxes, or several pictures in a row. */
export async function drawableEmoji(all: readonly Emoji[]): Promise<readonly Emoji[]> {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!context) return all;
  const { fontFamily } = getComputedStyle(document.body);
  context.font = `${FONT_PX}px ${fontFamily}`;
  // Read when it is first used, which is now: until then others are measured. One of each kind, as the app's own font
  // (ui/app-emoji.ts) has signs and keycaps apart.
  await document.fonts.load(context.font, '😀☀1').catch(() => []);
  const widthOf = (text: string): number => context.measureText(text).width;
  const box = widthOf(MISSING[0]);
  const one = widthOf('😀');
  if (one === box) return [];
  // Fonts of pictures give all of them one width, or nearly; so they do to the box where they have one.
  const wide = all.filter(({ char }) => {
    const width = widthOf(char);
    return width !== box && width < one * 1.4;
  });
  const drawn = drawSmall(context, fontFamily, [...MISSING, ...wide.map(({ char }) => char)]);
  const boxes = new Set(drawn.slice(0, MISSING.length));
  return wide.filter((_, at) => !boxes.has(drawn[at + MISSING.length] ?? ''));
}

/** The pixels of each, as text that is equal where they are. */
function drawSmall(
  context: CanvasRenderingContext2D,
  fontFamily: string,
  chars: readonly string[],
): string[] {
  const rows = Math.ceil(chars.length / COLUMNS);
  Object.assign(context.canvas, { width: COLUMNS * CELL_PX, height: rows * CELL_PX });
  // A canvas of another size has forgotten how it draws.
  context.font = `${CELL_PX * 0.6}px ${fontFamily}`;
  context.textBaseline = 'middle';
  for (const [at, char] of chars.entries())
    context.fillText(char, (at % COLUMNS) * CELL_PX, (Math.floor(at / COLUMNS) + 0.5) * CELL_PX);
  return chars.map((_, at) =>
    context
      .getImageData((at % COLUMNS) * CELL_PX, Math.floor(at / COLUMNS) * CELL_PX, CELL_PX, CELL_PX)
      .data.join(),
  );
}
