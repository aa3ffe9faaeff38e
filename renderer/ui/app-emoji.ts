/**
 * A font of colour emoji that the app brings along, for Linux without one: packages for Windows and macOS do not hold
 * it (scripts/dist/config.ts). It is asked for after the list is on the screen and only where emoji have no colour, so
 * that nothing of it is in the first drawing: one family more in the stack takes a third of a millisecond for each size
 * and weight of text (docs/decisions/emoji-font-of-the-app.md).
 */
import fontUrl from '@fontsource/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2?url';

const PICTURES = 'Emoji of the app';
const SIGNS = 'Signs of the app';
/** Pictures only when asked for (U+FE0F), and signs of text otherwise: behind all fonts of text. */
const SIGN_RANGE =
  'U+203C, U+2049, U+2139, U+2194-2199, U+21A9-21AA, U+2328, U+23CF, U+23ED-23EF, U+23F1-23F2, U+23F8-23FA, ' +
  'U+24C2, U+25AA-25AB, U+25B6, U+25C0, U+25FB-25FE, U+2600-27BF, U+2934-2935, U+2B05-2B07, U+3030, U+303D, U+3297, ' +
  'U+3299, U+1F170-1F171, U+1F17E-1F17F, U+1F202, U+1F237, U+200D, U+FE0F';
/** Of keycaps, and signs of business. */
const DIGIT_RANGE = 'U+23, U+2A, U+30-39, U+A9, U+AE, U+2122, U+20E3, U+FE0F';
/** All weights: else bold text would make the pictures bold. */
const ANY_WEIGHT = '1 1000';

/**
 * Looks whether emoji have a colour, whichever font they come from, and brings the app's own otherwise. Never throws.
 * Leaves in `data-emoji` of the root whose they are: `system`, `app` or, in a package without the font, `none`.
 */
export async function bringEmoji(): Promise<void> {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const { dataset } = document.documentElement;
  if (!context || dataset['system'] !== 'linux') return;
  const { fontFamily } = getComputedStyle(document.body);
  context.font = `16px ${fontFamily}`;
  // The system's own is read when it is first used, which may be now.
  await document.fonts.load(context.font, '😀').catch(() => []);
  if (hasColour(context, '😀')) {
    dataset['emoji'] = 'system';
    return;
  }
  try {
    await addFonts(context, fontFamily);
    dataset['emoji'] = 'app';
  } catch {
    dataset['emoji'] = 'none';
  }
}

function hasColour(context: CanvasRenderingContext2D, text: string): boolean {
  context.clearRect(0, 0, 24, 24);
  context.textBaseline = 'top';
  context.fillText(text, 2, 2);
  const { data } = context.getImageData(0, 0, 24, 24);
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 24) return true;
  }
  return false;
}

/** Whole before it is used: boxes become pictures in one drawing, with nothing blank between. */
const load = (family: string, unicodeRange: string): Promise<FontFace> =>
  new FontFace(family, `url(${fontUrl})`, { unicodeRange, weight: ANY_WEIGHT, display: 'block' }).load();

async function addFonts(context: CanvasRenderingContext2D, fontFamily: string): Promise<void> {
  // The characters that are pictures stand in fonts.css.
  const [system] = [...document.fonts].filter(({ family }) => /^["']?Emoji of Linux["']?$/.test(family));
  const pictures = await load(PICTURES, system?.unicodeRange ?? 'U+1F000-1FAFF');
  const signs = await load(SIGNS, `${SIGN_RANGE}, ${DIGIT_RANGE}`);
  // Without the one that is not there: whoever waits for the fonts of the stack would be told that one failed.
  const text = fontFamily.replace(/["']?Emoji of Linux["']?,\s*/, '');
  const stack = `'${PICTURES}', ${text}, '${SIGNS}'`;
  const widthOfDigits = (): number => {
    // Set anew: what was set before holds what was there then.
    context.font = '1px monospace';
    context.font = `48px ${stack}`;
    return context.measureText('#*0123456789').width;
  };
  document.fonts.add(pictures);
  const before = widthOfDigits();
  document.fonts.add(signs);
  // Chromium takes digits of text from this font where none of those before it has any: then rather no keycaps.
  if (widthOfDigits() !== before) {
    document.fonts.delete(signs);
    document.fonts.add(await load(SIGNS, SIGN_RANGE));
  }
  document.documentElement.style.setProperty('--font-ui', stack);
}
