/** Search in messages, contacts and groups. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { searchContract } from '../../../shared/ipc/contract/search.ts';
import type { CoreContext } from './core-context.ts';

export function searchHandlers({ store }: CoreContext): Handlers<typeof searchContract> {
  return {
    'search.query': (query) => store.search(query),
    'search.kinds': (query) => store.searchKinds(query),
  };
}
