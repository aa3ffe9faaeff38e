import { afterEach, expect, test } from 'vitest';
import { HashQueue, STRANGERS } from './hash-queue.ts';

const QUICK = { password: 'p', salt: Buffer.alloc(16), keyBytes: 32, N: 16, r: 8, p: 1 };
let queue: HashQueue;
afterEach(() => queue.close());

/** What became of jobs, in the order in which it did. */
function log() {
  const ends: string[] = [];
  const add = (lane: string, name: string, job = QUICK) => {
    const [address = '', account = STRANGERS] = lane.split('/');
    return queue.derive({ address, account }, job).then(
      () => ends.push(name),
      (error: Error & { code?: string }) => ends.push(`${name} ${error.code ?? error.message}`),
    );
  };
  return { ends, add };
}

test('a full queue refuses at once', async () => {
  queue = new HashQueue(2);
  const { ends, add } = log();
  // One runs, two wait.
  const all = [add('a', '1'), add('a', '2'), add('a', '3')];
  await add('a', '4');
  expect(ends).toEqual(['4 busy']);
  await Promise.all(all);
  expect(ends).toEqual(['4 busy', '1', '2', '3']);
});

test('lanes take turns, and who asks much gives his last place to who asks little', async () => {
  queue = new HashQueue(4);
  const { ends, add } = log();
  const flood = [1, 2, 3, 4, 5].map((i) => add('flood', `flood ${i}`));
  const others = [add('x', 'x'), add('y', 'y')];
  await Promise.all([...flood, ...others]);
  expect(ends).toEqual(['flood 5 busy', 'flood 4 busy', 'flood 1', 'flood 2', 'x', 'y', 'flood 3']);
});

test('whoever has many accounts at one address is one among the addresses', async () => {
  queue = new HashQueue(4);
  const { ends, add } = log();
  const flood = [1, 2, 3, 4, 5].map((i) => add(`one/account-${i}`, `one ${i}`));
  await Promise.all([...flood, add('other', 'other'), add('other', 'other 2')]);
  expect(ends.filter((each) => each.startsWith('other'))).toEqual(['other', 'other 2']);
  expect(ends.filter((each) => each.endsWith('busy'))).toHaveLength(2);
  expect(ends.indexOf('other')).toBeLessThan(ends.length - 2);
});

test('behind one address accounts take turns before strangers use it up', async () => {
  queue = new HashQueue(4);
  const { ends, add } = log();
  const flood = [1, 2, 3, 4, 5].map((i) => add('one', `stranger ${i}`));
  await Promise.all([...flood, add('one/alice', 'alice')]);
  expect(ends).toEqual(['stranger 5 busy', 'stranger 1', 'stranger 2', 'alice', 'stranger 3', 'stranger 4']);
});

test('strangers at many addresses give way to somebody who is known', async () => {
  queue = new HashQueue(3);
  const { ends, add } = log();
  const flood = [1, 2, 3, 4].map((i) => add(`address-${i}`, `stranger ${i}`));
  await Promise.all([...flood, add('new', 'another stranger'), add('home/alice', 'alice')]);
  expect(ends.filter((each) => each.endsWith('busy'))).toHaveLength(2);
  expect(ends).toContain('another stranger busy');
  expect(ends).toContain('alice');
});

test('a job that fails is an error of its own; the next ones are done', async () => {
  queue = new HashQueue(10);
  const { ends, add } = log();
  await Promise.all([add('a', 'bad', { ...QUICK, N: 15 }), add('a', 'good')]);
  expect(ends).toEqual([expect.stringMatching(/^bad hashing a password failed/), 'good']);
});

test('closing answers those who wait', async () => {
  queue = new HashQueue(10);
  const { ends, add } = log();
  const all = [add('a', '1', { ...QUICK, N: 2 ** 15 }), add('b', '2')];
  await queue.close();
  await Promise.all([...all, add('c', '3')]);
  expect(ends.toSorted()).toEqual(['1 busy', '2 busy', '3 busy']);
});
