/**
 * The store over databases that may have to be replaced: a file that turns out to be damaged, and all of it while the
 * disk takes no writes (then it goes on in memory, and back to the disk when that takes them again). A call that fails
 * for such a reason runs once more over the new ones.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { errorCode } from '../../../shared/errors.ts';
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createChangeLog } from '../store/change-log.ts';
import { createContext, type ErasedContent, type StoreLog } from '../store/context.ts';
import { isCorruption, type OpenedDatabase, setAtRest } from '../store/files/database.ts';
import { createRecallMemory, type RecallMemory } from '../store/views/recall-memory.ts';
import { AccountFiles } from './account-files.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { DiskProbe } from './disk-probe.ts';
import { ErasureTimer } from './erasure-timer.ts';
import type { CallGuard } from './guarded-calls.ts';
import { IndexTimer } from './index-timer.ts';
import { LogWatch } from './log-watch.ts';
import { createStoreCore, type StoreCore } from './store-core.ts';

export interface StoreOptions {
  /** Folder of this account; created if missing. */
  accountDir: string;
  me: { uid: string; name: string };
  /** Local clock, ms since epoch. */
  now: () => number;
  /** Server clock minus local clock, ms. */
  serverOffsetMs: () => number;
  /** The setting "offer re-editing". */
  offerReedit: () => boolean;
  /** Days after which messages are removed from this computer; null = never. */
  localStorageDays?: number | null;
  log: StoreLog;
  /** Gets what was erased, after the commit. Must not keep it. */
  onContentErased?: (erased: ErasedContent) => void;
  /** A message burned after reading: a request for the server waits in the outbox. */
  onBurned?: () => void;
  /** `storage` is another one now. After `again` everything must be synced: the files are older than what was shown. */
  onStorageChanged?: (again: 'sync' | 'nothing') => void;
}

const IDLE_INTERVAL_MS = 10_000;
const DAY_SECONDS = 24 * 60 * 60;

export class ReplaceableStore implements CallGuard {
  readonly changes = createChangeLog();
  readonly #options: StoreOptions;
  readonly #memory: RecallMemory;
  readonly #files: AccountFiles;
  readonly #erasures: ErasureTimer;
  readonly #indexing: IndexTimer;
  readonly #logWatch: LogWatch;
  readonly #probe: DiskProbe;
  readonly #deadlines: DeadlineTimer;
  readonly #idleTimer: NodeJS.Timeout;
  #core: StoreCore;
  #closed = false;

