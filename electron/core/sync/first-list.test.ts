/** The first list of an account is asked for beside the connection; nothing that is said meanwhile may be missing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askFirstList } from '../api/first-list.ts';
import { BOB, messages, received, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness();
  h.server.add(BOB, ...messages(1, 5));
});
afterEach(() => h.dispose());

const lists = () =>
  h.server
    .bodies('POST /conversation/sync')
    .map(({ last_msg_seqs, msg_count }) => [last_msg_seqs, msg_count] as const);

it('is there before the connection is, and the run after it reads everything', async () => {
  await h.engine.begin();
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB, lastMessageSeq: 5 }]);
  expect(h.seqs(BOB)).toEqual([5]);
  expect(lists()).toEqual([['', 1]]);
  expect(h.server.count('GET /common/appconfig')).toBe(0);
  await h.connect();
  expect(lists().slice(0, 2)).toEqual([
    ['', 1],
    ['', 20],
  ]);
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5]);
});

it('hides nothing that was said between its answer and the connection, whatever arrives first', async () => {
  await h.engine.begin();
  h.server.add(BOB, ...messages(6, 60));
  h.open = [BOB];
  // What was said before the connection was there, it does not bring: 6 to 57.
  await h.connect(() => h.engine.onMessages([received(58), received(59), received(60)]));
  expect(h.seqs(BOB)).toEqual([5, ...Array.from({ length: 50 }, (_, i) => i + 11)]);
  // What is older than a page is known to be missing, as without the early list.
  expect(h.store.messages.gaps(BOB, 5)).toMatchObject([
    { fromSeq: 6, toSeq: 10 },
    { fromSeq: 1, toSeq: 4 },
  ]);
});

it('that comes later than the run changes nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  h.server.hold = (call) => (call === 'POST /conversation/sync' && (calls += 1) === 1 ? promise : null);
  const early = h.engine.begin();
  await h.connect();
  h.store.conversations.hide(BOB);
  resolve();
  await early;
  expect(h.store.conversations.list()).toEqual([]);
});

it('that fails leaves everything to the run', async () => {
  h.server.overrides.set('POST /conversation/sync', () => new Response('', { status: 500 }));
  await h.engine.begin();
  expect(h.store.conversations.list()).toEqual([]);
  h.server.overrides.clear();
  await h.connect();
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5]);
});

it('is asked for once in the life of an account', async () => {
  await h.engine.begin();
  await h.connect();
  h.engine.disconnected();
  h.restart();
  h.server.asked.length = 0;
  await h.engine.begin();
  expect(h.server.asked).toEqual([]);
});

it('of an account whose token is refused ends the session', async () => {
  let ended = 0;
  h.dispose();
  h = new SyncHarness({ onUnauthorized: () => void (ended += 1) });
  h.server.overrides.set(
    'POST /conversation/sync',
    () => new Response('{"msg":"请先登录！"}', { status: 401 }),
  );
  await h.engine.begin();
  expect(ended).toBe(1);
});

/** As the main thread gets it from this server. */
const answered = (): Promise<unknown> =>
  askFirstList({ server: 'http://s', token: 't' }, { fetch: h.server.fetch });

it('that was asked for ahead is not asked for again, and is there as soon as it comes', async () => {
  const early = h.engine.begin(true);
  expect(h.server.asked).toEqual([]);
  h.engine.firstListCame(await answered());
  await early;
  expect(lists()).toEqual([['', 1]]);
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB, lastMessageSeq: 5 }]);
  await h.connect();
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5]);
});

it.each([
  ['did not come', null],
  ['is no list', 'a page of somebody between'],
])('that was asked for ahead and %s leaves everything as it was', async (_how, answer) => {
  const early = h.engine.begin(true);
  h.engine.firstListCame(answer);
  await early;
  await h.connect();
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5]);
});

it('that was asked for ahead and did not come is asked for here', async () => {
  const early = h.engine.begin(true);
  h.engine.firstListCame(null);
  await early;
  expect(lists()).toEqual([['', 1]]);
  expect(h.seqs(BOB)).toEqual([5]);
});

it('that was asked for ahead and comes after the run changes nothing', async () => {
  const early = h.engine.begin(true);
  const answer = await answered();
  await h.connect();
  h.store.conversations.hide(BOB);
  h.engine.firstListCame(answer);
  await early;
  // Nor does one that nobody waits for.
  h.engine.firstListCame(answer);
  expect(h.store.conversations.list()).toEqual([]);
});
