/**
 * `openStore`: the store of one account. Thin: opens the databases, replaces a file that turns out to be damaged, goes
 * on in memory while the disk takes no writes, and runs the timers (checkpoint after erasures, expiry).
 */
import { mkdirSync } from 'node:fs';
import { errorCode } from '../../../shared/errors.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createRecallMemory } from '../store/views/recall-memory.ts';
import { createChangeLog } from '../store/change-log.ts';
import { createContext, type ErasedContent, type StoreLog } from '../store/context.ts';
import { lockAccount, type AccountLock } from '../store/files/account-lock.ts';
import {
  continueInMemory,
  hasWriteAheadLog,
  isCorruption,
  isLogOver,
  limitLog,
  LONG_LOG,
  LONGEST_LOG,
  openDatabase,
  openWritable,
  removeCacheFiles,
  takesWrites,
  type OpenedDatabase,
  unwritableReason,
} from '../store/files/database.ts';
import type { AccountStore, Store } from './store-api.ts';
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
  log: StoreLog;
  /** Gets what was erased, after the commit. Must not keep it. */
  onContentErased?: (erased: ErasedContent) => void;
  /** `storage` is another one now. After `again` everything must be synced: the files are older than what was shown. */
  onStorageChanged?: (again: 'sync' | 'nothing') => void;
}

export interface OpenStore extends AccountStore {
  /** Whether everything is on disk, and what had to be replaced since the account was opened. */
  readonly storage: StorageState;
}

/** Between an erasure and the checkpoint that takes it off the disk (recall.md: within 5 s). */
export const CHECKPOINT_DELAY_MS = 2_000;
/** From an erasure to the first slice of what it left in the index: a catch-up's come in the order of its rows. */
const ERASE_DELAY_MS = 500;
/** Messages per transaction: at most 40 ms. After this time other work of the worker gets its turn. */
const ERASE_ROWS = 200;
const ERASE_SLICE_MS = 25;
/** If the slices take longer than this, the checkpoint makes the rest at once. */
const ERASE_IN_SLICES_MS = 3_500;
/** While another process reads the files. */
const CHECKPOINT_RETRY_MS = 500;
/** How often the length of the write-ahead log is looked at. */
const CALLS_PER_LOOK_AT_LOG = 16;
/** From seeing that it is long to emptying it. */
const LONG_LOG_MS = 3_000;
const EXPIRY_INTERVAL_MS = 10_000;
/** While the disk takes no writes: from one look at it to the next. Doubled when it fails right after recovering. */
export const PROBE_FIRST_MS = 5_000;
const PROBE_LONGEST_MS = 60_000;
/** On disk for this long counts as recovered. */
const STABLE_MS = 60_000;

type Group = 'messages' | 'conversations' | 'people' | 'outbox' | 'media' | 'state';
type Call = (...args: unknown[]) => unknown;

/**
 * What a read-only store refuses: everything that would have to survive a restart. What the server says is still
 * taken in (in memory), so that a recall is never shown late because a disk is full.
 */
const REFUSED_READ_ONLY: { [G in Group]?: readonly (keyof Store[G])[] } = {
  outbox: ['addSend', 'addSends', 'addRecall', 'addRecalls', 'addAction', 'setDraft'],
  conversations: ['markReadHere'],
};
/** Jobs are left alone: their outcome could not be written down. */
const EMPTY_READ_ONLY: { [G in Group]?: readonly (keyof Store[G])[] } = {
  outbox: ['nextSends', 'pendingUploads', 'recallJobs', 'actionJobs'],
};

