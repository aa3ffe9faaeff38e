/** Icons drawn in code: no image files to keep in step, any size, with or without the unread dot. */
import { nativeImage, type NativeImage } from 'electron';

type Rgb = readonly [number, number, number];
const ACCENT: Rgb = [0x0b, 0x76, 0x6e];
const WHITE: Rgb = [0xff, 0xff, 0xff];
const BLACK: Rgb = [0, 0, 0];
const BADGE: Rgb = [0xd2, 0x37, 0x2d];

/** Not `Math.hypot`, which guards against numbers that no icon has and takes ten times as long: windows wait for it. */
const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y);

const drawn = new Map<string, NativeImage>();

/** Drawn once: the tray asks for it with every change of the unread count. */
function once(name: string, make: () => NativeImage): NativeImage {
  const known = drawn.get(name);
  if (known) return known;
  const image = make();
  drawn.set(name, image);
  return image;
}

/** The app's mark: a golden-hoop circlet, drawn as a white ring on an accent disc. */
export function appIcon(size: number, dot = false): NativeImage {
  return once(`app ${size} ${dot}`, () => drawApp(size, dot));
}

function drawApp(size: number, dot: boolean): NativeImage {
  return draw(size, 1, (x, y) => {
    const fromCentre = distance(x - 0.5, y - 0.5);
    if (dot && distance(x - 0.78, y - 0.22) < 0.2) return BADGE;
    if (dot && distance(x - 0.78, y - 0.22) < 0.26) return null;
    if (fromCentre > 0.48) return null;
    return fromCentre > 0.18 && fromCentre < 0.3 ? WHITE : ACCENT;
  });
}

/**
 * macOS: black on nothing, coloured by the system for a light or dark menu bar. Unread: a dot, cut out of the ring so
 * that it is seen in one colour.
 */
export function templateIcon(dot: boolean): NativeImage {
  return once(`template ${dot}`, () => drawTemplate(dot));
}

function drawTemplate(dot: boolean): NativeImage {
  const image = draw(36, 2, (x, y) => {
    const fromDot = distance(x - 0.8, y - 0.2);
    if (dot && fromDot < 0.18) return BLACK;
    if (dot && fromDot < 0.26) return null;
    const fromCentre = distance(x - 0.5, y - 0.5);
    return fromCentre > 0.26 && fromCentre < 0.42 ? BLACK : null;
  });
  image.setTemplateImage(true);
  return image;
}

/** Three columns, five rows; a bit set is a part of the sign, the highest the first one of a row. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  1: [2, 6, 2, 2, 7],
  2: [7, 1, 7, 4, 7],
  3: [7, 1, 3, 1, 7],
  4: [5, 5, 7, 1, 1],
  5: [7, 4, 7, 1, 7],
  6: [7, 4, 7, 5, 7],
  7: [7, 1, 2, 2, 2],
  8: [7, 5, 7, 5, 7],
  9: [7, 5, 7, 1, 7],
  '+': [0, 2, 7, 2, 0],
};

/** Windows: the count on the task bar button, as far as one digit says it. */
export function overlayIcon(count: number): NativeImage {
  const text = count > 9 ? '9+' : String(count);
  return once(`overlay ${text}`, () => drawOverlay(text));
}

function drawOverlay(text: string): NativeImage {
  // Of the whole icon; a sign is three of these wide, with one between two.
  const unit = text.length === 1 ? 0.13 : 0.105;
  const left = 0.5 - ((text.length * 4 - 1) * unit) / 2;
  const top = 0.5 - (5 * unit) / 2;
  return draw(32, 2, (x, y) => {
    if (distance(x - 0.5, y - 0.5) > 0.49) return null;
    const column = Math.floor((x - left) / unit);
    const row = Math.floor((y - top) / unit);
    const bits = SIGNS[text[Math.floor(column / 4)] ?? '']?.[row] ?? 0;
    const isInk = column >= 0 && column % 4 < 3 && (bits & (4 >> (column % 4))) !== 0;
    return isInk ? WHITE : BADGE;
  });
}

/**
 * `size` in pixels, `scale` of them a point. `colourAt` gets coordinates from 0 to 1; four by four samples a pixel
 * smooth the edges.
 */
function draw(size: number, scale: number, colourAt: (x: number, y: number) => Rgb | null): NativeImage {
  const samples = 4;
  const pixels = Buffer.alloc(size * size * 4);
  for (let py = 0; py < size; py += 1) {
    for (let px = 0; px < size; px += 1) {
      const sample = (s: number): Rgb | null =>
        colourAt(
          (px + ((s % samples) + 0.5) / samples) / size,
          (py + (Math.floor(s / samples) + 0.5) / samples) / size,
        );
      // BGRA with premultiplied alpha, as Skia wants it.
      const at = (py * size + px) * 4;
      // Where the corners are of one colour, so is what lies between them: most of an icon.
      const corner = sample(0);
      if (sample(3) === corner && sample(12) === corner && sample(15) === corner) {
        if (corner !== null) pixels.set([corner[2], corner[1], corner[0], 255], at);
        continue;
      }
      let red = 0;
      let green = 0;
      let blue = 0;
      let covered = 0;
      for (let s = 0; s < samples * samples; s += 1) {
        const colour = sample(s);
        if (colour === null) continue;
        covered += 1;
        red += colour[0];
        green += colour[1];
        blue += colour[2];
      }
      const total = samples * samples;
      pixels[at] = Math.round(blue / total);
      pixels[at + 1] = Math.round(green / total);
      pixels[at + 2] = Math.round(red / total);
      pixels[at + 3] = Math.round((covered / total) * 255);
    }
  }
  return nativeImage.createFromBitmap(pixels, { width: size, height: size, scaleFactor: scale });
}
