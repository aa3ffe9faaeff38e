/** Answers of the server that are older than what it said meanwhile, or took from here. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BOB, messages, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

let h: SyncHarness;
/** Answers wait for it, of this call. */
let held: { call: string; until: Promise<void> } | null;
const json = (value: unknown) => () => Response.json(value);

beforeEach(() => {
  held = null;
  h = new SyncHarness();
  h.server.hold = (call) => (call === held?.call ? held.until : null);
  h.server.add(BOB, ...messages(1, 3));
  h.server.conversations.push({ channel: BOB }, { channel: TEAM });
});
afterEach(() => h.dispose());

/** Holds the answer to one question back that `ask` leads to, while `meanwhile` happens. */
async function late(call: string, ask: () => Promise<unknown>, meanwhile: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = h.server.count(call);
  held = { call, until: promise };
  const asked = ask();
  await vi.waitFor(() => expect(h.server.count(call)).toBe(before + 1));
  held = null;
  meanwhile();
  resolve();
  await asked;
}

const comesOnline = (): void =>
  h.engine.onMessages([
    received(1, {
      messageId: '99',
      syncOnce: true,
      channel: { channelId: 'u1', channelType: 1 },
      fromUid: '____system',
      payload: { type: 99, cmd: 'onlineStatus', param: { uid: 'u2', online: 1, device_flag: 0 } },
    }),
  ]);
const isOnline = (): boolean => h.store.people.channelInfo(BOB).online;

it('who came online while an older answer about them was on its way stays so', async () => {
  await h.connect();
  h.server.overrides.set('GET /users/u2', json({ uid: 'u2', name: 'Bob', online: 0 }));
  await late(
    'GET /users/u2',
    () => h.engine.directory.refreshChannel(BOB),
    () => {
      comesOnline();
      h.server.overrides.set('GET /users/u2', json({ uid: 'u2', name: 'Bobby', online: 1 }));
    },
  );
  expect(isOnline()).toBe(true);
  // What else the answer would have said is read again.
  await vi.waitFor(() => expect(h.store.people.userName('u2')).toBe('Bobby'));
  expect(isOnline()).toBe(true);
});

it('a pin that the server took while an older list was on its way stays', async () => {
  await h.connect();
  const pin = (pinned: boolean): void => {
    h.engine.directory.told(BOB);
    h.store.conversations.setFlags(BOB, { pinned });
  };
  h.server.overrides.set('GET /users/u2', json({ uid: 'u2', name: 'Bob', top: 1 }));
  await late(
    'POST /conversation/sync',
    () => h.engine.resync(),
    () => pin(true),
  );
  expect(h.store.conversations.get(BOB)?.pinned).toBe(true);
});