  /** @throws CodedError `inUse` when another core has the folder. */
  constructor(options: StoreOptions) {
    this.#options = options;
    const { log } = options;
    this.#memory = createRecallMemory({
      serverNow: () => this.#serverNow(),
      onExpired: (channel, key) => this.#denialOver(channel, key),
    });
    this.#files = new AccountFiles(options.accountDir, log);
    const guarded = (call: () => void): void => this.run(call);
    this.#erasures = new ErasureTimer({
      core: () => this.#core,
      guarded,
      mayRun: () => !this.#closed && !this.readOnly,
      log,
    });
    this.#indexing = new IndexTimer({
      more: () => this.#core.rebuildIndex(),
      guarded,
      mayRun: () => !this.#closed && !this.readOnly,
      called: () => this.called(),
      log,
    });
    this.#logWatch = new LogWatch({
      opened: () => this.#files.opened,
      guarded,
      isClosed: () => this.#closed,
      log,
    });
    this.#probe = new DiskProbe(() => this.#returnToDisk());
    this.#deadlines = new DeadlineTimer({
      now: () => this.#serverNow(),
      next: () => (this.#closed ? null : this.#core.nextEndMs()),
      run: () => guarded(() => this.#core.endDue()),
      log,
    });
    this.#core = this.#build();
    this.#start();
    this.#idleTimer = setInterval(() => this.run(() => this.#core.onIdle()), IDLE_INTERVAL_MS);
    this.#idleTimer.unref();
  }

  get core(): StoreCore {
    return this.#core;
  }

  get readOnly(): boolean {
    return this.#files.opened.readOnly !== null;
  }

  get storage(): StorageState {
    return this.#files.storage;
  }

  /**
   * Runs a call. When a file turns out to be damaged or to take no writes, it is replaced and the call runs once more:
   * what failed was rolled back as a whole.
   */
  run<T>(call: () => T, refusedReadOnly = false): T {
    try {
      return call();
    } catch (error) {
      if (this.readOnly || this.#closed) throw error;
      if (isCorruption(error)) {
        this.#repair(error);
        return call();
      }
      const reason = isBusy(error) ? null : this.#files.unwritableReason(error);
      if (reason === null) throw error;
      this.#leaveDisk(error, reason);
      if (refusedReadOnly) throw new CodedError('readOnly', 'the disk takes no writes');
      return call();
    }
  }

  /** Nobody looks at the account. (A file that is replaced meanwhile begins as for somebody who does.) */
  setAtRest(on: boolean): void {
    if (!this.#closed) this.run(() => setAtRest(this.#files.opened.db, on));
  }

  called(): void {
    this.#logWatch.called();
  }

  expireDue(): void {
    if (this.#closed) return;
    this.run(() => this.#core.endDue());
    this.#deadlines.refresh();
  }

  /** Drops the cache, keeps the outbox, and tells every view. */
  rebuild(): void {
    if (this.readOnly)
      throw new CodedError('readOnly', 'the cache cannot be rebuilt: the folder is read-only');
    this.#replaceDatabases(() => this.#files.openWithoutCache());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#idleTimer);
    this.#deadlines.stop();
    this.#erasures.stop();
    this.#indexing.stop();
    this.#logWatch.stop();
    this.#probe.stop();
    this.#memory.close();
    try {
      this.#core.checkpoint();
    } catch (error) {
      this.#options.log('warn', `last checkpoint failed: ${String(error)}`);
    }
    this.#core.close();
    this.#files.release();
  }

  #start(): void {
    if (this.readOnly) this.#startProbing();
    else this.run(() => this.#core.resetInterrupted());
    this.#core.restarted();
    // Before anything of it is drawn. The clock that is kept is read later.
    this.run(() => this.#core.endDue(this.#options.now() + this.#storedOffset()));
    this.#deadlines.refresh();
    this.#core.onIdle();
    this.#indexing.start();
    // The process may have died between a recall and its checkpoint: then the index or the old log still has the words.
    if (!this.#files.endedByForce && !this.#core.anyErasureDue()) return;
    try {
      this.run(() => this.#core.checkpoint());
    } catch (error) {
      this.#options.log('error', `checkpoint at the start failed: ${String(error)}`);
      this.#erasures.start();
    }
  }

  #storedOffset(): number {
    return this.#options.serverOffsetMs() || this.#core.storedOffsetMs();
  }

  #serverNow(): number {
    return this.#options.now() + this.#options.serverOffsetMs();
  }

  /** That a recall was refused is no longer shown. */
  #denialOver(channel: ChannelRef, key: string): void {
    if (this.#closed) return;
    this.changes.message(channel, key);
    this.changes.conversation(channel);
    this.changes.commit();
  }

  #build(): StoreCore {
    const { accountDir, localStorageDays, me, now, offerReedit, log, onBurned, onContentErased } =
      this.#options;
    const { db } = this.#files.opened;
    const ctx = createContext({
      db,
      me,
      now,
      serverNow: () => this.#serverNow(),
      offerReedit,
      keepSeconds: localStorageDays ? localStorageDays * DAY_SECONDS : null,
      log,
      changes: this.changes,
      endsAt: (atMs) => this.#deadlines.at(atMs),
      committed: () => this.#logWatch.committed(),
      ...(onBurned ? { onBurned } : {}),
      ...(onContentErased ? { onContentErased } : {}),
    });
    return createStoreCore(ctx, {
      accountDir,
      readOnly: this.readOnly,
      memory: this.#memory,
      onErased: () => this.#erasures.start(),
      onCheckpointBusy: () => this.#erasures.retry(),
    });
  }

  /** Goes on with the databases that `open` returns, and lets every view be read anew. */
  #replaceDatabases(open: () => OpenedDatabase): void {
    const { changes } = this;
    const known = new Map<string, ChannelRef>();
    const collect = (): void => {
      try {
        for (const { channel } of this.#core.conversations.list()) known.set(channelKey(channel), channel);
      } catch (error) {
        this.#options.log('warn', `conversations of the old cache are unreadable: ${String(error)}`);
      }
    };
    collect();
    this.#files.use(open());
    this.#core = this.#build();
    this.#deadlines.refresh();
    if (this.readOnly) this.#startProbing();
    else this.#core.resetInterrupted();
    collect();
    for (const channel of known.values()) {
      if (this.#core.conversations.get(channel)) changes.conversation(channel);
      else changes.removedConversation(channel);
      changes.channelInfo(channel);
      changes.reload(channel);
    }
    changes.contacts();
    changes.commit();
  }

  /** A file is damaged: the outbox if its own check finds it, else the cache. */
  #repair(error: unknown): void {
    this.#options.log('error', `the databases are damaged, they are looked at again: ${String(error)}`);
    this.#replaceDatabases(() => this.#files.openRepaired());
    // Also after a damaged outbox: its jobs have to be looked at.
    this.#options.onStorageChanged?.('sync');
  }

  #leaveDisk(error: unknown, reason: NonNullable<StorageState['readOnly']>): void {
    this.#options.log('error', `nothing can be written (${reason}), going on in memory: ${String(error)}`);
    this.#probe.failed();
    this.#erasures.stop();
    this.#replaceDatabases(() => this.#files.openInMemory(reason));
    this.#options.onStorageChanged?.('nothing');
  }

  #startProbing(): void {
    // Only another program can change what a newer one has written.
    if (this.#closed || this.#files.opened.readOnly === 'newerData') return;
    this.#probe.start();
  }

  /** true: the account is on the disk, or nothing has to be done about it. */
  #returnToDisk(): boolean {
    if (this.#closed || !this.readOnly) return true;
    const { log, onStorageChanged } = this.#options;
    const onDisk = this.#files.openOnDisk();
    if (!onDisk) return false;
    log('info', 'the disk takes writes again');
    const before = { opened: this.#files.opened, core: this.#core };
    try {
      this.#replaceDatabases(() => onDisk);
    } catch (error) {
      log('info', `read-only again at once: ${String(error)}`);
      this.#files.use(before.opened);
      this.#core = before.core;
      onDisk.db.close();
      return false;
    }
    before.opened.db.close();
    this.#probe.recovered();
    this.#indexing.start();
    onStorageChanged?.('sync');
    return true;
  }
}

/** Another connection holds a lock for longer than it should: the disk is fine. */
function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error));
}
