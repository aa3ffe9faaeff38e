/** What changed of favourites and reminders, and what their messages say now. */
import { parseChannelKey } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { ChangeSet } from '../store/change-log.ts';

type Store = Pick<AccountStore['bookmarks'], 'isEmpty' | 'idsOf' | 'message'>;

/** In the batch of the change itself, whatever else of the chat is left out: words must not outlive it in a list. */
export function bookmarkDeltas(changes: ChangeSet, store: Store): CoreDelta[] {
  const { added, removed } = changes.bookmarks;
  const changed = new Set<number>();
  if (!store.isEmpty())
    for (const [key, { upserts }] of changes.messages)
      for (const messageKey of upserts)
        for (const id of store.idsOf(parseChannelKey(key), messageKey)) changed.add(id);
  if (!added && removed.size === 0 && changed.size === 0) return [];
  return [
    {
      kind: 'bookmarks',
      added,
      removed: [...removed],
      changed: [...changed].map((id) => ({ id, message: store.message(id) })),
    },
  ];
}
