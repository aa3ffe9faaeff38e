/** How long it holds what was said of a page, and how much of them is remembered. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { SamePages } from './same-pages.ts';

const PATH = '/v1/message/channel/sync';

function world() {
  const knowledge = { recalls: 0, time: 0, now: () => knowledge.time };
  const pages = new SamePages(knowledge);
  const keep = (page: Buffer, result = page, path = PATH): void =>
    pages.keep(path, page, { result, blanked: result === page ? 0 : 1 }, 1_000);
  return { knowledge, pages, keep };
}

test('a page that came twice is known until what it was judged by is believed no more', () => {
  const { knowledge, pages, keep } = world();
  const page = Buffer.from('{"messages":[]}');
  keep(page);
  expect(pages.looked(PATH, page)).toBe(null);
  keep(page);
  expect(pages.looked(PATH, Buffer.from(page))?.result.toString()).toBe(page.toString());
  expect(pages.looked('/v1/message/sync', page)).toBe(null);
  expect(pages.looked(PATH, Buffer.from('{"messages":[ }'))).toBe(null);
  knowledge.time = 1_000;
  expect(pages.looked(PATH, page)).toBe(null);
  pages.keep(PATH, page, { result: page, blanked: 0 }, 2_000);
  expect(pages.looked(PATH, page)).toMatchObject({ blanked: 0 });
});

test('any recall that becomes known ends it, also for a page that was held since', () => {
  const { knowledge, pages, keep } = world();
  const page = Buffer.from('[1]');
  keep(page);
  keep(page, Buffer.from('[0]'));
  const same = pages.looked(PATH, page);
  expect([same?.result.toString(), same?.blanked, same && pages.holds(same)]).toEqual(['[0]', 1, true]);
  knowledge.recalls += 1;
  expect([pages.looked(PATH, page), same && pages.holds(same)]).toEqual([null, false]);
});

test('the memory of a page may be used for the next', () => {
  const { pages, keep } = world();
  const page = Buffer.from('[1]');
  keep(page);
  keep(page);
  page.write('[2]');
  expect(pages.looked(PATH, Buffer.from('[1]'))?.result.toString()).toBe('[1]');
  expect(pages.looked(PATH, page)).toBe(null);
});

test('so many are remembered, and so many bytes', () => {
  const { pages, keep } = world();
  const known = (all: readonly Buffer[]): number =>
    all.filter((page) => pages.looked(PATH, page) !== null).length;
  const twice = (all: readonly Buffer[]): void => {
    for (const page of all) keep(page);
    for (const page of all) keep(page);
  };
  const small = Array.from({ length: 200 }, (_, at) => Buffer.from(`[${at}]`));
  twice(small);
  expect(known(small)).toBe(64);
  const large = Array.from({ length: 20 }, (_, at) => Buffer.alloc(1024 * 1024, `[${at}]`));
  twice(large);
  expect([known(large), known(small)]).toEqual([8, 0]);
  twice([Buffer.alloc(9 * 1024 * 1024, 'x')]);
  expect(known(large)).toBe(0);
});

test('what holds no longer is forgotten: after a recall, or when it is believed no more', () => {
  const { knowledge, pages, keep } = world();
  const page = Buffer.from('[1]');
  const twice = (): void => {
    keep(page);
    keep(page, Buffer.from('[00]'));
  };
  twice();
  expect(pages.bytes).toBe(7);
  keep(page);
  expect(pages.bytes).toBe(3);
  pages.sweep();
  expect(pages.bytes).toBe(3);
  knowledge.recalls += 1;
  pages.sweep();
  expect(pages.bytes).toBe(0);
  twice();
  expect(pages.looked(PATH, page)?.blanked).toBe(1);
  knowledge.time = 1_000;
  pages.sweep();
  expect([pages.bytes, pages.looked(PATH, page)]).toEqual([0, null]);
});

test('nobody has to ask for that', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { knowledge, pages, keep } = world();
  const page = Buffer.from('[1]');
  keep(page);
  keep(page);
  expect([pages.bytes, vi.getTimerCount()]).toEqual([3, 1]);
  knowledge.time = 1_000;
  vi.advanceTimersByTime(1_000);
  expect([pages.bytes, vi.getTimerCount()]).toEqual([0, 0]);
});
