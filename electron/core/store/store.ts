/**
 * `openStore`: the store of one account. Thin: opens the databases, guards writes in read-only mode, replaces a cache
 * that turns out to be damaged, and runs the two timers (checkpoint after erasures, expiry).
 */
import { channelKey, parseChannelKey } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createRecallMemory } from '../recall/recall-memory.ts';
import { createChangeLog } from './change-log.ts';
import { createContext, type StoreLog } from './context.ts';
import { hasWriteAheadLog, isCorruption, openDatabase, removeCacheFiles } from './database.ts';
import type { AccountStore } from './store-api.ts';
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
  /** Gets the payloads that a recall erased, after its commit. Must not keep them. */
  onContentErased?: (payloads: readonly string[]) => void;
}

export interface OpenStore extends AccountStore {
  /** The cache was missing, damaged or newer at start: sync everything. */
  readonly cacheDropped: boolean;
  /** A damaged outbox was moved to this path. */
  readonly outboxMovedTo: string | null;
}

/** Between an erasure and the checkpoint that takes it off the disk (design.md: within 5 s). */
export const CHECKPOINT_DELAY_MS = 2_000;
/** From an erasure to the first slice of what it left in the search index: a catch-up's come in the order of its rows. */
const ERASE_DELAY_MS = 500;
/** Messages per slice: about 40 ms. Then other work of the worker gets its turn. */
const ERASE_SLICE = 200;
/** If the slices take longer than this, the checkpoint makes the rest at once. */
const ERASE_IN_SLICES_MS = 3_500;
/** While another process reads the files. */
const CHECKPOINT_RETRY_MS = 500;
const EXPIRY_INTERVAL_MS = 10_000;

/**
 * What a read-only store refuses: everything that would have to survive a restart. What the server says is still
 * taken in (in memory), so that a recall is never shown late because a disk is full.
 */
const REFUSED_READ_ONLY = [
  'addSend',
  'addRecall',
  'addAction',
  'setDraft',
] as const satisfies readonly (keyof StoreCore)[];
/** Jobs are left alone: their outcome could not be written down. */
const EMPTY_READ_ONLY = [
  'nextSends',
  'pendingUploads',
  'recallJobs',
  'actionJobs',
] as const satisfies readonly (keyof StoreCore)[];

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
  let opened = openDatabase(accountDir, log);
  let core = build();
  let checkpointTimer: NodeJS.Timeout | null = null;

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
      readOnly: opened.readOnly,
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
    const more = core.eraseDue(ERASE_SLICE);
    const waited = waitedMs + performance.now() - startedAt;
    if (more && waited < ERASE_IN_SLICES_MS) scheduleCheckpoint(0, waited);
    else if (waited < CHECKPOINT_DELAY_MS) scheduleCheckpoint(CHECKPOINT_DELAY_MS - waited, waited);
    else core.checkpoint();
  }

  /** Drops the cache, keeps the outbox, and tells every view. */
  function rebuild(): void {
    if (opened.readOnly)
      throw new CodedError('readOnly', 'the cache cannot be rebuilt: the folder is read-only');
    const known = new Set<string>();
    try {
      for (const conversation of core.conversations()) known.add(channelKey(conversation.channel));
    } catch (error) {
      log('warn', `conversations of the old cache are unreadable: ${String(error)}`);
    }
    opened.db.close();
    removeCacheFiles(accountDir);
    opened = { ...openDatabase(accountDir, log), cacheDropped: true };
    core = build();
    for (const key of known) {
      changes.removedConversation(parseChannelKey(key));
      changes.reload(parseChannelKey(key));
    }
    changes.contacts();
    changes.commit();
  }

  /** Runs a call; if the cache turns out to be damaged, replaces it and runs the call once more. */
  function guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (!isCorruption(error) || opened.readOnly || closed) throw error;
      log('error', `the cache is damaged and is built anew: ${String(error)}`);
      rebuild();
      return call();
    }
  }

  if (!opened.readOnly) core.resetInterrupted();
  core.onIdle();
  // The process may have died between a recall and its checkpoint: what was erased is still in the index or the old log.
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

  const facade: Record<string, unknown> = {};
  const refused = new Set<string>(REFUSED_READ_ONLY);
  const empty = new Set<string>(EMPTY_READ_ONLY);
  for (const name of Object.keys(core) as (keyof StoreCore)[]) {
    facade[name] = (...args: unknown[]): unknown => {
      if (opened.readOnly && refused.has(name)) {
        throw new CodedError('readOnly', `${name}: this account is open read-only`);
      }
      if (opened.readOnly && empty.has(name)) return [];
      return guarded(() => (core[name] as (...rest: unknown[]) => unknown)(...args));
    };
  }

  return {
    ...(facade as unknown as StoreCore),
    get readOnly() {
      return opened.readOnly;
    },
    get cacheDropped() {
      return opened.cacheDropped;
    },
    get outboxMovedTo() {
      return opened.outboxMovedTo;
    },
    me: options.me,
    changes,
    rebuild,
    close() {
      if (closed) return;
      closed = true;
      clearInterval(expiryTimer);
      if (checkpointTimer) clearTimeout(checkpointTimer);
      memory.close();
      try {
        core.checkpoint();
      } catch (error) {
        log('warn', `last checkpoint failed: ${String(error)}`);
      }
      core.close();
    },
  };
}
