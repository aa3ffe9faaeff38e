import { expect, it, vi } from 'vitest';
import { appIcon, overlayIcon, templateIcon } from './icon.ts';

interface Drawn {
  pixels: Buffer;
  size: { width: number; height: number; scaleFactor: number };
  template: boolean;
}
vi.mock('electron', () => ({
  nativeImage: {
    createFromBitmap: (pixels: Buffer, size: Drawn['size']) => ({
      pixels,
      size,
      template: false,
      setTemplateImage(on: boolean) {
        this.template = on;
      },
    }),
  },
}));
const drawn = (image: unknown): Drawn => image as Drawn;

/** BGRA of the middle of a part of the icon, `x` and `y` from 0 to 1. */
function pixel({ pixels, size }: Drawn, x: number, y: number): number[] {
  const at = (Math.floor(y * size.height) * size.width + Math.floor(x * size.width)) * 4;
  return [...pixels.subarray(at, at + 4)];
}
/** White pixels, row by row, as a picture to compare. */
const ink = ({ pixels }: Drawn): number =>
  Array.from({ length: pixels.length / 4 }, (_, n) => n * 4).filter(
    (at) => (pixels[at] ?? 0) > 200 && (pixels[at + 3] ?? 0) === 255,
  ).length;

it('the count over a task bar button says which, and that there are more than nine', () => {
  const pictures = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((count) => drawn(overlayIcon(count)));
  const different = new Set(pictures.map(({ pixels }) => pixels.toString('base64')));
  expect(different.size).toBe(10);
  expect(drawn(overlayIcon(150)).pixels).toEqual(pictures[9]?.pixels);
  for (const picture of pictures) {
    expect(ink(picture)).toBeGreaterThan(20);
    expect(pixel(picture, 0.02, 0.02)[3]).toBe(0);
  }
});

it('the icon in the menu bar of macOS is of one colour, for the system to change', () => {
  for (const dot of [false, true]) {
    const { pixels, size, template } = drawn(templateIcon(dot));
    expect({ size, template }).toEqual({ size: { width: 36, height: 36, scaleFactor: 2 }, template: true });
    const colours = Array.from({ length: pixels.length / 4 }, (_, n) => [
      ...pixels.subarray(n * 4, n * 4 + 3),
    ]);
    expect(colours.filter((colour) => colour.some((part) => part !== 0))).toEqual([]);
  }
  const [read, unread] = [drawn(templateIcon(false)), drawn(templateIcon(true))];
  expect(pixel(unread, 0.8, 0.2)[3]).toBe(255);
  expect(pixel(read, 0.8, 0.2)[3]).toBeLessThan(255);
});

it('the app icon has the size it is asked for, with and without a dot', () => {
  expect(drawn(appIcon(64)).size).toEqual({ width: 64, height: 64, scaleFactor: 1 });
  expect(drawn(appIcon(64, true)).pixels.equals(drawn(appIcon(64)).pixels)).toBe(false);
});
