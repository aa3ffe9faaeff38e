/** What of a chat is known to be unread, for the read marks that the server takes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BOB, messages, SyncHarness } from '../sync/testing/sync-harness.ts';
import { Announcements } from './announcements.ts';

let h: SyncHarness;
let announcements: Announcements;
beforeEach(() => {
  h = new SyncHarness({ settled: () => announcements.settled() });
  announcements = new Announcements({
    store: h.store,
    flush: () => undefined,
    push: () => undefined,
    post: () => undefined,
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
