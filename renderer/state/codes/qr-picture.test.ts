import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { lookInPicture, readPicture } from './qr-picture.ts';
import { qrWords } from './qr-words.ts';

type Drawn = { width: number; height: number; data: Uint8ClampedArray };

/** As a camera or a screen shows it: `at` maps a pixel of the picture to the code's squares. */
function drawn(
  text: string,
  {
    side,
    at,
    dark = 0,
    light = 255,
  }: {
    side: number;
    at: (x: number, y: number) => [number, number];
    dark?: number;
    light?: number | ((x: number, y: number) => number);
  },
): Drawn {
  const { data: squares } = encode(text, { border: 0 });
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const [sx, sy] = at(x + 0.5, y + 0.5);
      const isDark = squares[Math.floor(sy)]?.[Math.floor(sx)] === true;
      const bright = typeof light === 'number' ? light : light(x, y);
      const value = isDark ? dark : bright;
      data.set([value, value, value, 255], (y * side + x) * 4);
    }
  return { width: side, height: side, data };
}

const LINK = 'https://im.wukong.example/v1/qrcode/0123456789abcdef0123456789abcdef';

const squaresOf = (text: string, ecc: 'L' | 'M' | 'Q' | 'H', version: number) => {
  const { data, size } = encode(text, { border: 0, ecc, minVersion: version, maxVersion: version });
  return { size, dark: Uint8Array.from(data.flat(), Number) };
};
const straight =
  (scale: number, off: number) =>
  (x: number, y: number): [number, number] => [(x - off) / scale, (y - off) / scale];
const slanted = (x: number, y: number): [number, number] => {
  const depth = 1 - (y - 200) / 2_600;
  return [((x - 200) / 7) * depth + 18, ((y - 200) / 7) * depth + 18];
};

describe('squares', () => {
  const VERSIONS = Array.from({ length: 40 }, (_, at) => at + 1);

  it.each(['L', 'M', 'Q', 'H'] as const)('are read in every version, level %s', (ecc) => {
    for (const version of VERSIONS) expect(qrWords(squaresOf('群 1', ecc, version))).toBe('群 1');
  });

  it.each([
    ['numbers', '00123456789012'],
    ['capitals', 'HTTPS://WUKONG.EXAMPLE/A-1'],
    ['words', '加入“读书会” → ok'],
  ])('say %s', (_kind, text) => {
    for (const version of [9, 10, 27]) expect(qrWords(squaresOf(text, 'M', version))).toBe(text);
  });

  it('are mended where some are wrong, and not read where too many are', () => {
    const code = squaresOf(LINK, 'Q', 8);
    const damaged = (share: number): Uint8Array =>
      code.dark.map((each, at) => ((at * 7919) % 1000 < share * 1000 ? 1 - each : each));
    expect(qrWords({ ...code, dark: damaged(0.02) })).toBe(LINK);
    expect(qrWords({ ...code, dark: damaged(0.5) })).toBeNull();
    expect(qrWords({ size: 20, dark: new Uint8Array(400) })).toBeNull();
  });
});

describe('a picture', () => {
  it.each([2, 3, 4.4, 9, 16])('is read at %s px a square', (scale) => {
    expect(readPicture(drawn(LINK, { side: Math.round(scale * 37 + 60), at: straight(scale, 30) }))).toBe(
      LINK,
    );
  });

  it.each([7, 33, 90, 180, 261])('is read when it is turned by %s degrees', (degrees) => {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const at = (x: number, y: number): [number, number] => {
      const [dx, dy] = [(x - 200) / 6, (y - 200) / 6];
      return [dx * cos + dy * sin + 18, dy * cos - dx * sin + 18];
    };
    expect(readPicture(drawn(LINK, { side: 400, at }))).toBe(LINK);
  });

  it('is read when it is slanted, unevenly lit, light on dark, or pale', () => {
    expect(readPicture(drawn(LINK, { side: 400, at: slanted }))).toBe(LINK);
    const lit = { side: 400, at: straight(8, 50), dark: 20, light: (x: number) => 60 + x / 2.5 };
    expect(readPicture(drawn(LINK, lit))).toBe(LINK);
    expect(readPicture(drawn(LINK, { side: 400, at: straight(8, 50), dark: 255, light: 0 }))).toBe(LINK);
    expect(readPicture(drawn(LINK, { side: 400, at: straight(8, 50), dark: 180, light: 235 }))).toBe(LINK);
  });

  it('of any size is looked at in steps that are small beside it', () => {
    const side = 1_000;
    const noise = new Uint8ClampedArray(side * side * 4).map((_, at) =>
      at % 4 === 3 ? 255 : (at * 2_654_435_761) >>> 24,
    );
    let steps = 0;
    const work = lookInPicture({ width: side, height: side, data: noise });
    for (let step = work.next(); !step.done; step = work.next()) steps += 1;
    // Eleven times over all rows, 16 of them at most in a step.
    expect(steps).toBeGreaterThan((11 * side) / 16);
  });

  it('that holds none says nothing', () => {
    const noise = new Uint8ClampedArray(300 * 300 * 4).map((_, at) =>
      at % 4 === 3 ? 255 : (at * 7919) % 256,
    );
    expect(readPicture({ width: 300, height: 300, data: noise })).toBeNull();
    expect(readPicture({ width: 40, height: 40, data: new Uint8ClampedArray(6_400).fill(255) })).toBeNull();
    expect(readPicture({ width: 0, height: 0, data: new Uint8ClampedArray(0) })).toBeNull();
  });
});
