/** Figures for people who look for a fault. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { diagnosticsContract } from '../../../shared/ipc/contract/diagnostics.ts';
import type { CoreContext } from './core-context.ts';

export function diagnosticsHandlers(context: CoreContext): Handlers<typeof diagnosticsContract> {
  const { store, connection } = context;
  const stateNumber = (name: string): number => Number(store.state.get(name) ?? '0') || 0;

  return {
    'diagnostics.get': () => ({
      connection: context.connectionState(),
      transport: connection.transport,
      pingMs: connection.lastPingMs,
      serverOffsetMs: context.serverOffsetMs(),
      ...store.diagnostics(),
      storage: context.storage(),
      cursors: {
        conversations: store.conversations.list().length,
        friends: stateNumber('friendVersion'),
        reminders: stateNumber('reminderVersion'),
        extras: store.conversations
          .list()
          .reduce((highest, { channel }) => Math.max(highest, store.messages.extraVersion(channel)), 0),
      },
      versions: versions(),
      recalls: store.messages.recallLog(),
    }),
  };
}

function versions(): Record<string, string> {
  const names = ['electron', 'chrome', 'node', 'v8', 'sqlite'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const version = process.versions[name];
      return version === undefined ? [] : [[name, version]];
    }),
  );
}
