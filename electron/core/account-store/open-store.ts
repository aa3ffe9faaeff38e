/** `openStore`: the store of one account, as the rest of the core has it. */
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import { guardedCalls } from './guarded-calls.ts';
import { ReplaceableStore, type StoreOptions } from './replaceable-store.ts';
import type { AccountStore } from './store-api.ts';

export interface OpenStore extends AccountStore {
  /** Whether everything is on disk, and what had to be replaced since the account was opened. */
  readonly storage: StorageState;
  /** Nobody looks at the account: as little of it as possible is kept in memory. */
  setAtRest: (on: boolean) => void;
}

/** @throws CodedError `inUse` when another core has the folder. */
export function openStore(options: StoreOptions): OpenStore {
  const store = new ReplaceableStore(options);
  return {
    ...guardedCalls(store),
    get readOnly() {
      return store.readOnly;
    },
    get storage() {
      return store.storage;
    },
    me: options.me,
    changes: store.changes,
    setAtRest: (on) => store.setAtRest(on),
    expireDue: () => store.expireDue(),
    rebuild: () => store.rebuild(),
    close: () => store.close(),
  };
}
