/** Icons drawn in code: no image files to keep in step, any size, with or without the unread dot. */
import { nativeImage, type NativeImage } from 'electron';

type Rgb = readonly [number, number, number];
const ACCENT: Rgb = [0x0b, 0x76, 0x6e];
const WHITE: Rgb = [0xff, 0xff, 0xff];
const BADGE: Rgb = [0xd2, 0x37, 0x2d];

/** The app's mark: a golden-hoop circlet, drawn as a white ring on an accent disc. */
export function appIcon(size: number, dot = false): NativeImage {
  return draw(size, (x, y) => {
    const fromCentre = Math.hypot(x - 0.5, y - 0.5);
    if (dot && Math.hypot(x - 0.78, y - 0.22) < 0.2) return BADGE;
    if (dot && Math.hypot(x - 0.78, y - 0.22) < 0.26) return null;
    if (fromCentre > 0.48) return null;
    return fromCentre > 0.18 && fromCentre < 0.3 ? WHITE : ACCENT;
  });
}

/** Windows: small overlay on the task bar button. */
export function overlayIcon(): NativeImage {
  return draw(16, (x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.42 ? BADGE : null));
}

/** `colourAt` gets coordinates from 0 to 1; four by four samples a pixel smooth the edges. */
function draw(size: number, colourAt: (x: number, y: number) => Rgb | null): NativeImage {
  const samples = 4;
  const pixels = Buffer.alloc(size * size * 4);
  for (let py = 0; py < size; py += 1) {
    for (let px = 0; px < size; px += 1) {
      const sum = [0, 0, 0];
      let covered = 0;
      for (let s = 0; s < samples * samples; s += 1) {
        const x = (px + ((s % samples) + 0.5) / samples) / size;
        const y = (py + (Math.floor(s / samples) + 0.5) / samples) / size;
        const colour = colourAt(x, y);
        if (colour === null) continue;
        covered += 1;
        for (const c of [0, 1, 2] as const) sum[c] = (sum[c] ?? 0) + colour[c];
      }
      // BGRA with premultiplied alpha, as Skia wants it.
      const at = (py * size + px) * 4;
      const total = samples * samples;
      pixels[at] = Math.round((sum[2] ?? 0) / total);
      pixels[at + 1] = Math.round((sum[1] ?? 0) / total);
      pixels[at + 2] = Math.round((sum[0] ?? 0) / total);
      pixels[at + 3] = Math.round((covered / total) * 255);
    }
  }
  return nativeImage.createFromBitmap(pixels, { width: size, height: size });
}
