/** What the page starts from, the pace of the deltas, the retry button. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { Bootstrap, sessionContract } from '../../../shared/ipc/contract/session.ts';
import { abilitiesOf } from '../session/abilities.ts';
import type { CoreContext } from './core-context.ts';

export function sessionHandlers(context: CoreContext): Handlers<typeof sessionContract> {
  const { media, store, sync } = context;

  const snapshot = (): Bootstrap => ({
    me: context.me(),
    connection: context.connectionState(),
    rules: store.state.rules(),
    abilities: abilitiesOf(store.state),
    serverOffsetMs: context.serverOffsetMs(),
    conversations: store.conversations.list(),
    friendRequests: sync.directory.friendRequestCount,
    storage: context.storage(),
    away: context.absence.summary,
  });

  return {
    'core.bootstrap'() {
      // A page that begins anew shows no chat yet, and goes on with no file that the one before it was reading.
      store.messages.leaveFlames(null);
      void media.staging.abandon();
      return snapshot();
    },
    'core.snapshot': snapshot,

    'core.deltasTaken'() {
      context.deltasTaken();
      return null;
    },

    'core.seenAway'() {
      context.absence.dismiss();
      return null;
    },

    'connection.retry'() {
      context.connection.retryNow();
      return null;
    },
  };
}
