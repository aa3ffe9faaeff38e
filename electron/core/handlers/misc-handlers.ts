/** Drafts, search, pace of the deltas. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

type Channels = 'core.deltasTaken' | 'drafts.get' | 'drafts.set' | 'search.query';

export function miscHandlers(context: CoreContext): Handlers<Channels> {
  const { store } = context;

  return {
    'core.deltasTaken'() {
      context.deltasTaken();
      return null;
    },

    'drafts.get': ({ channel }) => store.draft(channel),

    'drafts.set'({ channel, draft }) {
      requireWritable(context);
      store.setDraft(channel, draft);
      return null;
    },

    'search.query': (query) => store.search(query),
  };
}
