/**
 * The HTTP APIs of the WuKongIM nodes: the first that can be reached is asked, and when it refuses, or knows too
 * little, the others. Any node of a cluster knows all, but not at once: after one has gone, or hung, each asks whom it
 * still takes for the leader, and a leader of yesterday answers from what it has. So that something is *not* there is
 * believed when all nodes say so, and otherwise not known (NotSureError).
 *
 * A node that says nothing costs a head start and no more: the next is asked beside it, and whoever answers first has
 * answered. It is asked last from then on, and for a while its answer is not waited for.
 */
import {
  ImApi,
  ImError,
  type HistoryRange,
  type ImMessage,
  type SendRequest,
} from '../../business/im-client/im-api.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import { type MessageLookup, NotSureError } from '../../business/messages/recall-target.ts';
import { type OwnStore, ownStoreOf, wouldHaveIt } from './own-stores.ts';

/** So many rows are asked for by their numbers; the node reads each on its own. */
const MOST_BY_NUMBER = 500;
/** Longer than nodes under load take: what is asked of two is work for two, and a command goes out twice. */
const HEAD_START_MS = 1_000;
const TIMEOUT_MS = 5_000;
const LEFT_ALONE_MS = 15_000;
const CHECK_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;

export interface ImNodesTimes {
  /** The next node is asked when one has not answered for so long, ms. */
  headStartMs?: number;
  /** There is no answer after this, ms. */
  timeoutMs?: number;
  /** Of a node that did not answer at all no answer is waited for, ms. */
  leftAloneMs?: number;
  /** Between two checks of `watch`, ms. */
  checkMs?: number;
}

/** What is told of the nodes: how calls ended, and whether they answer. */
export interface ImNodesWatcher {
  /** `too_little`: another node knew more. */
  ended(node: string, result: 'ok' | 'too_little' | 'refused' | 'failed' | 'silent'): void;
  answers(node: string, does: boolean): void;
}

const NOBODY: ImNodesWatcher = { ended: () => undefined, answers: () => undefined };

interface Node {
  origin: string;
  api: ImApi;
  leftAloneUntil: number;
  /** By the last check; when that was not answered, since when (performance.now()). */
  silentSince: number | null;
}

type Outcome<T> = { node: Node; answer: T } | { node: Node; error: unknown };

export class ImNodes implements MessageLookup {
  /** In the order in which they are asked. */
  readonly #nodes: Node[];
  readonly #headStartMs: number;
  readonly #leftAloneMs: number;
  readonly #checkMs: number;
  readonly #checkTimeoutMs: number;
  readonly #watcher: ImNodesWatcher;
  #checking: NodeJS.Timeout | null = null;

