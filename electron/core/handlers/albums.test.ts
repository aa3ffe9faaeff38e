/** Which payloads get the key of an album, as they are sent and as they are sent on. */
import { describe, expect, it } from 'vitest';
import { albumsOfCopies, asAlbums, copyForForward } from './compose-payload.ts';
import { albumNumber } from '../store/tables/messages/album.ts';

const image = (n: number) => ({ type: 2, url: `${n}`, width: 1, height: 1 });
const film = (n: number) => ({
  type: 5,
  url: `${n}`,
  cover: `c${n}`,
  size: 1,
  width: 1,
  height: 1,
  second: 1,
});
const file = { type: 8, url: 'f', name: 'n', size: 1 };
const keysOf = (payloads: readonly Record<string, unknown>[]): unknown[] => {
  const names = new Map<unknown, string>();
  return payloads.map(({ album }) => {
    if (album === undefined) return null;
    if (!names.has(album)) names.set(album, 'abcdef'[names.size] ?? '?');
    return names.get(album);
  });
};

describe('what is sent in one action', () => {
  it('is an album if it is more than one image or video, nine at most', () => {
    expect(keysOf(asAlbums([image(1)]))).toEqual([null]);
    expect(keysOf(asAlbums([image(1), image(2)]))).toEqual(['a', 'a']);
    expect(keysOf(asAlbums([image(1), image(2), file]))).toEqual(['a', 'a', null]);
    expect(keysOf(asAlbums([image(1), film(2), film(3), file, film(4)]))).toEqual([
      'a',
      'a',
      'a',
      null,
      null,
    ]);
    const ten = asAlbums(Array.from({ length: 10 }, (_, n) => image(n)));
    expect(keysOf(ten)).toEqual([...Array.from('aaaaaaaaa'), null]);
    const eleven = asAlbums(Array.from({ length: 11 }, (_, n) => image(n)));
    expect(keysOf(eleven)).toEqual(Array.from('aaaaaaaaabb'));
    expect(asAlbums([image(1), image(2)])[0]?.['album']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('what is sent on', () => {
  it('is an album of its own where more than one of one goes', () => {
    const [one, two, three] = asAlbums([image(1), film(2), image(3)]);
    const other = asAlbums([image(4), image(5)])[0];
    const copies = [one, two, other, image(6)].map((original) => ({
      original: original ?? {},
      copy: copyForForward(original ?? {}) ?? {},
    }));
    const sent = albumsOfCopies(copies);
    expect(keysOf(sent)).toEqual(['a', 'a', null, null]);
    expect(sent[0]?.['album']).not.toBe(one?.['album']);
    expect(copyForForward(three ?? {})).toEqual(image(3));
  });
});

describe('the number of an album', () => {
  const album = 'a1'.repeat(16);
  it('is one for all its images, and another for each sender', () => {
    const number = albumNumber({ ...image(1), album }, 'u-bob');
    expect(number).toBe(albumNumber({ ...image(2), album }, 'u-bob'));
    expect(number).toBe(albumNumber({ ...film(2), album }, 'u-bob'));
    expect(Number.isSafeInteger(number)).toBe(true);
    expect(number).not.toBe(albumNumber({ ...image(1), album }, 'u-eve'));
  });
  it.each([
    [{ ...image(1) }],
    [{ ...image(1), album: '' }],
    [{ ...image(1), album: 'words in place of a key, as long as one' }],
    [{ ...image(1), album: 7 }],
    [{ ...image(1), album: { toString: 'x' } }],
    [{ type: 1, content: 'x', album }],
    [{ ...file, album }],
    [null],
    ['x'],
  ])('is none of %j', (payload) => expect(albumNumber(payload, 'u-bob')).toBeNull());
});
