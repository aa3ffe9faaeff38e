/** The parts a core is made of; tests put scripted ones in place. */
import type { Fetch } from './api/http.ts';
import { createConnection } from './connection/connection.ts';
import type { BehindList } from './connection/behind-list.ts';
import type { Connection, ConnectionOptions } from './connection/connection-api.ts';
import type { Network } from './network/network.ts';
import { createOutbox } from './outbox/outbox.ts';
import { createPublisher } from './publisher/publisher.ts';
import { openStore } from './account-store/open-store.ts';

export interface CoreParts {
  openStore: typeof openStore;
  createConnection: (options: ConnectionOptions) => Connection;
  createOutbox: typeof createOutbox;
  createPublisher: typeof createPublisher;
  /** Default: the network's, or else the global one. */
  fetch?: Fetch;
  /** The ways to servers; default: without any proxy. */
  network?: Network;
}

export const coreParts: CoreParts = {
  openStore,
  createConnection: (options) => createConnection(options),
  createOutbox,
  createPublisher,
};

/** The same with the ways to servers that `network` knows. `behind`: the connection begins behind the page's list. */
export const partsOver = (network: Network, behind: BehindList | null = null): CoreParts => ({
  ...coreParts,
  network,
  createConnection(options) {
    const connection = createConnection({ ...options, dial: network.dial });
    return behind?.hold(connection) ?? connection;
  },
});
