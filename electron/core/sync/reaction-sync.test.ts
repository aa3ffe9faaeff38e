import { afterEach, expect, test, vi } from 'vitest';
import { idOf, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

let h: SyncHarness;
afterEach(() => h.dispose());

const KEY = `u2:c${idOf(1)}`;
const row = (seq: number, emoji: string, more: Record<string, unknown> = {}) => ({
  message_id: idOf(1),
  channel_id: 'g1',
  channel_type: 2,
  seq,
  uid: 'u2',
  name: 'Bob',
  emoji,
  is_deleted: 0,
  created_at: '2026-11-23 09:06:14',
  ...more,
});

async function start(answer: (body: Record<string, unknown>) => unknown): Promise<void> {
  h = new SyncHarness();
  h.server.add(TEAM, { messageId: idOf(1), seq: 1, fromUid: 'u2', payload: { type: 1, content: 'hello' } });
  h.server.overrides.set('POST /reaction/sync', () =>
    Response.json(answer(h.server.asked.findLast(({ call }) => call === 'POST /reaction/sync')?.body ?? {})),
  );
  await h.connect();
  h.engine.channelOpened(TEAM);
}
const shown = () => h.store.messages.get(TEAM, KEY)?.reactions?.map(({ emoji, count }) => [emoji, count]);
const asked = () =>
  h.server.asked.filter(({ call }) => call === 'POST /reaction/sync').map(({ body }) => body['seq']);

test('are read when the chat is opened, and from there on when a command says so', async () => {
  await start(({ seq }) => (seq === 0 ? [row(5, '👍')] : [row(6, '🎉')]));
  await vi.waitFor(() => expect(shown()).toEqual([['👍', 1]]));
  expect(h.deltas).toContainEqual({
    kind: 'abilities',
    abilities: { reactions: true, pins: expect.any(Boolean), readers: true },
  });
  h.engine.onMessages([
    received(9, {
      channel: TEAM,
      payload: { type: 99, cmd: 'syncMessageReaction' },
      noPersist: true,
      syncOnce: true,
    }),
  ]);
  await vi.waitFor(() => expect(shown()).toEqual([['🎉', 1]]));
  expect(asked()).toEqual([0, 5]);
});

test('what is no emoji, has no message or no author is left out, and the rest is taken', async () => {
  await start(() => [
    row(1, '<b>x</b>', { uid: 'u3' }),
    row(2, '👍'.repeat(5_000), { uid: 'u4' }),
    row(3, '👍', { uid: '' }),
    row(4, '👍', { message_id: null }),
    { ...row(5, '👍'), emoji: { toString: 'x' } },
    'odd',
    row(6, '❤️', { uid: 'u5' }),
  ]);
  await vi.waitFor(() => expect(shown()).toEqual([['❤️', 1]]));
});

test('a server without the route has no reactions, until it has', async () => {
  h = new SyncHarness();
  h.server.add(TEAM, { messageId: idOf(1), seq: 1, fromUid: 'u2', payload: { type: 1, content: 'hello' } });
  h.server.overrides.set('POST /reaction/sync', () => new Response('404 page not found', { status: 404 }));
  await h.connect();
  h.engine.channelOpened(TEAM);
  await vi.waitFor(() => expect(h.store.state.get('offersReactions')).toBe('no'));
  h.server.overrides.set('POST /reaction/sync', () => Response.json([]));
  h.engine.channelOpened(TEAM);
  await vi.waitFor(() => expect(h.store.state.get('offersReactions')).toBe('yes'));
});
