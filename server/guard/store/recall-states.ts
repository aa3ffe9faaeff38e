/**
 * The recall state of pages, with a bounded memory in front of the store. That a message is recalled never changes and
 * is kept; that it is not may be believed for a moment only.
 */
import { LRUCache } from 'lru-cache';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { Metrics } from '../metrics.ts';
import {
  type GuardStore,
  type MessageState,
  type RecallRecord,
  type SendingKey,
  sendingKey,
} from './guard-store.ts';
import { type Placed, RecalledPlaces } from './recalled-places.ts';

/** How long "not recalled" is believed while nobody tells of recalls elsewhere, ms. */
export const ALONE_MS = 1_000;
/** The same while other guards' recalls are heard: only what passes no guard can be missed, ms. */
export const TOGETHER_MS = 5_000;
const REMEMBERED = 200_000;
/** Look-ups of one question to the store; pages of more are split. */
const BATCH = 2_000;

interface Known {
  state: MessageState | null;
  at: number;
}

export interface PageStates {
  /** Null when nothing is known to have become of it. */
  of(messageId: string): MessageState | null;
  /** The recalled message of which this sending is another stored copy. */
  copy(key: SendingKey): MessageState | null;
}

export class RecallStates {
  readonly #store: GuardStore;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  readonly #known: LRUCache<string, Known>;
  readonly #places: RecalledPlaces;
  /** Whether recalls of other guards are heard. */
  heard: () => boolean = () => false;

  constructor(store: GuardStore, metrics: Metrics, now: () => number, remembered = REMEMBERED) {
    this.#store = store;
    this.#metrics = metrics;
    this.#now = now;
    this.#known = new LRUCache({ max: remembered });
    this.#places = new RecalledPlaces(store, now);
  }

  /** Somebody recalled these: known here at once. */
  recalled(records: readonly Pick<RecallRecord, 'messageId' | 'revoker' | keyof SendingKey>[]): void {
    this.#places.recalled(records);
    for (const record of records) {
      const state = { messageId: record.messageId, revoked: true, revoker: record.revoker, deleted: false };
      this.#set(record.messageId, state, this.#now());
      if (record.clientMsgNo !== '') this.#set(sendingKey(record), state, this.#now());
    }
  }

  /** @throws what the store throws */
  async page(messageIds: readonly string[], sendings: readonly SendingKey[]): Promise<PageStates> {
    const found = new Map<string, MessageState | null>();
    const ids = this.#unknown(messageIds, (id) => id, found);
    const keys = this.#unknown(
      sendings.filter((key) => key.clientMsgNo !== ''),
      sendingKey,
      found,
    );
    if (ids.length === 0 && keys.length === 0) this.#metrics.lookups.inc({ result: 'cached' });
    for (let at = 0; at < Math.max(ids.length, keys.length); at += BATCH)
      await this.#ask(ids.slice(at, at + BATCH), keys.slice(at, at + BATCH), found);
    return {
      of: (messageId) => found.get(messageId) ?? null,
      copy: (key) => (key.clientMsgNo === '' ? null : (found.get(sendingKey(key)) ?? null)),
    };
  }

  /**
   * The channels with recalls in which each may lie; those for which there is none are left out.
   * @throws what the store throws
   */
  recalledIn<T extends Placed>(asked: readonly T[]): Promise<Map<T, readonly Channel[]>> {
    return this.#places.of(asked, this.#believedMs());
  }

  #believedMs(): number {
    return this.heard() ? TOGETHER_MS : ALONE_MS;
  }

  #unknown<T>(items: readonly T[], keyOf: (item: T) => string, found: Map<string, MessageState | null>): T[] {
    const believed = this.#believedMs();
    const now = this.#now();
    return items.filter((item) => {
      const key = keyOf(item);
      if (found.has(key)) return false;
      const known = this.#known.get(key);
      const holds = known !== undefined && (known.state?.revoked === true || now - known.at < believed);
      found.set(key, holds ? known.state : null);
      return !holds;
    });
  }

  async #ask(ids: string[], keys: SendingKey[], found: Map<string, MessageState | null>): Promise<void> {
    // What comes between the question and its answer may be news to it.
    const asked = this.#now();
    let answer;
    try {
      answer = await this.#store.states(ids, keys);
      this.#metrics.lookups.inc({ result: 'asked' });
    } catch (error) {
      this.#metrics.lookups.inc({ result: 'failed' });
      throw error;
    }
    for (const state of answer.states) found.set(state.messageId, state);
    for (const record of answer.records) {
      const state = { messageId: record.messageId, revoked: true, revoker: record.revoker, deleted: false };
      found.set(record.messageId, state);
      found.set(sendingKey(record), state);
    }
    for (const id of ids) found.set(id, this.#set(id, found.get(id) ?? null, asked));
    for (const key of keys.map(sendingKey)) found.set(key, this.#set(key, found.get(key) ?? null, asked));
  }

  /** A recall that became known meanwhile stays. Answers what holds. */
  #set(key: string, state: MessageState | null, at: number): MessageState | null {
    const known = this.#known.peek(key);
    if (known?.state?.revoked === true) return known.state;
    this.#known.set(key, { state, at });
    return state;
  }
}