  constructor(
    origins: readonly string[],
    token: string | undefined,
    times: ImNodesTimes = {},
    watcher: ImNodesWatcher = NOBODY,
  ) {
    const { headStartMs = HEAD_START_MS, timeoutMs = TIMEOUT_MS, leftAloneMs = LEFT_ALONE_MS } = times;
    this.#nodes = origins.map((origin) => ({
      origin,
      api: new ImApi(origin, token, timeoutMs),
      leftAloneUntil: Number.NEGATIVE_INFINITY,
      silentSince: null,
    }));
    this.#headStartMs = headStartMs;
    this.#leftAloneMs = leftAloneMs;
    this.#checkMs = times.checkMs ?? CHECK_MS;
    this.#checkTimeoutMs = Math.min(CHECK_TIMEOUT_MS, timeoutMs);
    this.#watcher = watcher;
    for (const { origin } of this.#nodes) watcher.answers(origin, true);
  }

  /** Begins to ask each node whether it is there, so that the first who needs one does not find it out. */
  watch(): void {
    let isUnderWay = false;
    const check = async (): Promise<void> => {
      if (isUnderWay) return;
      isUnderWay = true;
      await this.check();
      isUnderWay = false;
    };
    this.#checking = setInterval(() => void check(), this.#checkMs);
    this.#checking.unref();
  }

  close(): void {
    if (this.#checking) clearInterval(this.#checking);
  }

  /** The nodes that did not answer when they were last asked whether they are there, and for how long now, ms. */
  silent(): { node: string; ms: number }[] {
    const now = performance.now();
    return this.#nodes.flatMap(({ origin, silentSince }) =>
      silentSince === null ? [] : [{ node: origin, ms: now - silentSince }],
    );
  }

  count(): number {
    return this.#nodes.length;
  }

  /** Asks every node once. Whatever it says, it is there; whether it can be of use its calls tell. */
  async check(): Promise<void> {
    await Promise.all(
      this.#nodes.map(async (node) => {
        const startedAt = performance.now();
        let isThere = true;
        try {
          await node.api.call('GET', '/health', undefined, this.#checkTimeoutMs);
        } catch (error) {
          isThere = error instanceof ImError && error.status !== 0;
        }
        if (isThere) {
          // Its silence was its own, not that of another whom it asks.
          if (node.silentSince !== null) node.leftAloneUntil = Number.NEGATIVE_INFINITY;
          node.silentSince = null;
        } else {
          node.silentSince ??= startedAt;
          this.#last(node);
        }
        this.#watcher.answers(node.origin, isThere);
      }),
    );
  }

  /** @throws NotSureError when something was not found, and a node did not say that it has not */
  lookup(
    loginUid: string,
    channelId: string,
    channelType: number,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<ImMessage[]> {
    const { messageIds = [], clientMsgNos = [] } = keys;
    const isEnough = (rows: readonly ImMessage[]): boolean =>
      messageIds.every((id) => rows.some((row) => row.message_idstr === id)) &&
      clientMsgNos.every((number) => rows.some((row) => row.client_msg_no === number));
    return this.#enough((node) => node.lookup(loginUid, channelId, channelType, keys), isEnough);
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
    isEnough: (rows: readonly ImMessage[]) => boolean = () => true,
  ): Promise<ImMessage[]> {
    try {
      return await this.#enough((node) => node.history(loginUid, channelId, channelType, range), isEnough);
    } catch (error) {
      if (error instanceof NotSureError) throw error;
      const { startSeq, endSeq, limit, pullMode } = range;
      const isByNumber = pullMode === 1 && startSeq > 0 && endSeq === 0 && limit <= MOST_BY_NUMBER;
      if (!isByNumber || !(error instanceof ImError)) throw error;
      const messageSeqs = Array.from({ length: limit }, (_, at) => startSeq + at);
      return await this.#enough(
        (node) => node.lookup(loginUid, channelId, channelType, { messageSeqs }),
        isEnough,
      );
    }
  }

  /** What those have stored themselves who answer within the head start; null: nobody told. */
  async stored(
    loginUid: string,
    channel: Channel,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<{ rows: ImMessage[]; isAll: boolean } | null> {
    const asked = this.#nodes.filter((node) => !isLeftAlone(node));
    const pending = new Map(
      asked.map((node) => [node, this.#ask(node, (api) => ownStoreOf(api, loginUid, channel, keys))]),
    );
    const answers: OwnStore[] = [];
    const until = performance.now() + this.#headStartMs;
    while (pending.size > 0) {
      const outcome = await firstOf(pending.values(), Math.max(0, until - performance.now()));
      if (outcome === null) break;
      pending.delete(outcome.node);
      if ('answer' in outcome) answers.push(outcome.answer);
      else if (!(outcome.error instanceof ImError)) throw outcome.error;
    }
    if (answers.length === 0) return null;
    const rows = new Map(answers.flatMap((each) => each.rows).map((row) => [row.message_idstr, row]));
    return { rows: [...rows.values()], isAll: wouldHaveIt(answers) };
  }

  /** What any of them answers to a GET. @throws as #first */
  async told(path: string): Promise<unknown> {
    return (await this.#first((node) => node.call('GET', path))).answer;
  }

  /** May send it twice, by two nodes. */
  async send(request: SendRequest): Promise<void> {
    await this.#first((node) => node.send(request));
  }

  /** The first answer that is enough, or what all of them know together. @throws NotSureError; as #first */
  async #enough(
    call: (node: ImApi) => Promise<ImMessage[]>,
    isEnough: (rows: readonly ImMessage[]) => boolean,
  ): Promise<ImMessage[]> {
    const { node: first, answer: rows } = await this.#first(call);
    if (isEnough(rows)) return rows;
    const others = this.#nodes.filter((node) => node !== first);
    const silent = others.filter(isLeftAlone).map(({ origin }) => origin);
    const pending = new Map(
      others.filter((node) => !isLeftAlone(node)).map((node) => [node, this.#ask(node, call)]),
    );
    const until = performance.now() + this.#headStartMs;
    while (pending.size > 0) {
      const outcome = await firstOf(pending.values(), Math.max(0, until - performance.now()));
      if (outcome === null) break;
      const { node } = outcome;
      pending.delete(node);
      if ('answer' in outcome) {
        const more = outcome.answer.filter((row) =>
          rows.every(({ message_idstr }) => message_idstr !== row.message_idstr),
        );
        if (more.length > 0) this.#watcher.ended(first.origin, 'too_little');
        rows.push(...more);
        rows.sort((a, b) => a.message_seq - b.message_seq);
        if (isEnough(rows)) return rows;
      } else if (outcome.error instanceof ImError) silent.push(node.origin);
      else throw outcome.error;
    }
    silent.push(...[...pending.keys()].map(({ origin }) => origin));
    if (silent.length > 0) throw new NotSureError(rows, `not found, and no answer of ${silent.join(', ')}`);
    return rows;
  }

  /** @throws ImError a refusal, if any node refused */
  async #first<T>(call: (node: ImApi) => Promise<T>): Promise<{ node: Node; answer: T }> {
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
      if ('answer' in outcome) return outcome;
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
      this.#watcher.ended(node.origin, 'ok');
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
      this.#watcher.ended(node.origin, 'refused');
      return;
    }
    const now = performance.now();
    const isSilent = now - startedAt >= this.#headStartMs;
    if (isSilent) node.leftAloneUntil = now + this.#leftAloneMs;
    this.#watcher.ended(node.origin, isSilent ? 'silent' : 'failed');
    this.#last(node);
  }

  #last(node: Node): void {
    const at = this.#nodes.indexOf(node);
    this.#nodes.splice(at, 1);
    this.#nodes.push(node);
  }
}

/** What comes first; null: nothing did within `ms` (null: however long it takes). */
export async function firstOf<T>(all: Iterable<Promise<T>>, ms: number | null): Promise<T | null> {
  if (ms === null) return Promise.race(all);
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  try {
    return await Promise.race([...all, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const isLeftAlone = ({ leftAloneUntil, silentSince }: Node): boolean =>
  silentSince !== null || performance.now() < leftAloneUntil;

const isRefusal = ({ status }: ImError): boolean => status !== 0 && status < 500;
