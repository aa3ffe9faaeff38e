import { firstGrapheme } from '../../shared/graphemes.ts';

/** Hue of an avatar, 0-359, stable for an id (FNV-1a). */
export function avatarHue(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash ^= id.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % 360;
}

/** Of the upper end of the tile, percent: as light as the design has it. */
const LIGHTEST = 47;
/** White on it (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;
const SATURATION = 0.42;
const lightness: number[] = [];

/** How light the tile of a hue may be at its upper end, percent: yellow and green ones are brighter than blue ones. */
export function avatarLightness(hue: number): number {
  return (lightness[hue] ??= darkenedUntilReadable(hue));
}

function darkenedUntilReadable(hue: number): number {
  let light = LIGHTEST;
  while (whiteOn(hue, light / 100) < LEAST_CONTRAST) light -= 1;
  return light;
}

/** Contrast of white on `hsl(hue 42% light)`. */
function whiteOn(hue: number, light: number): number {
  const reach = SATURATION * Math.min(light, 1 - light);
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const value = light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4) + 0.05);
}

/** First visible character of a name, upper case; `?` for an empty one. */
export function avatarInitial(name: string): string {
  return firstGrapheme(name.trim()).toLocaleUpperCase() || '?';
}
