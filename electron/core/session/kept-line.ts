/** What the account's database keeps of its connection: how it came up last, and that it once was encrypted. */
import type { FromWorker, WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { Store } from '../account-store/store-api.ts';
import type { ConnectionOptions } from '../connection/connection-api.ts';

const TRANSPORT_STATE = 'transport';
const SECURE_STATE = 'secureLine';

type KeptLine = Pick<ConnectionOptions, 'preferredTransport' | 'onTransport' | 'secureOnly' | 'onSecure'>;

export function keptLine(
  { secureLine, server }: Pick<WorkerStart, 'secureLine' | 'server'>,
  store: Pick<Store, 'readOnly' | 'state'>,
  post: (message: FromWorker) => void,
): KeptLine {
  return {
    preferredTransport: store.state.get(TRANSPORT_STATE) ?? undefined,
    onTransport: (transport) => {
      if (!store.readOnly) store.state.set(TRANSPORT_STATE, transport);
    },
    secureOnly: secureLine === true || server.startsWith('https:') || store.state.get(SECURE_STATE) !== null,
    onSecure: () => {
      // The cache may be dropped: the list of accounts remembers it too.
      if (!store.readOnly) store.state.set(SECURE_STATE, 'seen');
      post({ kind: 'secureLine' });
    },
  };
}
