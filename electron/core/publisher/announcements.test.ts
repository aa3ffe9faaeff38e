/** What of a chat is known to be unread, for the read marks that the server takes, and whose picture is told along. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { channelKey } from '../../../shared/domain.ts';
import type { FromWorker, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { BOB, messages, SyncHarness, TEAM } from '../sync/testing/sync-harness.ts';
import { Announcements } from './announcements.ts';

let h: SyncHarness;
let announcements: Announcements;
let posted: FromWorker[];
beforeEach(() => {
  posted = [];
  h = new SyncHarness({ settled: () => announcements.settled() });
  announcements = new Announcements({
    store: h.store,
    flush: () => undefined,
    push: () => undefined,
    post: (message) => void posted.push(message),
    pictureOf: (channel) => (channelKey(channel) === channelKey(BOB) ? '/bob.png' : null),
    log: () => undefined,
  });
  h.server.add(BOB, ...messages(1, 5));
});
afterEach(() => {
  announcements.close();
  h.dispose();
});

it('is known only while a connection lasts whose list was read', async () => {
  expect(announcements.unreadAbove(BOB, 3)).toBeNull();
  announcements.connected();
  expect(announcements.unreadAbove(BOB, 3)).toBeNull();
  await h.connect();
  expect(announcements.unreadAbove(BOB, 3)).toBe(2);
  h.engine.disconnected();
  announcements.disconnected();
  h.server.add(BOB, ...messages(6, 9));
  expect(announcements.unreadAbove(BOB, 3)).toBeNull();
  announcements.connected();
  await h.connect();
  expect(announcements.unreadAbove(BOB, 3)).toBe(6);
});

const candidate = (channel: typeof BOB): NotificationCandidate => ({
  channel,
  messageKey: `k-${channel.channelId}`,
  messageSeq: 1,
  title: '',
  sender: '',
  text: '',
  level: 'all',
  pinned: false,
  mentionsMe: false,
});

it('the picture of the chat goes along where it is here: with what is live, edited, and was missed', async () => {
  for (const kind of ['notify', 'renotify'] as const)
    for (const channel of [BOB, TEAM]) announcements.post({ kind, candidate: candidate(channel) });
  expect(posted.map((message) => 'candidate' in message && message.candidate.picture)).toEqual([
    '/bob.png',
    undefined,
    '/bob.png',
    undefined,
  ]);
  posted = [];
  announcements.connected();
  await h.connect();
  h.engine.disconnected();
  announcements.disconnected();
  h.server.add(BOB, ...messages(6, 7));
  Object.assign(h.server.conversations[0] ?? {}, { unread: 2 });
  announcements.connected();
  await h.connect();
  const away = posted.find((message) => message.kind === 'away');
  expect(away?.chats.flatMap((chat) => chat.candidates.map(({ picture }) => picture))).toEqual([
    '/bob.png',
    '/bob.png',
  ]);
});
