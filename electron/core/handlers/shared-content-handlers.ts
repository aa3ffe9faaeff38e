/** The shared content of a chat: what is cached of it, and more of its history where that is not here. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { sharedContentContract } from '../../../shared/ipc/contract/shared-content.ts';
import type { CoreContext } from './core-context.ts';

/** Rows that are read for one call: few of them are pictures or files. */
const ROWS = 400;

export function sharedContentHandlers({ store, sync }: CoreContext): Handlers<typeof sharedContentContract> {
  return {
    'shared.page'(query) {
      const page = store.messages.shared(query);
      sync.history.looked(query.channel, page.messages);
      return {
        ...page,
        counts: store.messages.sharedCounts(query.channel),
        complete: store.messages.gaps(query.channel, 1).length === 0,
      };
    },

    async 'shared.older'({ channel }) {
      const [hole] = store.messages.gaps(channel, 1);
      if (hole) await sync.history.fetchRange(hole, ROWS, 'down');
      return { complete: store.messages.gaps(channel, 1).length === 0 };
    },
  };
}
