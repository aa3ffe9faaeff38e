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
  type Numbered,
  type RecallRecord,
  type SendingKey,
  sendingKey,
} from './guard-store.ts';
import { ownText } from './own-text.ts';
import { BELIEVED_MS, FoundStates, type HeldStates, type PageStates, type RowKey } from './page-states.ts';
import { type Placed, RecalledPlaces } from './recalled-places.ts';
import { channelKey } from './seen-ids.ts';
import { isLong } from './stored-number.ts';

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
  /** In which it was seen, by its `channelKey`; '' = not known. */
  channel: string;
}

type Answer = Awaited<ReturnType<GuardStore['states']>>;

const recalledBy = ({ messageId, revoker }: Pick<RecallRecord, 'messageId' | 'revoker'>): MessageState => ({
  messageId,
  revoked: true,
  revoker,
  deleted: false,
});

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
      const state = recalledBy(record);
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
   * Asks about messages of a channel (stored form) that a page which was just asked for may hold, so that it is known
   * when the page comes. It is remembered as if a page had held them. A failure is no page's: each asks itself.
   */
  async foresee(channel: Channel, messageIds: readonly string[]): Promise<void> {
    const asked = this.#now();
    const numbered = messageIds.flatMap((id) => {
      const known = this.#known.peek(id);
      return known === undefined || known.clientMsgNo === '' ? [] : [known];
    });
    const sendings = numbered.map(({ clientMsgNo }) => ({ clientMsgNo }));
    let answer;
    try {
      answer = await this.#inTime(asked, 'foreseen', () =>
        this.#foreseen(asked, channel, messageIds, sendings),
      );
    } catch {
      return;
    }
    const found = new Map(answer.states.map((state) => [state.messageId, state]));
    for (const record of answer.records) {
      const state = recalledBy(record);
      found.set(record.messageId, state);
      this.#keepSending(record, state);
    }
    const key = channelKey(channel);
    for (const id of messageIds) {
      this.#set(id, found.get(id) ?? null, asked);
      const known = this.#known.peek(id);
      if (known !== undefined) known.channel = key;
    }
    if (!answer.isOfSendings) return;
    sendings.forEach(({ clientMsgNo }, at) => {
      const known = numbered[at];
      // Whose sending a recalled number is, the row says that has it.
      if (known === undefined || known.clientMsgNo !== clientMsgNo || this.#recalledNumbers.has(clientMsgNo))
        return;
      known.sendingAt = asked;
    });
  }

  /** `isOfSendings`: records were looked for by the numbers, too, as the channel has some. */
  async #foreseen(
    asked: number,
    channel: Channel,
    ids: readonly string[],
    sendings: readonly Numbered[],
  ): Promise<Answer & { isOfSendings: boolean }> {
    if (!this.#places.has(channel)) {
      const [states, places] = await Promise.all([
        this.#store.tsddStates(ids),
        this.#places.withRecalls([channel], asked - BELIEVED_MS / 2),
      ]);
      if (places.length === 0) return { states, records: [], isOfSendings: false };
    }
    return { ...(await this.#store.states(ids, sendings)), isOfSendings: true };
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
    if (known === undefined) return false;
    const at = known.clientMsgNo === row.clientMsgNo ? known.sendingAt : Number.NEGATIVE_INFINITY;
    const holds = at > since ? at : this.#noneAt(known.channel, found);
    if (holds <= since) return false;
    found.asked(holds);
    return true;
  }

  /** A channel without recalls has none of any sending. Most rows of a page lie in the same. */
  #noneAt(channel: string, { none }: FoundStates): number {
    if (none.channel !== channel) {
      none.channel = channel;
      none.at = channel === '' ? Number.NEGATIVE_INFINITY : this.#places.noneAt(channel);
    }
    return none.at;
  }

  #recalledSending(row: SendingKey): MessageState | undefined {
    return this.#recalledNumbers.has(row.clientMsgNo)
      ? this.#recalledSendings.get(sendingKey(row))?.state
      : undefined;
  }

  /** @throws what the store throws, and at once for a moment after it hung */
  async #inTime<T>(asked: number, result: 'asked' | 'foreseen', ask: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      if (asked < this.#pausedUntil) throw new Error('the database did not answer a moment ago');
      const answer = await ask();
      this.#metrics.lookups.inc({ result });
      return answer;
    } catch (error) {
      this.#metrics.lookups.inc({ result: 'failed' });
      if (performance.now() - startedAt >= SLOW_MS) this.#pausedUntil = this.#now() + PAUSE_MS;
      throw error;
    }
  }

  async #ask(ids: string[], rows: RowKey[], found: FoundStates): Promise<void> {
    // What comes between the question and its answer may be news to it.
    const asked = this.#now();
    const answer = await this.#inTime(asked, 'asked', () => this.#answers(ids, rows));
    for (const state of answer.states) found.addMessage(state);
    for (const record of answer.records) {
      const state = recalledBy(record);
      found.addMessage(state);
      if (record.clientMsgNo === '') continue;
      found.addSending(record, state);
      this.#keepSending(record, state);
    }
    for (const id of ids) {
      const holds = this.#set(id, found.of(id), asked);
      if (holds !== null) found.addMessage(holds);
    }
    // Most rows of a page lie in one channel: one text for all of them.
    let last = { channelId: '', channelType: 0, key: '', noneAt: Number.NEGATIVE_INFINITY };
    for (const row of rows) {
      const recalled = this.#recalledSending(row);
      if (recalled !== undefined) {
        found.addSending(row, recalled);
        continue;
      }
      const known = this.#known.peek(row.messageId);
      if (known === undefined) continue;
      const { channelId, channelType } = row;
      if (channelId !== last.channelId || channelType !== last.channelType) {
        const key = channelId === '' ? '' : ownText(channelKey(row));
        last = { channelId, channelType, key, noneAt: this.#places.noneAt(key) };
      }
      known.channel = last.key;
      if (isLong(row.clientMsgNo)) continue;
      known.sendingAt = answer.unasked.has(row) ? Math.min(asked, last.noneAt) : asked;
      if (known.clientMsgNo !== row.clientMsgNo) known.clientMsgNo = ownText(row.clientMsgNo);
    }
  }

  /**
   * Most channels have no recalls. Whether one has is asked beside what TSDD's own table says of its messages, and only
   * where it has, records are looked for: that takes twice as long as the rest (docs/guard.md). `unasked`: rows of
   * channels that have none.
   */
  async #answers(
    ids: readonly string[],
    rows: readonly RowKey[],
  ): Promise<Answer & { unasked: Set<RowKey> }> {
    const channels = new Map<string, Channel>();
    const without = new Map<string, RowKey[]>();
    for (const row of rows) {
      const key = channelKey(row);
      if (row.channelId === '' || (!channels.has(key) && this.#places.has(row))) continue;
      channels.set(key, row);
      const those = without.get(key);
      if (those === undefined) without.set(key, [row]);
      else those.push(row);
    }
    if (channels.size === 0) return { ...(await this.#store.states(ids, rows)), unasked: new Set() };
    const unasked = new Set([...without.values()].flat());
    const known = rows.filter((row) => !unasked.has(row));
    const idsOf = new Set([...unasked].map(({ messageId }) => messageId));
    const others = ids.filter((id) => !idsOf.has(id));
    const own = ids.filter((id) => idsOf.has(id));
    const [states, rest, places] = await Promise.all([
      own.length > 0 ? this.#store.tsddStates(own) : [],
      others.length + known.length > 0 ? this.#store.states(others, known) : { states: [], records: [] },
      this.#places.withRecalls([...channels.values()], this.#now() - BELIEVED_MS),
    ]);
    const later = places.flatMap((channel) => without.get(channelKey(channel)) ?? []);
    for (const row of later) unasked.delete(row);
    const more =
      later.length === 0
        ? { states: [], records: [] }
        : await this.#store.states(
            later.map(({ messageId }) => messageId),
            later,
          );
    return {
      states: [...states, ...rest.states, ...more.states],
      records: [...rest.records, ...more.records],
      unasked,
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
      const first = { state, at, sendingAt: Number.NEGATIVE_INFINITY, clientMsgNo: '', channel: '' };
      this.#known.set(ownText(messageId), first);
      return state;
    }
    // Nor does an answer that was asked for before take the place of a later one.
    if (known.state?.revoked === true || (known.at > at && state?.revoked !== true)) return known.state;
    if (state?.revoked === true) this.#recalls += 1;
    known.state = state;
    known.at = at;
    return state;
  }
}
