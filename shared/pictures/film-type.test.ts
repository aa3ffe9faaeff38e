import { expect, it } from 'vitest';
import { filmTypeOf } from './film-type.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const brand = (name: string): Uint8Array => bytes(`\0\0\0\u0020ftyp${name}\0\0\0\0`);

it.each<[string, Uint8Array, string, string]>([
  ['a phone', brand('isom'), 'video/mp4', 'mp4'],
  ['a phone of another make', brand('qt  '), 'video/mp4', 'mov'],
  ['an old phone', brand('3gp4'), 'video/mp4', '3gp'],
  ['a shop', brand('M4V '), 'video/mp4', 'm4v'],
  ['a camera of long ago', bytes('\0\0\0\u0008wide\0\0\0\0mdat'), 'video/mp4', 'mov'],
  ['a browser', bytes('\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u0082\u0084webm'), 'video/webm', 'webm'],
  ['a disc', bytes('\u001aE\u00df\u00a3\u00a3B\u0086\u0081\u0001B\u0082\u0088matroska'), 'video/webm', 'mkv'],
  ['free software', bytes('OggS\0\u0002'), 'video/ogg', 'ogv'],
  ['the nineties', bytes('RIFF\0\0\0\0AVI LIST'), '', 'avi'],
  ['a system', bytes('0&\u00b2u\u008ef\u00cf\u0011\u00a6'), '', 'wmv'],
  ['television', bytes('\0\0\u0001\u00ba'), '', 'mpg'],
  ['a player that is no more', bytes('FLV\u0001'), '', 'flv'],
])('of %s', (_name, head, mime, extension) => {
  expect(filmTypeOf(head)).toEqual({ mime, extension });
});

it.each([
  ['nothing', new Uint8Array()],
  ['a picture in the boxes of films', brand('avif')],
  ['a picture of a phone', brand('heic')],
  ['a text', bytes('once upon a time')],
  ['a sound', bytes('RIFF\0\0\0\0WAVEfmt ')],
])('none is %s', (_name, head) => {
  expect(filmTypeOf(head)).toBeNull();
});

it('never fails, whatever the bytes are', () => {
  for (let length = 0; length < 80; length += 1)
    for (const fill of [0, 26, 102, 255])
      expect(() => filmTypeOf(new Uint8Array(length).fill(fill))).not.toThrow();
});
