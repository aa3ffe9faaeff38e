/** Drafts, search, diagnostics, the cache. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

type Channels = 'core.deltasTaken' | 'drafts.get' | 'drafts.set' | 'search.query' | 'storage.rebuildCache' | 'diagnostics.get';

export function miscHandlers(context: CoreContext): Handlers<Channels> {
  const { store, sync, connection, log } = context;

  async function download(): Promise<void> {
    try {
      await sync.resync();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'failed';
      log('warn', `after the rebuild: ${reason}; the next connection repeats it`);
    }
  }

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

    'storage.rebuildCache'() {
      requireWritable(context);
      store.rebuild();
      context.media.sweep();
      for (const channel of context.openChannels.values()) context.push({ kind: 'reload', channel });
      // The answer does not wait for the download: what comes back arrives as deltas.
      void download();
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
