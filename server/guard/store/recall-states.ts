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

/** States of which it is known how long they hold. */
export interface HeldStates extends PageStates {
  /** Until then what was not recalled is believed not to be, ms; a recall that becomes known ends it sooner. */
  until: number;
}

/** What is known of the messages and sendings of one page. */
class FoundStates implements HeldStates {
  until = Number.POSITIVE_INFINITY;
  readonly #messages = new Map<string, MessageState>();
  readonly #sendings = new Map<string, MessageState>();
  /** The same by the rows that were asked about: the key of one is made once. */
  readonly #rows = new Map<SendingKey, MessageState>();
  /** The client numbers of these sendings. */
  readonly #numbers = new Set<string>();

  get nothing(): boolean {
    return this.#messages.size === 0 && this.#sendings.size === 0;
  }

  /** Something is used that was asked about then, ms. */
  asked(at: number): void {
    if (at + BELIEVED_MS < this.until) this.until = at + BELIEVED_MS;
  }

  addMessage(state: MessageState): void {
    this.#messages.set(state.messageId, state);
  }

  addSending(sending: SendingKey, state: MessageState): void {
    this.#numbers.add(sending.clientMsgNo);
    this.#sendings.set(sendingKey(sending), state);
    this.#rows.set(sending, state);
  }

  of(messageId: string): MessageState | null {
    return this.#messages.size === 0 ? null : (this.#messages.get(messageId) ?? null);
  }

  copy(sending: SendingKey): MessageState | null {
    if (sending.clientMsgNo === '' || !this.#numbers.has(sending.clientMsgNo)) return null;
    return this.#rows.get(sending) ?? this.#sendings.get(sendingKey(sending)) ?? null;
  }
}

export class RecallStates {
  readonly #store: GuardStore;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  readonly #known: LRUCache<string, Known>;
  /** By the key of the sending: what was recalled. One look-up for each row is enough where nothing was. */
  readonly #recalledSendings: LRUCache<string, { clientMsgNo: string; state: MessageState }>;
  /** The client numbers among them, each with how many there are: a row whose number is none needs no whole key. */
  readonly #recalledNumbers = new Map<string, number>();
  readonly #places: RecalledPlaces;
  #pausedUntil = 0;
  #recalls = 0;

