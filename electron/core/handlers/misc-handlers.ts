/** Drafts, search, diagnostics, the cache. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

type Channels = 'drafts.get' | 'drafts.set' | 'search.query' | 'storage.rebuildCache' | 'diagnostics.get';

export function miscHandlers(context: CoreContext): Handlers<Channels> {
  const { store, sync, connection, log } = context;
  return {
    'drafts.get': ({ channel }) => store.draft(channel),

    'drafts.set'({ channel, draft }) {
      requireWritable(context);
      store.setDraft(channel, draft);
      return null;
    },

    'search.query': (query) => store.search(query),

    'storage.rebuildCache'() {
      requireWritable(context);
      store.rebuild();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
      // The answer does not wait for the download: what comes back arrives as deltas.
      sync.resync().then(
        () => {
          for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
        },
        (error: unknown) => {
          log(
            'warn',
            `after the rebuild: ${error instanceof Error ? error.message : 'failed'}; the next connection repeats it`,
          );
        },
      );
      return null;
    },

    'diagnostics.get': () => ({
      connection: context.connectionState(),
      transport: connection.transport,
      pingMs: connection.lastPingMs,
      serverOffsetMs: context.serverOffsetMs(),
      ...store.diagnostics(),
      recalls: store.recallLog(),
    }),
  };
}
