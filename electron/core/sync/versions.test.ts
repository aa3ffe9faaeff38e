/** What other devices and other people changed during an absence: each kind is read by its own version. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BOB, messages, SyncHarness, TEAM } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness();
  h.server.add(BOB, ...messages(1, 5));
  h.server.add(TEAM, ...messages(11, 15));
});
afterEach(() => {
  vi.useRealTimers();
  h.dispose();
});

type Row = Record<string, unknown> & { version: number };

/** Answers `call` with the rows above the version that was asked for; returns the versions asked for so far. */
function byVersion(call: string, rows: () => Row[]): () => number[] {
  const versions: number[] = [];
  h.server.overrides.set(call, () => {
    const asked = h.server.asked.at(-1);
    const version = Number(asked?.query['version'] ?? asked?.body['version']);
    versions.push(version);
    return new Response(JSON.stringify(rows().filter((row) => row.version > version)));
  });
  return () => versions;
}

it('friends: new ones, new names, and those who are none any more', async () => {
  let rows: Row[] = [
    { uid: 'u2', name: 'Bob', follow: 1, version: 7 },
    { uid: 'u3', name: 'Cat', follow: 1, version: 8 },
  ];
  const versions = byVersion('GET /friend/sync', () => rows);
  await h.connect();
  h.engine.disconnected();
  rows = [
    { uid: 'u2', name: 'Robert', follow: 1, version: 9 },
    { uid: 'u3', name: 'Cat', follow: 0, is_deleted: 1, version: 10 },
    { uid: 'u4', name: 'Dan', follow: 1, version: 11 },
  ];
  await h.connect();
  expect(h.store.contacts().map((contact) => contact.uid)).toEqual(['u4', 'u2']);
  expect(h.store.userName('u2')).toBe('Robert');
  h.restart();
  await h.connect();
  expect(versions()).toEqual([0, 8, 11]);
});

it('members of an open group: joined, left, a new role', async () => {
  let rows: Row[] = [
    { uid: 'u1', name: 'Me', role: 0, version: 3 },
    { uid: 'u2', name: 'Bob', role: 1, version: 4 },
  ];
  const versions = byVersion('GET /groups/g1/membersync', () => rows);
  await h.connect();
  h.show(TEAM);
  await h.idle();
  h.engine.disconnected();
  rows = [
    { uid: 'u1', name: 'Me', role: 2, version: 6 },
    { uid: 'u2', name: 'Bob', role: 0, is_deleted: 1, version: 7 },
    { uid: 'u5', name: 'Eve', role: 0, version: 8 },
  ];
  // Open all the time: nobody has to open it again.
  await h.connect();
  expect(h.store.members('g1').map((member) => [member.uid, member.role])).toEqual([
    ['u1', 2],
    ['u5', 0],
  ]);
  expect(versions()).toEqual([0, 4]);
});

const reminder = (id: number, version: number, done: 0 | 1): Row => ({
  id,
  version,
  done,
  channel_id: 'g1',
  channel_type: 2,
  message_seq: 20 + id,
  message_id: String(900 + id),
  reminder_type: 1,
});

it('mentions: new ones count, those read elsewhere no longer do', async () => {
  let rows = [reminder(1, 5, 0)];
  const versions = byVersion('POST /message/reminder/sync', () => rows);
  await h.connect();
  expect(h.store.conversation(TEAM)?.mentions).toBe(1);
  h.engine.disconnected();
  rows = [reminder(1, 6, 1), reminder(2, 7, 0), reminder(3, 8, 0)];
  await h.connect();
  expect(h.store.conversation(TEAM)?.mentions).toBe(2);
  expect(versions()).toEqual([0, 5]);
});

it('pins, mutes, read positions and conversations deleted elsewhere: with the whole list after a long absence', async () => {
  h.server.conversations = [
    { channel: BOB, unread: 3 },
    { channel: TEAM, unread: 2 },
  ];
  await h.connect();
  expect(h.store.conversation(BOB)).toMatchObject({ unread: 3, pinned: false, muted: false });
  vi.useFakeTimers({ toFake: ['Date'] });
  h.engine.disconnected();
  vi.setSystemTime(Date.now() + 60_000);
  // No new message anywhere: the incremental answer is empty.
  h.server.conversations = [{ channel: BOB, unread: 0, pinned: true, muted: true }];
  await h.connect();
  expect(h.store.conversations()).toMatchObject([{ channel: BOB, unread: 0, pinned: true, muted: true }]);
});
