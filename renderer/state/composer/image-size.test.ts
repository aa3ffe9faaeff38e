import { describe, expect, it } from 'vitest';
import { isPictureName, nameAs, sentSize } from './image-size.ts';

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
    ['one line of pixels', [1, 100_000], [1, 100_000]],
    ['nothing', [0, 0], [0, 0]],
  ])('%s', (_, [width = 0, height = 0], [w, h]) =>
    expect(sentSize({ width, height })).toEqual({ width: w, height: h }),
  );
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
