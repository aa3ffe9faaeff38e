/** Which ids a page is expected to hold, and how many are remembered for how long. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Range, SeenIds, type SeenRow } from './seen-ids.ts';

const CHANNEL = { channelId: 'g', channelType: 2 };
const FIRST = 2_124_791_608_111_960_064n;
const idOf = (seq: number): string => String(FIRST + BigInt(seq));
const rowsOf = (from: number, to: number, channel = CHANNEL): SeenRow[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({
    ...channel,
    messageId: idOf(from + at),
    messageSeq: from + at,
  }));
const range = (more: Partial<Range>): Range => ({ start: 0, end: 0, limit: 3, isUp: false, ...more });

test('a page is expected to hold what WuKongIM would find for its range', () => {
  const seen = new SeenIds(() => 0);
  seen.keep(CHANNEL, rowsOf(101, 110));
  const of = (more: Partial<Range>): number[] =>
    seen.of(CHANNEL, range(more)).map((id) => Number(BigInt(id) - FIRST));
  expect(of({})).toEqual([108, 109, 110]);
  expect(of({ isUp: true })).toEqual([108, 109, 110]);
  expect(of({ start: 105 })).toEqual([103, 104, 105]);
  expect(of({ start: 105, end: 103 })).toEqual([104, 105]);
  expect(of({ start: 105, isUp: true })).toEqual([105, 106, 107]);
  expect(of({ start: 105, end: 107, isUp: true })).toEqual([105, 106]);
  expect(of({ start: 103, end: 105 })).toEqual([]);
  expect(of({ start: 90 })).toEqual([]);
  expect(of({ start: 200, isUp: true })).toEqual([]);
  expect(of({ limit: 0 })).toEqual([]);
  expect(of({ limit: 1e9 })).toHaveLength(10);
  expect(seen.of({ channelId: 'other', channelType: 2 }, range({}))).toEqual([]);
});

test('pages are put together by their numbers, and what is newer takes the place of what was', () => {
  const seen = new SeenIds(() => 0);
  seen.keep(CHANNEL, rowsOf(5, 7));
  seen.keep(CHANNEL, rowsOf(1, 4));
  seen.keep(CHANNEL, [...rowsOf(6, 6), { ...CHANNEL, messageId: '7', messageSeq: 7 }]);
  expect(seen.of(CHANNEL, range({ limit: 9 }))).toEqual([...[1, 2, 3, 4, 5, 6].map(idOf), '7']);
  expect(seen.size).toBe(7);
});

test('of a page only ids and numbers are remembered, and those of its own channel', () => {
  const seen = new SeenIds(() => 0);
  const odd = ['secret words', '', '0', '-5', '1e3', '9223372036854775808', '1'.repeat(20)];
  seen.keep(
    CHANNEL,
    odd.map((messageId, at) => ({ ...CHANNEL, messageId, messageSeq: at + 1 })),
  );
  seen.keep(CHANNEL, [
    { ...CHANNEL, messageId: '1', messageSeq: 0 },
    { ...CHANNEL, messageId: '2', messageSeq: 2 ** 32 },
    { ...CHANNEL, messageId: '3', messageSeq: Number.NaN },
    ...rowsOf(1, 5, { channelId: 'elsewhere', channelType: 2 }),
    ...rowsOf(1, 5, { channelId: 'g', channelType: 1 }),
  ]);
  expect([seen.size, seen.of(CHANNEL, range({ limit: 100 }))]).toEqual([0, []]);
  seen.keep(CHANNEL, [{ ...CHANNEL, messageId: '9223372036854775807', messageSeq: 1 }]);
  expect(seen.of(CHANNEL, range({}))).toEqual(['9223372036854775807']);
});

test('so many of a channel, where it was read last, and so many of all', () => {
  const seen = new SeenIds(() => 0, 2_000);
  seen.keep(CHANNEL, rowsOf(1_001, 1_400));
  seen.keep(CHANNEL, rowsOf(1_401, 1_600));
  expect([seen.size, seen.of(CHANNEL, range({ start: 1_088 }))]).toEqual([512, []]);
  seen.keep(CHANNEL, rowsOf(801, 1_000));
  expect([seen.size, seen.of(CHANNEL, range({ start: 803 }))]).toEqual([512, [801, 802, 803].map(idOf)]);
  const others = Array.from({ length: 50 }, (_, at) => ({ channelId: `g${at}`, channelType: 2 }));
  for (const other of others) seen.keep(other, rowsOf(1, 100, other));
  expect(seen.size).toBe(2_000);
  expect(others.filter((other) => seen.of(other, range({})).length > 0)).toEqual(others.slice(30));
});

test('a page of any size is kept as far as there is room', () => {
  const seen = new SeenIds(() => 0);
  seen.keep(CHANNEL, rowsOf(1, 200_000));
  expect([seen.size, seen.of(CHANNEL, range({}))]).toEqual([512, [199_998, 199_999, 200_000].map(idOf)]);
});

test('a channel that nobody reads is forgotten after an hour, and nobody has to ask for that', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let now = 1_000;
  const seen = new SeenIds(() => now);
  const other = { channelId: 'other', channelType: 2 };
  seen.keep(CHANNEL, rowsOf(1, 10));
  seen.keep(other, rowsOf(1, 10, other));
  expect([seen.size, vi.getTimerCount()]).toEqual([20, 1]);
  now += 3_000_000;
  seen.of(other, range({}));
  now += 700_000;
  vi.advanceTimersByTime(60_000);
  expect([seen.size, seen.of(CHANNEL, range({}))]).toEqual([10, []]);
  now += 3_700_000;
  vi.advanceTimersByTime(60_000);
  expect([seen.size, vi.getTimerCount()]).toEqual([0, 0]);
});
