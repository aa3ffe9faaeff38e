import { describe, expect, it } from 'vitest';
import { byteRange, rangeAnswer } from './byte-range.ts';

describe('a range of ten bytes', () => {
  it.each([
    ['bytes=0-3', { first: 0, last: 3 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=4-400', { first: 4, last: 9 }],
    ['bytes=9-9', { first: 9, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-400', { first: 0, last: 9 }],
    [' bytes=0-0 ', { first: 0, last: 0 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    [null, null],
    ['', null],
    ['bytes=-', null],
    ['bytes=3-1', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    ['bytes=a-b', null],
    ['bytes=1.5-2', null],
    ['bytes=0-99999999999999999999', null],
  ])('%j', (header, range) => expect(byteRange(header, 10)).toEqual(range));

  it('of nothing there is none', () => {
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(byteRange('bytes=-1', 0)).toBe('unsatisfiable');
    expect(byteRange(null, 0)).toBeNull();
  });
});

it('answers with the bytes, their place and the whole length', () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, at) => at);
  expect(rangeAnswer('bytes=2-4', bytes)).toEqual({
    status: 206,
    headers: { 'accept-ranges': 'bytes', 'content-length': '3', 'content-range': 'bytes 2-4/10' },
    body: Uint8Array.of(2, 3, 4),
  });
  expect(rangeAnswer('bytes=99-', bytes)).toMatchObject({
    status: 416,
    headers: { 'content-range': 'bytes */10' },
  });
  expect(rangeAnswer(null, bytes)).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
});
