/** The parts a core is made of; tests put scripted ones in place. */
import type { CoreDelta } from '../../shared/ipc/contract.ts';
import type { FromWorker } from '../../shared/ipc/worker-protocol.ts';
import type { BusinessApi } from './api/business-api.ts';
import type { Log } from './api/http.ts';
import type { Connection, ConnectionOptions } from './connection/connection-api.ts';
import type { AccountStore, Store } from './store/store-api.ts';
import type { ExtraSync } from './sync/extra-sync.ts';

export interface CoreParts {
  openStore: (options: {
    accountDir: string;
    me: { uid: string; name: string };
    now: () => number;
    serverOffsetMs: () => number;
    offerReedit: () => boolean;
    log: Log;
  }) => AccountStore;
  createConnection: (options: ConnectionOptions) => Connection;
  createOutbox: (options: {
    store: Store;
    connection: Connection;
    api: BusinessApi;
    me: { uid: string; name: string };
    serverNowMs: () => number;
    extraSync: ExtraSync;
    onUnauthorized: () => void;
    log: Log;
  }) => { kick: () => void; close: () => Promise<void> };
  createPublisher: (options: {
    store: AccountStore;
    push: (deltas: CoreDelta[]) => void;
    notify: (message: FromWorker) => void;
    badge: (totals: { unread: number; unreadWithMuted: number }) => void;
  }) => { close: () => void };
}
