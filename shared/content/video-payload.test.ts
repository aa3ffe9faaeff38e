/** What anybody may send as a video (tsdd-api.md 6.2, type 5). */
import { expect, it } from 'vitest';
import { filmTime } from './film-time.ts';
import { parsePayload } from './message-content.ts';
import { sharedKindOf } from './shared-kind.ts';

const parsed = (payload: object) =>
  parsePayload({ type: 5, ...payload }, { fromUid: 'u', channelType: 2 }).content;

it('is what the phones send', () => {
  const payload = { url: 'file/v', cover: 'file/c', size: 10, width: 320, height: 180, second: 42 };
  const content = parsed(payload);
  expect(content).toEqual({
    kind: 'video',
    url: 'file/v',
    cover: 'file/c',
    size: 10,
    width: 320,
    height: 180,
    seconds: 42,
  });
  expect(sharedKindOf(content)).toBe('media');
  expect(parsed({ ...payload, name: 'a/b.mp4' })).toMatchObject({ name: expect.any(String) as string });
});

const ODD: unknown[] = [
  undefined,
  null,
  '',
  'x'.repeat(100_000),
  -1,
  0,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  [],
  [1],
  {},
  { url: 'x' },
];

it('is a video whatever stands in its fields, with numbers that can be drawn', () => {
  for (const field of ['url', 'cover', 'size', 'width', 'height', 'second', 'name'])
    for (const value of ODD) {
      const content = parsed({
        url: 'u',
        cover: 'c',
        size: 1,
        width: 1,
        height: 1,
        second: 1,
        [field]: value,
      });
      if (content.kind !== 'video') throw new Error(`${field}: no video`);
      expect([typeof content.url, typeof content.cover]).toEqual(['string', 'string']);
      for (const number of [content.size, content.seconds, content.width, content.height])
        expect(Number.isFinite(number)).toBe(true);
      expect(content.size).toBeGreaterThanOrEqual(0);
      expect(content.seconds).toBeLessThanOrEqual(360_000);
      expect(filmTime(content.seconds)).toMatch(/^(?:|\d+:\d\d)$/);
    }
});
