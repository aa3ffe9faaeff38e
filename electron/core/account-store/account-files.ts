/** The folder of an account: its lock, the open databases, and what had to be replaced since it was opened. */
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import type { StoreLog } from '../store/context.ts';
import { lockAccount, type AccountLock } from '../store/files/account-lock.ts';
import {
  continueInMemory,
  hasWriteAheadLog,
  openDatabase,
  openWritable,
  removeCacheFiles,
  takesWrites,
  unwritableReason,
  type OpenedDatabase,
} from '../store/files/database.ts';
import { privateFolder } from '../store/files/private-files.ts';

export class AccountFiles {
  /** The process that had the folder before did not close it. */
  readonly endedByForce: boolean;
  readonly #accountDir: string;
  readonly #log: StoreLog;
  readonly #replaced: Pick<StorageState, 'cacheReplaced' | 'outboxDamage'> = {
    cacheReplaced: null,
    outboxDamage: null,
  };
  #lock: AccountLock | null = null;
  #opened: OpenedDatabase;

  /** @throws CodedError `inUse` when another core has the folder. */
  constructor(accountDir: string, log: StoreLog) {
    this.#accountDir = accountDir;
    this.#log = log;
    this.endedByForce = hasWriteAheadLog(accountDir);
    try {
      this.#acquireLock();
      this.#opened = openDatabase(accountDir, log);
    } catch (error) {
      this.release();
      throw error;
    }
    this.#noteReplaced();
  }

  get opened(): OpenedDatabase {
    return this.#opened;
  }

  /** From here on these are the databases. The ones before are not closed. */
  use(opened: OpenedDatabase): void {
    this.#opened = opened;
    this.#noteReplaced();
  }

  get storage(): StorageState {
    return { readOnly: this.#opened.readOnly, ...this.#replaced };
  }

  /** Why writing fails with this error; null = the disk is not to blame. */
  unwritableReason(error: unknown): ReturnType<typeof unwritableReason> {
    return unwritableReason(error, this.#accountDir);
  }

  /** Closes the databases, removes the cache and opens again: the outbox stays. */
  openWithoutCache(): OpenedDatabase {
    this.#opened.db.close();
    removeCacheFiles(this.#accountDir);
    return openDatabase(this.#accountDir, this.#log);
  }

  /** A file is damaged: opened anew, which replaces the outbox if its own check finds it; else the cache goes. */
  openRepaired(): OpenedDatabase {
    this.#opened.db.close();
    const again = openDatabase(this.#accountDir, this.#log);
    if (again.readOnly || again.outboxDamage || again.cache !== 'kept') return again;
    again.db.close();
    removeCacheFiles(this.#accountDir);
    return { ...openDatabase(this.#accountDir, this.#log), cache: 'damaged' };
  }

  openInMemory(reason: NonNullable<StorageState['readOnly']>): OpenedDatabase {
    return continueInMemory(this.#opened, this.#accountDir, reason, this.#log);
  }

  /** The files, where the disk takes writes (again); null = it does not. */
  openOnDisk(): OpenedDatabase | null {
    if (!takesWrites(this.#accountDir)) return null;
    try {
      this.#acquireLock();
      return openWritable(this.#accountDir, this.#log);
    } catch (error) {
      this.#log('info', `still read-only: ${String(error)}`);
      return null;
    }
  }

  /** Another core may have the folder. */
  release(): void {
    this.#lock?.release();
    this.#lock = null;
  }

  /** In a folder that takes no writes there is nothing to lock, and nothing another core could do to it. */
  #acquireLock(): void {
    try {
      privateFolder(this.#accountDir);
      this.#lock ??= lockAccount(this.#accountDir);
    } catch (error) {
      if (this.unwritableReason(error) === null) throw error;
    }
  }

  #noteReplaced(): void {
    const { cache, outboxDamage } = this.#opened;
    if (cache === 'damaged' || cache === 'newer') this.#replaced.cacheReplaced = cache;
    if (outboxDamage) this.#replaced.outboxDamage = outboxDamage;
  }
}
