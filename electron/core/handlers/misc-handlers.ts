/** Drafts, search, pace of the deltas. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

type Channels = 'core.deltasTaken' | 'drafts.get' | 'drafts.set' | 'search.query';

export function miscHandlers(context: CoreContext): Handlers<Channels> {
  const { store, sync } = context;

  return {
    'core.deltasTaken'() {
      context.deltasTaken();
      return null;
    },

    'drafts.get': ({ channel }) => store.outbox.draft(channel),

    'drafts.set'({ channel, draft }) {
      requireWritable(context);
      const before = store.outbox.draft(channel)?.text ?? '';
      store.outbox.setDraft(channel, draft);
      if (draft.text !== before) sync.drafts.changed(channel);
      return null;
    },

    'search.query': (query) => store.search(query),
  };
}
