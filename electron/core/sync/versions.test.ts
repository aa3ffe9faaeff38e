/** What other devices and other people changed during an absence: each kind is read by its own version. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  expect(h.store.people.contacts().map((contact) => contact.uid)).toEqual(['u4', 'u2']);
  expect(h.store.people.userName('u2')).toBe('Robert');
  h.restart();
  await h.connect();
  expect(versions()).toEqual([0, 8, 11]);
});

it('remarks, which raise no version: with all friends, once a day', async () => {
  const rows: Row[] = [{ uid: 'u2', name: 'Bob', follow: 1, version: 7 }];
  const versions = byVersion('GET /friend/sync', () => rows);
  await h.connect();
  h.engine.disconnected();
  rows[0] = { uid: 'u2', name: 'Bob', remark: 'Bobby', follow: 1, version: 7 };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 23 * 3_600_000 });
  await h.connect();
  expect(h.store.people.userName('u2')).toBe('Bob');
  h.engine.disconnected();
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  await h.connect();
  expect(h.store.people.userName('u2')).toBe('Bobby');
  expect(versions()).toEqual([0, 7, 0]);
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
  expect(h.store.people.members('g1').map((member) => [member.uid, member.role])).toEqual([
    ['u1', 2],
    ['u5', 0],
  ]);
  expect(versions()).toEqual([0, 4]);
});

/** As a server does: ascending by version, at most `limit`. Fails from the `failAt`-th answer on, once. */
function membersPaged(rows: Row[], failAt: number): () => string[] {
  const asked: string[] = [];
  let failed = false;
  h.server.overrides.set('GET /groups/g1/membersync', () => {
    const query = h.server.asked.at(-1)?.query;
    const [version, limit] = [Number(query?.['version']), Number(query?.['limit'])];
    asked.push(`${version}+${limit}`);
    if (!failed && asked.length === failAt) {
      failed = true;
      return new Response('{}', { status: 500 });
    }
    return new Response(JSON.stringify(rows.filter((row) => row.version > version).slice(0, limit)));
  });
  return () => asked;
}
const tenThousand = (version: (n: number) => number): Row[] =>
  Array.from({ length: 10_000 }, (_, n) => ({
    uid: `m${n}`,
    name: `同事 ${n}`,
    role: n === 0 ? 1 : 0,
    version: version(n),
  }));

it('10,000 members come in pages; what was read stays read, and a page edge loses nobody', async () => {
  // Seven share each version: most pages end between two of them.
  const asked = membersPaged(
    tenThousand((n) => 5 + Math.floor(n / 7)),
    4,
  );
  await h.connect();
  await expect(h.engine.directory.refreshMembers('g1')).rejects.toThrow('500');
  expect(asked()).toHaveLength(4);
  const kept = h.store.people.memberPage('g1', { search: '', offset: 0, limit: 1 }).total;
  expect(kept).toBeGreaterThan(2_900);
  h.restart();
  await h.connect();
  await h.engine.directory.refreshMembers('g1');
  expect(asked().map((call) => call.split('+')[1])).toEqual(asked().map(() => '1000'));
  // Goes on where it stopped: the failed page is asked for again, nothing before it.
  expect(asked()[4]).toBe(asked()[3]);
  expect(asked()).toHaveLength(12);
  const { members, total } = h.store.people.memberPage('g1', { search: '', offset: 0, limit: 10_000 });
  expect(total).toBe(10_000);
  expect(new Set(members.map((member) => member.uid)).size).toBe(10_000);
});

it('members that all share one version are read in one larger page', async () => {
  const asked = membersPaged(tenThousand(() => 5).slice(0, 3_000), 0);
  await h.connect();
  await h.engine.directory.refreshMembers('g1');
  expect(asked()).toEqual(['0+1000', '0+10000']);
  expect(h.store.people.memberPage('g1', { search: '', offset: 0, limit: 1 }).total).toBe(3_000);
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
  expect(h.store.conversations.get(TEAM)?.mentions).toBe(1);
  h.engine.disconnected();
  rows = [reminder(1, 6, 1), reminder(2, 7, 0), reminder(3, 8, 0)];
  await h.connect();
  expect(h.store.conversations.get(TEAM)?.mentions).toBe(2);
  expect(versions()).toEqual([0, 5]);
});

/** Every conversation/sync so far: what it was relative to, and rows per conversation. */
const lists = () =>
  h.server.bodies('POST /conversation/sync').map((body) => [body['last_msg_seqs'], body['msg_count']]);
const KNOWN = 'u2:1:5|g1:2:15';

async function connectAfter(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await h.connect();
}

describe('what raises no message_seq: pins, mutes, names, read positions, deletions', () => {
  beforeEach(async () => {
    h.server.conversations = [
      { channel: BOB, unread: 3 },
      { channel: TEAM, unread: 2 },
    ];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true });
    await h.connect();
    h.engine.disconnected();
    // No new message anywhere: an incremental answer is empty.
    h.server.conversations = [{ channel: BOB, unread: 0, pinned: true, muted: true }];
    h.server.people = [{ uid: 'u2', name: 'Bob', remark: 'Bobby', top: 1, mute: 1 }];
  });
  const changed = [{ channel: BOB, unread: 0, pinned: true, muted: true, name: 'Bobby' }];

  it('come with the whole list after an outage of a second', async () => {
    expect(h.store.conversations.get(BOB)).toMatchObject({ unread: 3, pinned: false, muted: false });
    await vi.advanceTimersByTimeAsync(10_000);
    await connectAfter(1_000);
    expect(h.store.conversations.list()).toMatchObject(changed);
    expect(lists()).toEqual([
      ['', 20],
      [KNOWN, 20],
      ['', 1],
    ]);
  });

  it('come ten seconds after the last whole list when the connection breaks again and again', async () => {
    for (let second = 0; second < 3; second += 1) {
      await connectAfter(1_000);
      h.engine.disconnected();
    }
    expect(lists().filter(([seqs]) => seqs === '')).toHaveLength(1);
    await connectAfter(0);
    expect(h.store.conversations.get(BOB)?.pinned).toBe(false);
    await vi.advanceTimersByTimeAsync(7_000);
    await vi.waitFor(() => expect(h.store.conversations.list()).toMatchObject(changed));
    expect(lists().filter(([seqs]) => seqs === '')).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lists().filter(([seqs]) => seqs === '')).toHaveLength(2);
  });

  it('are asked for again when the server refuses', async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    h.server.onAsked = (call) => {
      const whole = call === 'POST /conversation/sync' && lists().at(-1)?.[0] === '';
      if (whole) h.server.overrides.set(call, () => new Response('{"msg":"x"}', { status: 400 }));
    };
    await h.connect();
    h.server.onAsked = () => undefined;
    h.server.overrides.clear();
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitFor(() => expect(h.store.conversations.list()).toMatchObject(changed));
  });

  it('do not come from an answer that was on its way when the connection broke', async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    h.server.onAsked = (call) => {
      if (call === 'POST /conversation/sync' && lists().at(-1)?.[0] === '') h.engine.disconnected();
    };
    h.engine.connected();
    await vi.waitFor(() => expect(lists()).toHaveLength(3));
    await h.idle();
    expect(h.store.conversations.get(BOB)?.pinned).toBe(false);
  });
});
