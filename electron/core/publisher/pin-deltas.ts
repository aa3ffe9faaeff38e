/** What changed of pinned messages, for whoever asked for those of a chat. */
import { parseChannelKey } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { ChangeSet } from '../store/change-log.ts';

/** In the batch of the change itself, whatever else of the chat is left out: words must not outlive it in the bar. */
export function pinDeltas(changes: ChangeSet, store: Pick<AccountStore['pins'], 'news'>): CoreDelta[] {
  const keys = new Set([...changes.messages.keys(), ...changes.reload, ...changes.pins]);
  return [...keys].flatMap((key): CoreDelta[] => {
    const channel = parseChannelKey(key);
    const known = !changes.reload.has(key) && !changes.pins.has(key);
    const news = store.news(channel, (known && changes.messages.get(key)) || 'all');
    return news ? [{ kind: 'pins', channel, ...news }] : [];
  });
}
