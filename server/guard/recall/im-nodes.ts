/**
 * The HTTP APIs of the WuKongIM nodes: the first that can be reached is asked, and when it refuses, the others. Any
 * node of a cluster knows all, but not at once: after one has gone, each asks whom it still takes for the leader.
 *
 * A node that says nothing costs a head start and no more: the next is asked beside it, and whoever answers first has
 * answered. It is asked last from then on, and for a while not at all where others refuse.
 */
import {
  ImApi,
  ImError,
  type HistoryRange,
  type ImMessage,
  type SendRequest,
} from '../../business/im-client/im-api.ts';
import type { MessageLookup } from '../../business/messages/recall-target.ts';

/** So many rows are asked for by their numbers; the node reads each on its own. */
const MOST_BY_NUMBER = 500;
/** Longer than nodes under load take: what is asked of two is work for two, and a command goes out twice. */
const HEAD_START_MS = 1_000;
const TIMEOUT_MS = 5_000;
const LEFT_ALONE_MS = 15_000;

export interface ImNodesTimes {
  /** The next node is asked when one has not answered for so long, ms. */
  headStartMs?: number;
  /** There is no answer after this, ms. */
  timeoutMs?: number;
  /** Of a node that did not answer at all no answer is waited for, ms. */
  leftAloneMs?: number;
}

interface Node {
  api: ImApi;
  leftAloneUntil: number;
}

type Outcome<T> = { node: Node; answer: T } | { node: Node; error: unknown };

export class ImNodes implements MessageLookup {
  /** In the order in which they are asked. */
  readonly #nodes: Node[];
  readonly #headStartMs: number;
  readonly #leftAloneMs: number;

  constructor(origins: readonly string[], token: string | undefined, times: ImNodesTimes = {}) {
    const { headStartMs = HEAD_START_MS, timeoutMs = TIMEOUT_MS, leftAloneMs = LEFT_ALONE_MS } = times;
    this.#nodes = origins.map((origin) => ({
      api: new ImApi(origin, token, timeoutMs),
      leftAloneUntil: Number.NEGATIVE_INFINITY,
    }));
    this.#headStartMs = headStartMs;
    this.#leftAloneMs = leftAloneMs;
  }

  lookup(
    loginUid: string,
    channelId: string,
    channelType: number,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<ImMessage[]> {
    return this.#first((node) => node.lookup(loginUid, channelId, channelType, keys));
  }

  /**
   * History comes from the node that leads the channel's log, messages by their numbers from the one that leads the
   * channel's slot. A channel whose leader has gone may stay without one for as long as nobody writes there, or longer
   * (deploy/README.md): what was stored is then known by number.
   */
  async history(
    loginUid: string,
    channelId: string,
    channelType: number,
    range: HistoryRange,
  ): Promise<ImMessage[]> {
    try {
      return await this.#first((node) => node.history(loginUid, channelId, channelType, range));
    } catch (error) {
      const { startSeq, endSeq, limit, pullMode } = range;
      const isByNumber = pullMode === 1 && startSeq > 0 && endSeq === 0 && limit <= MOST_BY_NUMBER;
      if (!isByNumber || !(error instanceof ImError)) throw error;
      const messageSeqs = Array.from({ length: limit }, (_, at) => startSeq + at);
      return await this.#first((node) => node.lookup(loginUid, channelId, channelType, { messageSeqs }));
    }
  }

  /** May send it twice, by two nodes. */
  async send(request: SendRequest): Promise<void> {
    await this.#first((node) => node.send(request));
  }

  /** @throws ImError a refusal, if any node refused */
  async #first<T>(call: (node: ImApi) => Promise<T>): Promise<T> {
    const now = performance.now();
    const isLeftAlone = ({ leftAloneUntil }: Node): boolean => now < leftAloneUntil;
    const open = [...this.#nodes.filter((node) => !isLeftAlone(node)), ...this.#nodes.filter(isLeftAlone)];
    const pending = new Map<Node, Promise<Outcome<T>>>();
    let refusal: ImError | null = null;
    let failure: unknown = new ImError(0, 'no IM server');
    for (;;) {
      const next = open.shift();
      if (next !== undefined) {
        if (refusal !== null && isLeftAlone(next)) continue;
        pending.set(next, this.#ask(next, call));
      }
      if (pending.size === 0) throw refusal ?? failure;
      const outcome = await firstOf(pending.values(), next === undefined ? null : this.#headStartMs);
      if (outcome === null) {
        if (next !== undefined) this.#last(next);
        continue;
      }
      if ('answer' in outcome) return outcome.answer;
      const { node, error } = outcome;
      pending.delete(node);
      if (!(error instanceof ImError)) throw error;
      if (isRefusal(error)) refusal = error;
      else failure = error;
    }
  }

  /** Never rejects. */
  async #ask<T>(node: Node, call: (node: ImApi) => Promise<T>): Promise<Outcome<T>> {
    const startedAt = performance.now();
    try {
      const answer = await call(node.api);
      node.leftAloneUntil = Number.NEGATIVE_INFINITY;
      return { node, answer };
    } catch (error) {
      this.#failed(node, error, startedAt);
      return { node, error };
    }
  }

  /** What one refuses another may do. An unreachable, broken or silent node is asked last from now on. */
  #failed(node: Node, error: unknown, startedAt: number): void {
    if (!(error instanceof ImError) || isRefusal(error)) {
      node.leftAloneUntil = Number.NEGATIVE_INFINITY;
      return;
    }
    const now = performance.now();
    if (now - startedAt >= this.#headStartMs) node.leftAloneUntil = now + this.#leftAloneMs;
    this.#last(node);
  }

  #last(node: Node): void {
    const at = this.#nodes.indexOf(node);
    this.#nodes.splice(at, 1);
    this.#nodes.push(node);
  }
}

/** What comes first; null: nothing did within `ms` (null: however long it takes). */
async function firstOf<T>(all: Iterable<Promise<T>>, ms: number | null): Promise<T | null> {
  if (ms === null) return Promise.race(all);
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  try {
    return await Promise.race([...all, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const isRefusal = ({ status }: ImError): boolean => status !== 0 && status < 500;
