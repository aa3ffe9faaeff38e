import { expect, test } from 'vitest';
import { GROUP, OTHER_GROUP } from '../account-store/testing/store-fixture.ts';
import { ClientNumbers, LONGEST_RUN } from './client-numbers.ts';

const prefixes = (numbers: readonly string[]): Set<string> => new Set(numbers.map((no) => no.slice(0, 12)));

test('all differ and look alike; those of a run begin alike, another run and another chat do not', () => {
  const numbers = new ClientNumbers();
  const here: string[] = [];
  const there: string[] = [];
  for (let n = 0; n < 2 * LONGEST_RUN; n += 1) {
    here.push(numbers.next(GROUP));
    there.push(numbers.next(OTHER_GROUP));
  }
  const all = [...here, ...there];
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((no) => !/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(no))).toEqual([]);
  expect(prefixes(here.slice(0, LONGEST_RUN)).size).toBe(1);
  expect(prefixes(here).size).toBe(2);
  expect(prefixes(all).size).toBe(4);
});

test('what was written to many chats is forgotten', () => {
  const numbers = new ClientNumbers();
  const first = numbers.next(GROUP);
  for (let n = 0; n < 64; n += 1) numbers.next({ channelId: `c-${n}`, channelType: 1 });
  expect(numbers.next(GROUP).slice(0, 12)).not.toBe(first.slice(0, 12));
});
