/** Where a chat was left, the mark by hand, and the cleared history: in the cache, over a restart. */
import { expect, test } from 'vitest';
import {
  conversation,
  found,
  GROUP,
  message,
  OTHER_GROUP,
  text,
} from '../../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
const filled = () => {
  const { store } = fixture;
  const recents = [1, 2, 3].map((n) => message(n, { payload: text(`words ${n}`) }));
  store.conversations.apply([conversation({ channel: GROUP, unread: 0, lastMessageSeq: 3, recents })], false);
  return store;
};

test('a place is kept by message and offset, over a restart, and moves nothing in the list', () => {
  const store = filled();
  store.conversations.setPlace(GROUP, { messageSeq: 2, offset: 17 });
  expect(store.conversations.get(GROUP)?.place).toEqual({ messageSeq: 2, offset: 17 });
  fixture.reopen();
  expect(fixture.store.conversations.get(GROUP)?.place).toEqual({ messageSeq: 2, offset: 17 });
  fixture.store.conversations.setPlace(GROUP, null);
  expect(fixture.store.conversations.get(GROUP)).not.toHaveProperty('place');
  fixture.store.conversations.setPlace(OTHER_GROUP, { messageSeq: 1, offset: 0 });
  expect(fixture.store.conversations.get(OTHER_GROUP)).toBeNull();
});

test('marked as unread by hand counts as one until it is read, and survives a restart', () => {
  const store = filled();
  store.conversations.setMarkedUnread(GROUP, true);
  fixture.reopen();
  const { conversations } = fixture.store;
  expect([conversations.get(GROUP)?.markedUnread, conversations.badge().unread]).toEqual([true, 1]);
  // Read on another device.
  conversations.markRead(GROUP, 3);
  expect(conversations.get(GROUP)).not.toHaveProperty('markedUnread');
  expect(conversations.badge().unread).toBe(0);
});

test('a cleared history leaves no words, no place and nothing to ask for', () => {
  const store = filled();
  store.conversations.setPlace(GROUP, { messageSeq: 2, offset: 0 });
  store.conversations.clearHistory(GROUP, 3);
  expect(found(store, 'words')).toEqual([]);
  expect(store.messages.page(GROUP, { at: 'latest' }, 10)).toMatchObject({ messages: [], missing: null });
  expect(store.conversations.get(GROUP)).toMatchObject({ unread: 0, preview: { kind: 'none' } });
  expect(store.conversations.get(GROUP)).not.toHaveProperty('place');
});
