/** What is composed: on the disk before it is answered, in order, with one wait for the disk per turn. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../shared/domain.ts';
import { GROUP, ME, OTHER_GROUP, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { createComposer, type Composer, enqueue } from './enqueue.ts';

const fixture = useFixture();
let composer: Composer;
let state: ConnectionState;
const stored = vi.fn<() => void>();
const context = {
  me: () => ({ uid: ME.uid, name: ME.name, username: '', shortNo: '', server: '' }),
  serverNowMs: () => 1_795_424_770_000,
  connectionState: () => state,
  get store() {
    return fixture.store;
  },
};

beforeEach(() => {
  state = { state: 'online' };
  stored.mockReset();
  composer = createComposer(context, stored);
});

const attemptsAfterStart = (key: string): number | undefined => {
  fixture.reopen();
  return fixture.store.outbox.sendJob(GROUP, key)?.attempts;
};
const words = (key: string): unknown => fixture.store.messages.payloadOf(GROUP, key)?.['content'];

it('what comes in one turn is stored together, in order, and answered after that', async () => {
  const addSends = vi.spyOn(fixture.store.outbox, 'addSends');
  const answers = ['one', 'two', 'three'].map((content) =>
    composer.add({ channel: GROUP, payload: text(content) }),
  );
  expect(addSends).not.toHaveBeenCalled();
  const keys = await Promise.all(answers);
  expect(addSends).toHaveBeenCalledTimes(1);
  expect(stored).toHaveBeenCalledTimes(1);
  expect(keys.map(words)).toEqual(['one', 'two', 'three']);
  expect(fixture.store.messages.page(GROUP, { at: 'latest' }, 10).messages.map(({ key }) => key)).toEqual(
    keys,
  );
});

it('is there for whatever comes after it', async () => {
  const answer = composer.add({ channel: GROUP, payload: text('first') });
  composer.flush();
  expect(fixture.store.messages.page(GROUP, { at: 'latest' }, 10).messages).toHaveLength(1);
  expect(words(await answer)).toBe('first');
  composer.flush();
  expect(stored).toHaveBeenCalledTimes(1);
});

it('one that cannot be stored takes no other with it', async () => {
  const bad = { type: 1, content: 'x', odd: 1n };
  const answers = await Promise.allSettled([
    composer.add({ channel: GROUP, payload: text('before') }),
    composer.add({ channel: GROUP, payload: bad }),
    composer.add({ channel: GROUP, payload: text('after') }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(fixture.store.messages.page(GROUP, { at: 'latest' }, 10).messages).toHaveLength(2);
});

it('with a connection its SEND needs no second wait for the disk; without one a start has nothing to look for', () => {
  const [soon] = enqueue(context, [{ channel: GROUP, payload: text('soon') }]);
  state = { state: 'offline', nextTryAtMs: 0 };
  const [later] = enqueue(context, [{ channel: GROUP, payload: text('later') }]);
  expect(attemptsAfterStart(soon ?? '')).toBe(1);
  expect(attemptsAfterStart(later ?? '')).toBe(0);
});

it('marks only so many that wait in a channel', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({ channel: GROUP, payload: text(`${i}`) }));
  const keys = enqueue(context, [...many, { channel: OTHER_GROUP, payload: text('other') }]);
  fixture.reopen();
  const attempts = keys.map(
    (key, i) => fixture.store.outbox.sendJob(i < 40 ? GROUP : OTHER_GROUP, key)?.attempts,
  );
  expect(attempts.filter((count) => count === 1)).toHaveLength(33);
  expect(attempts.slice(31, 34)).toEqual([1, 0, 0]);
});
