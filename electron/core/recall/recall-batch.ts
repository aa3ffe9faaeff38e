/**
 * What the recalls of one transaction do together, at its end: the outbox is looked through once, however many messages
 * were recalled, and the surfaces are looked at once, of those recalls that stay in the log.
 */
import { performance } from 'node:perf_hooks';
import type { RecallSurface } from '../../../shared/ipc/contract/recall.ts';
import type { StoreContext } from '../store/context.ts';
import type { RecallSource } from '../store/server-records.ts';
import type { MessageTable } from '../store/tables/messages/message-table.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import { LOG_LENGTH, type RecallMemory } from '../store/views/recall-memory.ts';
import { createSurfaceFinder, type Erasure } from './recall-surfaces.ts';

export interface RecallOrigin {
  source: RecallSource;
  /** performance.now() at the first sign of the recall. */
  startedAt: number;
}

interface Parts {
  outbox: OutboxTables;
  memory: RecallMemory;
  messages: Pick<MessageTable, 'leaveForwards'>;
}

interface Unlogged extends Omit<Erasure, 'inOutbox'> {
  origin: RecallOrigin;
  /** Ids and key under which the outbox may have had it. */
  names: readonly string[];
}

export class RecallBatch {
  readonly #ctx: StoreContext;
  readonly #outbox: OutboxTables;
  readonly #memory: RecallMemory;
  readonly #messages: Parts['messages'];
  readonly #surfacesOf: (erasure: Erasure) => RecallSurface[];
  #unlogged: Unlogged[] = [];
  #erasedIds = new Set<string>();
  #erasedKeys = new Set<string>();
  /** Of which merged forwards may hold copies. */
  #forwarded = new Set<string>();
  /** Names for which something was in the outbox. */
  #inOutbox: ReadonlySet<string> = new Set();

  constructor(ctx: StoreContext, { memory, messages, outbox }: Parts) {
    this.#ctx = ctx;
    this.#outbox = outbox;
    this.#memory = memory;
    this.#messages = messages;
    this.#surfacesOf = createSurfaceFinder(ctx);
    ctx.onRollback(() => {
      this.#unlogged = [];
      this.#inOutbox = new Set();
      this.#erasedIds = new Set();
      this.#erasedKeys = new Set();
      this.#forwarded = new Set();
    });
  }

  /** Copies of these messages leave all merged forwards; each of those is looked at once. */
  leaveForwards(ids: Iterable<string>): void {
    if (this.#forwarded.size === 0) {
      this.#ctx.beforeCommit(() => {
        const forwarded = this.#forwarded;
        this.#forwarded = new Set();
        this.#messages.leaveForwards(forwarded);
      });
    }
    for (const id of ids) this.#forwarded.add(id);
  }

  /** Takes out of the outbox what names one of the messages, or the message with this `recallKey`. */
  eraseFromOutbox(ids: Iterable<string>, key: string | null): void {
    if (this.#erasedIds.size === 0) {
      this.#ctx.beforeCommit(() => {
        this.#inOutbox = this.#outbox.eraseRecalled(this.#erasedIds, this.#erasedKeys);
        this.#erasedIds = new Set();
        this.#erasedKeys = new Set();
      });
    }
    for (const id of ids) this.#erasedIds.add(id);
    if (key !== null) this.#erasedKeys.add(key);
  }

  /** After `eraseFromOutbox` of the same message. */
  log(entry: Unlogged): void {
    if (this.#unlogged.length === 0) this.#ctx.beforeCommit(() => this.#writeLog());
    this.#unlogged.push(entry);
    if (this.#unlogged.length > LOG_LENGTH) this.#unlogged.shift();
  }

  #writeLog(): void {
    const entries = this.#unlogged.map(({ origin, erased, quoted, names }) => {
      const inOutbox = names.some((name) => this.#inOutbox.has(name));
      return { origin, surfaces: this.#surfacesOf({ erased, quoted, inOutbox }) };
    });
    this.#unlogged = [];
    this.#inOutbox = new Set();
    this.#ctx.afterCommit(() => {
      const now = performance.now();
      for (const { origin, surfaces } of entries) {
        const tookMs = Math.max(0, now - origin.startedAt);
        this.#memory.addLog({ atMs: this.#ctx.now(), source: origin.source, tookMs, surfaces });
      }
    });
  }
}
