import { expect, it } from 'vitest';
import type { FavouriteView } from '../../../shared/ipc/contract/bookmarks.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { favouritesAfter } from './favourites-store.ts';

const item = (id: number): FavouriteView => ({
  id,
  at: 0,
  channel: { channelId: 'g', channelType: 2 },
  channelName: 'G',
  messageId: String(id),
  message: messageView(id),
});

it('what is gone leaves, what was edited says what it says now, what is withheld is not shown', () => {
  const items = [item(3), item(2), item(1)];
  const edited = messageView(2, { edited: true });
  const after = favouritesAfter(items, {
    removed: [3],
    changed: [
      { id: 2, message: edited },
      { id: 1, message: null },
      { id: 9, message: null },
    ],
  });
  expect(after.map(({ id }) => id)).toEqual([2]);
  expect(after[0]?.message).toBe(edited);
});