export function openStore(options: StoreOptions): OpenStore {
  const { accountDir, log } = options;
  const changes = createChangeLog();
  const serverNow = (): number => options.now() + options.serverOffsetMs();
  const memory = createRecallMemory({
    serverNow,
    onExpired(channel, key) {
      if (closed) return;
      changes.message(channel, key);
      changes.conversation(channel);
      changes.commit();
    },
  });
  let closed = false;
  const endedByForce = hasWriteAheadLog(accountDir);
  let lock: AccountLock | null = null;
  let opened = openLocked();
  const replaced: Pick<StorageState, 'cacheReplaced' | 'outboxDamage'> = {
    cacheReplaced: null,
    outboxDamage: null,
  };
  noteReplaced();
  let core = build();
  let probeTimer: NodeJS.Timeout | null = null;
  let probeMs = PROBE_FIRST_MS;
  /** performance.now() of the last return to the disk. */
  let recoveredAt = Number.NEGATIVE_INFINITY;
  let checkpointTimer: NodeJS.Timeout | null = null;
  let logTimer: NodeJS.Timeout | null = null;

  /** @throws CodedError `inUse` when another core has the folder. */
  function openLocked(): OpenedDatabase {
    try {
      acquireLock();
      return openDatabase(accountDir, log);
    } catch (error) {
      lock?.release();
      lock = null;
      throw error;
    }
  }

  /** In a folder that takes no writes there is nothing to lock, and nothing another core could do to it. */
  function acquireLock(): void {
    try {
      mkdirSync(accountDir, { recursive: true });
      lock ??= lockAccount(accountDir);
    } catch (error) {
      if (unwritableReason(error, accountDir) === null) throw error;
    }
  }

  function noteReplaced(): void {
    if (opened.cache === 'damaged' || opened.cache === 'newer') replaced.cacheReplaced = opened.cache;
    if (opened.outboxDamage) replaced.outboxDamage = opened.outboxDamage;
  }

  function build(): StoreCore {
    const ctx = createContext({
      db: opened.db,
      me: options.me,
      now: options.now,
      serverNow,
      offerReedit: options.offerReedit,
      log,
      changes,
      ...(options.onContentErased ? { onContentErased: options.onContentErased } : {}),
    });
    return createStoreCore(ctx, {
      accountDir,
      readOnly: opened.readOnly !== null,
      memory,
      onErased: () => scheduleCheckpoint(),
      onCheckpointBusy: () => scheduleCheckpoint(CHECKPOINT_RETRY_MS, CHECKPOINT_DELAY_MS),
    });
  }

  /** `waitedMs`: since the erasure. */
  function scheduleCheckpoint(delayMs = ERASE_DELAY_MS, waitedMs = 0): void {
    if (checkpointTimer || closed || opened.readOnly) return;
    checkpointTimer = setTimeout(() => {
      checkpointTimer = null;
      try {
        guarded(() => settleErasures(waitedMs + delayMs));
      } catch (error) {
        log('error', `checkpoint after a recall failed: ${String(error)}`);
        scheduleCheckpoint(CHECKPOINT_DELAY_MS, CHECKPOINT_DELAY_MS);
      }
    }, delayMs);
    checkpointTimer.unref();
  }

  function settleErasures(waitedMs: number): void {
    const startedAt = performance.now();
    let more: boolean;
    do more = core.eraseDue(ERASE_ROWS);
    while (more && performance.now() - startedAt < ERASE_SLICE_MS);
    const waited = waitedMs + performance.now() - startedAt;
    if (more && waited < ERASE_IN_SLICES_MS) scheduleCheckpoint(0, waited);
    else if (waited < CHECKPOINT_DELAY_MS) scheduleCheckpoint(CHECKPOINT_DELAY_MS - waited, waited);
    else core.checkpoint();
  }

  /** Drops the cache, keeps the outbox, and tells every view. */
  function rebuild(): void {
    if (opened.readOnly)
      throw new CodedError('readOnly', 'the cache cannot be rebuilt: the folder is read-only');
    replaceDatabases(() => {
      opened.db.close();
      removeCacheFiles(accountDir);
      return openDatabase(accountDir, log);
    });
  }

  /** Goes on with the databases that `open` returns, and lets every view be read anew. */
  function replaceDatabases(open: () => OpenedDatabase): void {
    const known = new Map<string, ChannelRef>();
    const collect = (): void => {
      try {
        for (const { channel } of core.conversations.list()) known.set(channelKey(channel), channel);
      } catch (error) {
        log('warn', `conversations of the old cache are unreadable: ${String(error)}`);
      }
    };
    collect();
    opened = open();
    noteReplaced();
    core = build();
    if (opened.readOnly) startProbing();
    else core.resetInterrupted();
    collect();
    for (const channel of known.values()) {
      if (core.conversations.get(channel)) changes.conversation(channel);
      else changes.removedConversation(channel);
      changes.channelInfo(channel);
      changes.reload(channel);
    }
    changes.contacts();
    changes.commit();
  }

  /** A file is damaged: the outbox if its own check finds it, else the cache. */
  function repair(error: unknown): void {
    log('error', `the databases are damaged, they are looked at again: ${String(error)}`);
    replaceDatabases(() => {
      opened.db.close();
      const again = openDatabase(accountDir, log);
      if (again.readOnly || again.outboxDamage || again.cache !== 'kept') return again;
      again.db.close();
      removeCacheFiles(accountDir);
      return { ...openDatabase(accountDir, log), cache: 'damaged' };
    });
    // Also after a damaged outbox: its jobs have to be looked at.
    options.onStorageChanged?.('sync');
  }

  function leaveDisk(error: unknown, reason: NonNullable<StorageState['readOnly']>): void {
    log('error', `nothing can be written (${reason}), going on in memory: ${String(error)}`);
    if (performance.now() - recoveredAt > STABLE_MS) probeMs = PROBE_FIRST_MS;
    else probeMs = Math.min(PROBE_LONGEST_MS, probeMs * 2);
    if (checkpointTimer) clearTimeout(checkpointTimer);
    checkpointTimer = null;
    replaceDatabases(() => continueInMemory(opened, accountDir, reason, log));
    options.onStorageChanged?.('nothing');
  }

  function startProbing(): void {
    // Only another program can change what a newer one has written.
    if (probeTimer || closed || opened.readOnly === 'newerData') return;
    probeTimer = setTimeout(() => {
      probeTimer = null;
      if (closed || !opened.readOnly) return;
      if (!returnToDisk()) startProbing();
    }, probeMs);
    probeTimer.unref();
  }

  function returnToDisk(): boolean {
    if (!takesWrites(accountDir)) return false;
    let onDisk: OpenedDatabase;
    try {
      acquireLock();
      onDisk = openWritable(accountDir, log);
    } catch (error) {
      log('info', `still read-only: ${String(error)}`);
      return false;
    }
    log('info', 'the disk takes writes again');
    const before = { opened, core };
    try {
      replaceDatabases(() => onDisk);
    } catch (error) {
      log('info', `read-only again at once: ${String(error)}`);
      ({ opened, core } = before);
      onDisk.db.close();
      return false;
    }
    before.opened.db.close();
    recoveredAt = performance.now();
    options.onStorageChanged?.('sync');
    return true;
  }

  /**
   * Runs a call. When a file turns out to be damaged or to take no writes, it is replaced and the call runs once more:
   * what failed was rolled back as a whole.
   */
  function guarded<T>(call: () => T, refusedReadOnly = false): T {
    try {
      return call();
    } catch (error) {
      if (opened.readOnly || closed) throw error;
      if (isCorruption(error)) {
        repair(error);
        return call();
      }
      const reason = isBusy(error) ? null : unwritableReason(error, accountDir);
      if (reason === null) throw error;
      leaveDisk(error, reason);
      if (refusedReadOnly) throw new CodedError('readOnly', 'the disk takes no writes');
      return call();
    }
  }

  /** What was called before is done, whatever becomes of this. */
  function lookAtLog(most = LONGEST_LOG): void {
    try {
      guarded(() => {
        if (opened.readOnly || opened.db.inTransaction) return;
        limitLog(opened.db, most);
        if (!logTimer && isLogOver(opened.db, LONG_LOG)) {
          logTimer = setTimeout(() => {
            logTimer = null;
            if (!closed) lookAtLog(LONG_LOG);
          }, LONG_LOG_MS).unref();
        }
      });
    } catch (error) {
      log('warn', `the write-ahead log could not be emptied: ${String(error)}`);
    }
  }

  if (opened.readOnly) startProbing();
  else guarded(() => core.resetInterrupted());
  core.onIdle();
  // The process may have died between a recall and its checkpoint: then the index or the old log still has the words.
  if (endedByForce || core.anyErasureDue()) {
    try {
      guarded(() => core.checkpoint());
    } catch (error) {
      log('error', `checkpoint at the start failed: ${String(error)}`);
      scheduleCheckpoint();
    }
  }
  const expiryTimer = setInterval(() => guarded(() => core.onIdle()), EXPIRY_INTERVAL_MS);
  expiryTimer.unref();

  let calls = 0;
  /** A call with what is around it; `core` is looked up each time, because it may have been replaced. */
  function watched(find: () => Call, readOnly: 'allowed' | 'empty' | 'refused', name: string): Call {
    return (...args) => {
      if (opened.readOnly && readOnly === 'refused') {
        throw new CodedError('readOnly', `${name}: this account is open read-only`);
      }
      if (opened.readOnly && readOnly === 'empty') return [];
      const result = guarded(() => find()(...args), readOnly === 'refused');
      calls += 1;
      if (calls % CALLS_PER_LOOK_AT_LOG === 0 && !closed) lookAtLog();
      return result;
    };
  }

  function group<G extends Group>(name: G): Store[G] {
    const refused = new Set<PropertyKey>(REFUSED_READ_ONLY[name]);
    const empty = new Set<PropertyKey>(EMPTY_READ_ONLY[name]);
    const find = (call: string) => (): Call => (core[name] as unknown as Record<string, Call>)[call] as Call;
    return Object.fromEntries(
      Object.keys(core[name]).map((call) => [
        call,
        watched(find(call), refused.has(call) ? 'refused' : empty.has(call) ? 'empty' : 'allowed', call),
      ]),
    ) as unknown as Store[G];
  }

  function single<N extends 'search' | 'checkpoint' | 'indexBytes' | 'diagnostics'>(name: N): Store[N] {
    return watched(() => core[name] as Call, 'allowed', name) as Store[N];
  }

  return {
    messages: group('messages'),
    conversations: group('conversations'),
    people: group('people'),
    outbox: group('outbox'),
    media: group('media'),
    state: group('state'),
    search: single('search'),
    checkpoint: single('checkpoint'),
    indexBytes: single('indexBytes'),
    diagnostics: single('diagnostics'),
    get readOnly() {
      return opened.readOnly !== null;
    },
    get storage() {
      return { readOnly: opened.readOnly, ...replaced };
    },
    me: options.me,
    changes,
    rebuild,
    close() {
      if (closed) return;
      closed = true;
      clearInterval(expiryTimer);
      if (checkpointTimer) clearTimeout(checkpointTimer);
      if (logTimer) clearTimeout(logTimer);
      if (probeTimer) clearTimeout(probeTimer);
      memory.close();
      try {
        core.checkpoint();
      } catch (error) {
        log('warn', `last checkpoint failed: ${String(error)}`);
      }
      core.close();
      lock?.release();
    },
  };
}

/** Another connection holds a lock for longer than it should: the disk is fine. */
function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error));
}