  constructor(store: GuardStore, metrics: Metrics, now: () => number, remembered = REMEMBERED) {
    this.#store = store;
    this.#metrics = metrics;
    this.#now = now;
    this.#known = new LRUCache({ max: remembered });
    this.#recalledSendings = new LRUCache({
      max: remembered,
      noDisposeOnSet: true,
      dispose: ({ clientMsgNo }) => this.#countNumber(clientMsgNo, -1),
    });
    this.#places = new RecalledPlaces(store, now, Math.ceil(remembered / 4));
  }

  /** Grows with each recall that becomes known, whoever tells of it. */
  get recalls(): number {
    return this.#recalls;
  }

  now(): number {
    return this.#now();
  }

  /** Somebody recalled these: known here at once. */
  recalled(records: readonly Pick<RecallRecord, 'messageId' | 'revoker' | keyof SendingKey>[]): void {
    this.#recalls += 1;
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
    const found = new FoundStates();
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
    return found;
  }

  /** The same for rows without quotes, from memory alone. Null: the store has to be asked. */
  remembered(rows: readonly RowKey[]): HeldStates | null {
    const found = new FoundStates();
    const since = this.#now() - BELIEVED_MS;
    for (const row of rows) {
      const known = this.#known.peek(row.messageId);
      if (!this.#knows(known, since, found)) return null;
      if (row.clientMsgNo !== '' && !this.#knowsSending(row, known, since, found)) return null;
    }
    this.#metrics.lookups.inc({ result: 'cached' });
    return found;
  }

  /**
   * The channels with recalls in which each may lie; those for which there is none are left out.
   * @throws what the store throws
   */
  recalledIn<T extends Placed>(asked: readonly T[]): Promise<Map<T, readonly Channel[]>> {
    return this.#places.of(asked, BELIEVED_MS);
  }

  /** Whether what is remembered of a message holds; a state goes to `found`. */
  #knows(known: Known | undefined, since: number, found: FoundStates): boolean {
    if (known === undefined) return false;
    const { state } = known;
    if (state?.revoked !== true) {
      if (known.at <= since) return false;
      found.asked(known.at);
    }
    if (state !== null) found.addMessage(state);
    return true;
  }

  #knowsSending(row: RowKey, known: Known | undefined, since: number, found: FoundStates): boolean {
    const state = this.#recalledSending(row);
    if (state !== undefined) {
      found.addSending(row, state);
      return true;
    }
    if (known === undefined || known.sendingAt <= since || known.clientMsgNo !== row.clientMsgNo)
      return false;
    found.asked(known.sendingAt);
    return true;
  }

  #recalledSending(row: SendingKey): MessageState | undefined {
    return this.#recalledNumbers.has(row.clientMsgNo)
      ? this.#recalledSendings.get(sendingKey(row))?.state
      : undefined;
  }

  async #ask(ids: string[], rows: RowKey[], found: FoundStates): Promise<void> {
    // What comes between the question and its answer may be news to it.
    const asked = this.#now();
    const startedAt = performance.now();
    let answer;
    try {
      if (asked < this.#pausedUntil) throw new Error('the database did not answer a moment ago');
      answer = await this.#answers(ids, rows);
      this.#metrics.lookups.inc({ result: 'asked' });
    } catch (error) {
      this.#metrics.lookups.inc({ result: 'failed' });
      if (performance.now() - startedAt >= SLOW_MS) this.#pausedUntil = this.#now() + PAUSE_MS;
      throw error;
    }
    for (const state of answer.states) found.addMessage(state);
    for (const record of answer.records) {
      const state = { messageId: record.messageId, revoked: true, revoker: record.revoker, deleted: false };
      found.addMessage(state);
      if (record.clientMsgNo === '') continue;
      found.addSending(record, state);
      this.#keepSending(record, state);
    }
    for (const id of ids) {
      const holds = this.#set(id, found.of(id), asked);
      if (holds !== null) found.addMessage(holds);
    }
    for (const row of rows) {
      const recalled = this.#recalledSending(row);
      if (recalled !== undefined) {
        found.addSending(row, recalled);
        continue;
      }
      const known = this.#known.peek(row.messageId);
      if (known === undefined || isLong(row.clientMsgNo)) continue;
      known.sendingAt = asked;
      if (known.clientMsgNo !== row.clientMsgNo) known.clientMsgNo = ownText(row.clientMsgNo);
    }
  }

  /**
   * Most channels have no recalls. Whether one has is asked beside what TSDD's own table says of its messages, and only
   * where it has, records are looked for: that takes twice as long as the rest (docs/guard.md).
   */
  async #answers(ids: readonly string[], rows: readonly RowKey[]): ReturnType<GuardStore['states']> {
    const channels = new Map<string, Channel>();
    const without = new Map<string, RowKey[]>();
    for (const row of rows) {
      const key = `${row.channelType} ${row.channelId}`;
      if (row.channelId === '' || (!channels.has(key) && this.#places.has(row))) continue;
      channels.set(key, row);
      const those = without.get(key);
      if (those === undefined) without.set(key, [row]);
      else those.push(row);
    }
    if (channels.size === 0) return this.#store.states(ids, rows);
    const maybe = new Set([...without.values()].flat());
    const known = rows.filter((row) => !maybe.has(row));
    const idsOf = new Set([...maybe].map(({ messageId }) => messageId));
    const others = ids.filter((id) => !idsOf.has(id));
    const [own, rest, places] = await Promise.all([
      this.#store.tsddStates(ids.filter((id) => idsOf.has(id))),
      others.length + known.length > 0 ? this.#store.states(others, known) : { states: [], records: [] },
      this.#places.withRecalls([...channels.values()]),
    ]);
    const later = places.flatMap(
      ({ channelType, channelId }) => without.get(`${channelType} ${channelId}`) ?? [],
    );
    const more =
      later.length === 0
        ? { states: [], records: [] }
        : await this.#store.states(
            later.map(({ messageId }) => messageId),
            later,
          );
    return {
      states: [...own, ...rest.states, ...more.states],
      records: [...rest.records, ...more.records],
    };
  }

  /** Long numbers, which no client has, would fill the memory: they are asked for with every page. */
  #keepSending(sending: SendingKey, state: MessageState): void {
    if (sending.clientMsgNo === '' || isLong(sending.clientMsgNo)) return;
    const key = sendingKey(sending);
    const clientMsgNo = ownText(sending.clientMsgNo);
    if (!this.#recalledSendings.has(key)) {
      this.#recalls += 1;
      this.#countNumber(clientMsgNo, 1);
    }
    this.#recalledSendings.set(key, { clientMsgNo, state });
  }

  #countNumber(clientMsgNo: string, more: number): void {
    const count = (this.#recalledNumbers.get(clientMsgNo) ?? 0) + more;
    if (count > 0) this.#recalledNumbers.set(clientMsgNo, count);
    else this.#recalledNumbers.delete(clientMsgNo);
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
    if (state?.revoked === true) this.#recalls += 1;
    known.state = state;
    known.at = at;
    return state;
  }
}
