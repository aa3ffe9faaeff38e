import { afterEach, expect, test, vi } from 'vitest';
import { idOf, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

let h: SyncHarness;
afterEach(() => h.dispose());

const row = (n: number, more: Record<string, unknown> = {}) => ({
  message_id: idOf(n),
  message_seq: n,
  channel_id: 'g1',
  channel_type: 2,
  is_deleted: 0,
  version: 1_795_424_770_000 + n,
  created_at: '2026-11-23 09:06:14',
  updated_at: '2026-11-23 09:06:14',
  ...more,
});

async function start(answer: () => unknown): Promise<void> {
  h = new SyncHarness();
  for (const n of [1, 2])
    h.server.add(TEAM, {
      messageId: idOf(n),
      seq: n,
      fromUid: 'u2',
      payload: { type: 1, content: `say ${n}` },
    });
  h.server.overrides.set('POST /message/pinned/sync', () => Response.json(answer()));
  await h.connect();
  h.engine.channelOpened(TEAM);
}
const shown = () => h.store.pins.list(TEAM).map(({ message }) => message.messageSeq);
const asked = () => h.server.asked.filter(({ call }) => call === 'POST /message/pinned/sync').length;
const command = () =>
  h.engine.onMessages([
    received(9, {
      channel: TEAM,
      payload: { type: 99, cmd: 'syncPinnedMessage' },
      noPersist: true,
      syncOnce: true,
    }),
  ]);

test('are read whole when the chat is opened, and when a command says so', async () => {
  let rows = [row(1), row(2, { is_deleted: 1 })];
  await start(() => ({ pinned_messages: rows, messages: [] }));
  await vi.waitFor(() => expect(shown()).toEqual([1]));
  expect(h.deltas).toContainEqual({
    kind: 'abilities',
    abilities: { reactions: expect.any(Boolean), pins: true, readers: true },
  });
  rows = [row(1, { is_deleted: 1 }), row(2)];
  const before = asked();
  command();
  await vi.waitFor(() => expect(shown()).toEqual([2]));
  expect(asked()).toBeGreaterThan(before);
});

test('bring their messages along, and what is not usable is left out', async () => {
  await start(() => ({
    pinned_messages: [
      'odd',
      row(7, { message_id: null }),
      row(8, { message_seq: 'x' }),
      row(9, { version: {} }),
      row(1, { is_deleted: 'x' }),
      row(5),
    ],
    messages: [
      {
        message_id: 5,
        message_idstr: idOf(5),
        message_seq: 5,
        client_msg_no: 'far',
        from_uid: 'u2',
        channel_id: 'g1',
        channel_type: 2,
        timestamp: 1_795_424_000,
        payload: { type: 1, content: 'far away' },
      },
    ],
  }));
  await vi.waitFor(() => expect(shown()).toContain(5));
  expect(shown()).not.toContain(9);
});

test('a server without the route has no pins, until it has', async () => {
  h = new SyncHarness();
  h.server.add(TEAM, { messageId: idOf(1), seq: 1, fromUid: 'u2', payload: { type: 1, content: 'hello' } });
  h.server.overrides.set(
    'POST /message/pinned/sync',
    () => new Response('404 page not found', { status: 404 }),
  );
  await h.connect();
  h.engine.channelOpened(TEAM);
  await vi.waitFor(() => expect(h.store.state.get('offersPins')).toBe('no'));
  h.server.overrides.set('POST /message/pinned/sync', () =>
    Response.json({ pinned_messages: [], messages: [] }),
  );
  const before = asked();
  h.engine.channelOpened(TEAM);
  await h.idle();
  expect(asked()).toBe(before);
  command();
  await vi.waitFor(() => expect(h.store.state.get('offersPins')).toBe('yes'));
});
