import { describe, expect, it } from 'vitest';
import { isPictureName, isReadable, nameAs, sentSize } from './image-size.ts';

describe('how large an image is sent', () => {
  it.each([
    ['what is small enough, as it is', [1920, 1080], [1920, 1080]],
    ['a photo of a phone', [4000, 3000], [2048, 1536]],
    ['the same upright', [3000, 4000], [1536, 2048]],
    ['50 megapixels', [8160, 6120], [2048, 1536]],
    ['a screen of 4K', [3840, 2160], [2048, 1152]],
    ['a long screenshot, as wide as it was', [1080, 20_000], [1080, 20_000]],
    ['of a wider screen', [1440, 20_000], [1080, 15_000]],
    ['a panorama', [16_000, 2_000], [8640, 1080]],
    ['200 megapixels', [16_320, 12_240], [2048, 1536]],
    ['a screenshot too long to be shown', [1080, 65_000], [911, 54_856]],
    ['the same once more', [911, 54_856], [911, 54_856]],
    ['one line of pixels', [1, 100_000], [1, 100_000]],
    ['nothing', [0, 0], [0, 0]],
  ])('%s', (_, [width = 0, height = 0], [w, h]) =>
    expect(sentSize({ width, height })).toEqual({ width: w, height: h }),
  );
});

describe('what is read to be made smaller', () => {
  it.each([
    ['as many pixels as are shown, whatever the memory', 50_000_000, false, 0, true],
    ['a JPEG, of which no more is decoded than is drawn', 200_000_000, true, 0, true],
    ['one of which that cannot be done', 60_000_000, true, 0, false, 40_000],
    ['one pixel more', 200_000_001, true, 32, false],
    ['another one, which is decoded whole', 100_000_000, false, 8, true],
    ['on a computer with little memory', 100_000_000, false, 4, false],
    ['where nobody says how much there is', 50_000_001, false, 0, false],
  ])('%s', (_, pixels, inPieces, memory, readable, width = 10_000) =>
    expect(isReadable({ width, height: pixels / width, still: { pixels, inPieces } }, memory)).toBe(readable),
  );
  it('nothing of what moves, or hides its size', () =>
    expect(isReadable({ width: 10_000, height: 6_000 }, 32)).toBe(false));
});

describe('names', () => {
  it.each([
    ['a.jpg', 'jpg', 'a.jpg'],
    ['a.JPEG', 'jpg', 'a.JPEG'],
    ['a.png', 'jpg', 'a.jpg'],
    ['holiday.2026.PNG', 'jpg', 'holiday.2026.jpg'],
    ['photo.txt', 'jpg', 'photo.txt.jpg'],
    ['photo', 'webp', 'photo.webp'],
    ['.png', 'gif', '.gif'],
  ])('%s as %s is %s', (name, extension, now) => expect(nameAs(name, extension)).toBe(now));
  it('tell what is a picture', () => {
    expect(['a.HEIC', 'b.dng', 'c.svg', 'd.jpg'].map(isPictureName)).toEqual([true, true, true, true]);
    expect(['a.txt', 'heic', '', 'a.heic.zip'].map(isPictureName)).toEqual([false, false, false, false]);
  });
});
