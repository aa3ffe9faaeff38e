/** The account's business server, and what of it is kept in the account's database. */
import { z } from 'zod';
import type { WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { Store } from '../account-store/store-api.ts';
import { type BusinessApi, createBusinessApi } from '../api/business-api.ts';
import type { KeptStores } from '../api/caller.ts';
import type { Fetch, Log } from '../api/http.ts';
import type { Network } from '../network/network.ts';

/** Origins of the server's object stores, so that pictures there load by themselves also after a restart. */
const FILE_STORES_STATE = 'fileStores';
const Origins = z.array(z.string());

export function createAccountApi(
  { server, token }: WorkerStart,
  store: { state: Pick<Store['state'], 'get' | 'set'> },
  fetch: Fetch | undefined,
  log: Log,
  network?: Network,
): BusinessApi {
  const stores: KeptStores = {
    read() {
      try {
        return Origins.parse(JSON.parse(store.state.get(FILE_STORES_STATE) ?? '[]'));
      } catch {
        return [];
      }
    },
    write(origins) {
      try {
        store.state.set(FILE_STORES_STATE, JSON.stringify(origins));
      } catch {
        // Read only, or the disk is full: it is learnt again.
      }
    },
  };
  return createBusinessApi({
    server,
    token,
    fetch: fetch ?? network?.fetch,
    ...(fetch ? {} : { ways: network }),
    stores,
    log,
  });
}
