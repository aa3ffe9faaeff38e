/** The first list of an account is asked for beside the connection; nothing that is said meanwhile may be missing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BOB, messages, received, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness();
  h.server.add(BOB, ...messages(1, 5));
});
afterEach(() => h.dispose());

const lists = () => h.server.bodies('POST /conversation/sync').map(({ last_msg_seqs }) => last_msg_seqs);

it('is there before the connection is, and the run after it asks for what is newer', async () => {
  await h.engine.begin();
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB, lastMessageSeq: 5 }]);
  expect(lists()).toEqual(['']);
  expect(h.server.count('GET /common/appconfig')).toBe(0);
  await h.connect();
  expect(lists()).toEqual(['', 'u2:1:5']);
});

it('misses nothing between its answer and the connection, whatever arrives first', async () => {
  await h.engine.begin();
  h.server.add(BOB, ...messages(6, 9));
  h.open = [BOB];
  // 6 and 7 were said before the connection was there: it brings 8 and 9.
  await h.connect(() => h.engine.onMessages([received(8), received(9)]));
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('that is still on its way when the connection comes up is used, and not asked for twice', async () => {
  let asked = 0;
  h.server.onAsked = (call) => {
    asked += call === 'POST /conversation/sync' ? 1 : 0;
    if (asked !== 1 || call !== 'POST /conversation/sync') return;
    h.server.onAsked = () => undefined;
    // What the answer does not have any more, and the connection brings first.
    queueMicrotask(() => {
      h.server.add(BOB, ...messages(6, 8));
      h.engine.onMessages([received(8)]);
    });
  };
  h.open = [BOB];
  const early = h.engine.begin();
  await h.connect();
  await early;
  expect(lists()[0]).toBe('');
  expect(lists().slice(1)).not.toContain('');
  expect(h.seqs(BOB)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('that fails leaves everything to the run', async () => {
  h.server.overrides.set('POST /conversation/sync', () => new Response('', { status: 500 }));
  await h.engine.begin();
  expect(h.store.conversations.list()).toEqual([]);
  h.server.overrides.clear();
  await h.connect();
  expect(lists()).toEqual(['', '']);
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
