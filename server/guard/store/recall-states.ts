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
import { ownText } from './own-text.ts';
import { type Placed, RecalledPlaces } from './recalled-places.ts';
import { isLong } from './stored-number.ts';

/** How long "not recalled" is believed, ms: so late is a recall seen that went past all guards. */
export const BELIEVED_MS = 1_000;
const REMEMBERED = 200_000;
/** A failure that took so long to come is of a store that hangs: pages must not all wait for it, ms. */
const SLOW_MS = 1_000;
/** It is not asked for so long, ms. */
const PAUSE_MS = 1_000;
/** Look-ups of one question to the store; pages of more are split. */
const BATCH = 2_000;

/** What else is quoted, of any length, is nobody's, and is not remembered either. */
const ID = /^\d{1,19}$/;

interface Known {
  state: MessageState | null;
  /** When the store was asked about it, ms. */
  at: number;
  /** When it was asked about its sending as well, and which it was. */
  sendingAt: number;
  clientMsgNo: string;
}

/** A row of a page, with its channel in stored form. */
export interface RowKey extends SendingKey {
  messageId: string;
}

export interface PageStates {
  /** Of nothing that was asked about anything is known. */
  nothing: boolean;
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
  /** By the key of the sending: what was recalled. One look-up for each row is enough where nothing was. */
  readonly #recalledSendings: LRUCache<string, MessageState>;
  readonly #places: RecalledPlaces;
  #pausedUntil = 0;

  constructor(store: GuardStore, metrics: Metrics, now: () => number, remembered = REMEMBERED) {
    this.#store = store;
    this.#metrics = metrics;
    this.#now = now;
    this.#known = new LRUCache({ max: remembered });
    this.#recalledSendings = new LRUCache({ max: remembered });
    this.#places = new RecalledPlaces(store, now, Math.ceil(remembered / 4));
  }

  /** Somebody recalled these: known here at once. */
  recalled(records: readonly Pick<RecallRecord, 'messageId' | 'revoker' | keyof SendingKey>[]): void {
    this.#places.recalled(records);
    for (const record of records) {
      const state = { messageId: record.messageId, revoked: true, revoker: record.revoker, deleted: false };
      this.#set(record.messageId, state, this.#now());
      this.#keepSending(record, state);
    }
  }

  /**
   * `quoted`: ids that are asked about without a sending.
   * @throws what the store throws
   */
  async page(quoted: readonly string[], rows: readonly RowKey[]): Promise<PageStates> {
    const found = new Map<string, MessageState>();
    const ids = new Set<string>();
    const keys = new Map<string, RowKey>();
    const since = this.#now() - BELIEVED_MS;
    for (const id of quoted) if (ID.test(id) && !this.#knows(this.#known.peek(id), since, found)) ids.add(id);
    for (const row of rows) {
      const known = this.#known.peek(row.messageId);
      if (!this.#knows(known, since, found)) ids.add(row.messageId);
      if (row.clientMsgNo !== '' && !this.#knowsSending(row, known, since, found))
        keys.set(sendingKey(row), row);
    }
    if (ids.size === 0 && keys.size === 0) this.#metrics.lookups.inc({ result: 'cached' });
    else {
      const [asked, about] = [[...ids], [...keys.values()]];
      for (let at = 0; at < Math.max(asked.length, about.length); at += BATCH)
        await this.#ask(asked.slice(at, at + BATCH), about.slice(at, at + BATCH), found);
    }
    return {
      nothing: found.size === 0,
      of: (messageId) => found.get(messageId) ?? null,
      copy: (key) =>
        found.size === 0 || key.clientMsgNo === '' ? null : (found.get(sendingKey(key)) ?? null),
    };
  }

  /**
   * The channels with recalls in which each may lie; those for which there is none are left out.
   * @throws what the store throws
   */
  recalledIn<T extends Placed>(asked: readonly T[]): Promise<Map<T, readonly Channel[]>> {
    return this.#places.of(asked, BELIEVED_MS);
  }

  /** Whether what is remembered of a message holds; a state goes to `found`. */
  #knows(known: Known | undefined, since: number, found: Map<string, MessageState>): boolean {
    if (known === undefined) return false;
    const { state } = known;
    if (state?.revoked !== true && known.at <= since) return false;
    if (state !== null) found.set(state.messageId, state);
    return true;
  }

  #knowsSending(
    row: RowKey,
    known: Known | undefined,
    since: number,
    found: Map<string, MessageState>,
  ): boolean {
    if (this.#recalledSendings.size > 0) {
      const key = sendingKey(row);
      const state = this.#recalledSendings.get(key);
      if (state !== undefined) {
        found.set(key, state);
        return true;
      }
    }
    return known !== undefined && known.sendingAt > since && known.clientMsgNo === row.clientMsgNo;
  }

  async #ask(ids: string[], rows: RowKey[], found: Map<string, MessageState>): Promise<void> {
    // What comes between the question and its answer may be news to it.
    const asked = this.#now();
    const startedAt = performance.now();
    let answer;
    try {
      if (asked < this.#pausedUntil) throw new Error('the database did not answer a moment ago');
      answer = await this.#store.states(ids, rows);
      this.#metrics.lookups.inc({ result: 'asked' });
    } catch (error) {
      this.#metrics.lookups.inc({ result: 'failed' });
      if (performance.now() - startedAt >= SLOW_MS) this.#pausedUntil = this.#now() + PAUSE_MS;
      throw error;
    }
    for (const state of answer.states) found.set(state.messageId, state);
    for (const record of answer.records) {
      const state = { messageId: record.messageId, revoked: true, revoker: record.revoker, deleted: false };
      found.set(record.messageId, state);
      if (record.clientMsgNo === '') continue;
      found.set(sendingKey(record), state);
      this.#keepSending(record, state);
    }
    for (const id of ids) {
      const holds = this.#set(id, found.get(id) ?? null, asked);
      if (holds !== null) found.set(id, holds);
    }
    for (const row of rows) {
      const key = sendingKey(row);
      const recalled = this.#recalledSendings.get(key);
      if (recalled !== undefined) {
        found.set(key, recalled);
        continue;
      }
      const known = this.#known.peek(row.messageId);
      if (known === undefined || isLong(row.clientMsgNo)) continue;
      known.sendingAt = asked;
      if (known.clientMsgNo !== row.clientMsgNo) known.clientMsgNo = ownText(row.clientMsgNo);
    }
  }

  /** Long numbers, which no client has, would fill the memory: they are asked for with every page. */
  #keepSending(sending: SendingKey, state: MessageState): void {
    if (sending.clientMsgNo !== '' && !isLong(sending.clientMsgNo))
      this.#recalledSendings.set(sendingKey(sending), state);
  }

  /** A recall that became known meanwhile stays. Answers what holds. */
  #set(messageId: string, state: MessageState | null, at: number): MessageState | null {
    // Only here, once a second at most, it counts as used: to move it with each look costs more than the look.
    const known = this.#known.get(messageId);
    if (known === undefined) {
      const first = { state, at, sendingAt: Number.NEGATIVE_INFINITY, clientMsgNo: '' };
      this.#known.set(ownText(messageId), first);
      return state;
    }
    if (known.state?.revoked === true) return known.state;
    known.state = state;
    known.at = at;
    return state;
  }
}
