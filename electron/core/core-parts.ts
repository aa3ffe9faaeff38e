/** The parts a core is made of; tests put scripted ones in place. */
import type { Fetch } from './api/http.ts';
import { createConnection } from './connection/connection.ts';
import type { Connection, ConnectionOptions } from './connection/connection-api.ts';
import { createOutbox } from './outbox/outbox.ts';
import { createPublisher } from './publisher/publisher.ts';
import { openStore } from './account-store/open-store.ts';

export interface CoreParts {
  openStore: typeof openStore;
  createConnection: (options: ConnectionOptions) => Connection;
  createOutbox: typeof createOutbox;
  createPublisher: typeof createPublisher;
  /** Default: the global one. */
  fetch?: Fetch;
}

export const coreParts: CoreParts = {
  openStore,
  createConnection: (options) => createConnection(options),
  createOutbox,
  createPublisher,
};
