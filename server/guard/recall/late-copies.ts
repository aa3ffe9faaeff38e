/**
 * Copies that WuKongIM stored of a message after its recall (a resend gets a new id, wukongim.md B.4): nobody recorded
 * their ids, so that a page which quotes one, without holding it, cannot know whose words these are. WuKongIM says
 * which sending an id is of; it is asked only where a recall can be the reason: in the channels in which the author of
 * the quoted message had something recalled, or where the page itself lies in one with recalls.
 *
 * Whatever is found is recorded as a recall that only the guard knows: the next page finds it by its id, `extra/sync`
 * tells of it, and who has it on the screen hears of it.
 */
import { LRUCache } from 'lru-cache';
import { reasonOf } from '../../../shared/errors.ts';
import { type Channel, ChannelType, partiesOf } from '../../business/im-client/channel-address.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { type MessageLookup, NotSureError } from '../../business/messages/recall-target.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Coherence } from '../store/coherence.ts';
import type { GuardStore, MessageState, RecallRecord, SendingKey } from '../store/guard-store.ts';
import type { RecallStates } from '../store/recall-states.ts';
import { isLong } from '../store/stored-number.ts';
import type { Announcements } from './announcements.ts';

/** Something that a page holds words of under an id of which nothing is known. */
export interface Unplaced {
  messageId: string;
  /** Whose it is said to be; '' = nothing is said. */
  author: string;
  /** Where it may lie, in stored form: the channel of the page. */
  channel: Channel | null;
}

/** A message whose sending was recalled. */
export type FoundCopy = Omit<RecallRecord, 'version' | 'guardOnly'>;

export interface LateCopiesDeps {
  im: MessageLookup;
  store: GuardStore;
  states: RecallStates;
  coherence: Coherence;
  announcements: Announcements;
  metrics: Metrics;
  log: Log;
  /** ms */
  now: () => number;
}

/** Ids of one question to WuKongIM, which looks each up on its own. */
const ASKED_AT_ONCE = 200;
/** Questions to WuKongIM for one page. */
const MOST_QUESTIONS = 64;
/** A page does not wait longer for WuKongIM, ms. */
const PATIENCE_MS = 2_000;
/** After a failure it is not asked for so long, ms: pages must not all wait for a WuKongIM that is away. */
const PAUSE_MS = 5_000;
/** An id that was not found is not looked for again for so long, ms. */
const ABSENT_MS = 300_000;
/** Nor one of which not every node said so. */
const MAYBE_ABSENT_MS = 5_000;
const REMEMBERED = 100_000;
/** Copies that wait for being recorded; what is more is found again. */
const MOST_WAITING = 1_000;

type Sending = SendingKey & { messageSeq: number };

const LARGEST_ID = 2n ** 63n - 1n;

/** What WuKongIM cannot read would be taken for its failure: who quotes that would keep all others from being found. */
const isId = (id: string): boolean => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= LARGEST_ID;

/** Longest of WuKongIM's names; longer ones would only fill the memory. */
const LONGEST_NAME = 100;

const bounded = ({ messageId, author, channel }: Unplaced): Unplaced => ({
  messageId,
  author: author.length > LONGEST_NAME ? '' : author,
  channel: (channel?.channelId.length ?? 0) > LONGEST_NAME ? null : channel,
});

const nameOf = ({ channelType, channelId }: Channel): string => `${channelType}\n${channelId}`;

export class LateCopies {
  readonly #deps: LateCopiesDeps;
  /** By channel and id: an id is of one sending for ever; a number is when it was not there. */
  readonly #sendings = new LRUCache<string, Sending | number>({ max: REMEMBERED });
  readonly #recorded = new LRUCache<string, true>({ max: REMEMBERED });
  #waiting = 0;
  #pausedUntil = 0;

  constructor(deps: LateCopiesDeps) {
    this.#deps = deps;
  }

  /**
   * What became of those that are copies of recalled messages, by their ids.
   * @throws what the store throws; ImError, or that WuKongIM took too long
   */
  async of(unplaced: readonly Unplaced[]): Promise<ReadonlyMap<string, MessageState>> {
    const found = new Map<string, MessageState>();
    const asked = unplaced.filter(({ messageId }) => isId(messageId)).map(bounded);
    if (asked.length === 0) return found;
    const places = await this.#deps.states.recalledIn(asked);
    if (places.size === 0) return found;
    const sendings = await this.#sendingsOf(asked, places);
    if (sendings.size === 0) return found;
    const rows = [...sendings].map(([messageId, sending]) => ({ ...sending, messageId }));
    const states = await this.#deps.states.page([], rows);
    const copies: FoundCopy[] = [];
    for (const [messageId, sending] of sendings) {
      const original = states.copy(sending);
      if (original?.revoked !== true) continue;
      const { revoker } = original;
      found.set(messageId, { messageId, revoked: true, revoker, deleted: false });
      copies.push({ ...sending, messageId, revoker });
    }
    this.record(copies, true);
    return found;
  }

  /**
   * Keeps what a page told: a copy that nobody recorded, or (`isCopy` false) a recall that went past the guards and is
   * needed for the copies that may still come of it. Nobody waits for it.
   */
  record(copies: readonly FoundCopy[], isCopy: boolean): void {
    const news = copies.filter(
      ({ messageId }) => !this.#recorded.has(messageId) && this.#waiting < MOST_WAITING,
    );
    if (news.length === 0) return;
    for (const { messageId } of news) this.#recorded.set(messageId, true);
    this.#waiting += news.length;
    void this.#keep(news, isCopy).finally(() => {
      this.#waiting -= news.length;
    });
  }

  async #keep(copies: readonly FoundCopy[], isCopy: boolean): Promise<void> {
    const { store, states, coherence, metrics, now, log } = this.#deps;
    const version = now() * 1000;
    const records = copies.map((copy, at) => ({ ...copy, version: version + at, guardOnly: isCopy }));
    try {
      const added = new Set(await store.record(records));
      states.recalled(records);
      coherence.tell(records);
      if (!isCopy) return;
      metrics.lateCopies.inc(added.size);
      // Of several guards that find it, the one whose row it is tells of it.
      for (const record of records) if (added.has(record.messageId)) await this.#announce(record);
    } catch (error) {
      for (const { messageId } of copies) this.#recorded.delete(messageId);
      log.warn('store_failed', { reason: reasonOf(error) });
    }
  }

  async #announce({ channelId, channelType, revoker, messageId, clientMsgNo }: RecallRecord): Promise<void> {
    const { announcements } = this.#deps;
    let named = channelId;
    if (channelType === ChannelType.person) {
      const parties = partiesOf(channelId);
      const other = parties?.find((uid) => uid !== revoker);
      // Not one of the two: nobody in whose name it could be told.
      if (parties?.includes(revoker) !== true || other === undefined) return;
      named = other;
    }
    const channel = { channelId: named, channelType };
    await announcements.announce(await announcements.plan(channel, revoker, [{ messageId, clientMsgNo }]));
  }

  async #sendingsOf(
    asked: readonly Unplaced[],
    places: ReadonlyMap<Unplaced, readonly Channel[]>,
  ): Promise<Map<string, Sending>> {
    const found = new Map<string, Sending>();
    const open = new Map<string, { channel: Channel; ids: Set<string> }>();
    const now = this.#deps.now();
    for (const each of asked)
      for (const channel of places.get(each) ?? []) {
        const name = nameOf(channel);
        const known = this.#sendings.get(`${name}\n${each.messageId}`);
        if (typeof known === 'object') found.set(each.messageId, known);
        else if (known === undefined || now - known >= ABSENT_MS) {
          const question = open.get(name) ?? { channel, ids: new Set() };
          question.ids.add(each.messageId);
          open.set(name, question);
        }
      }
    const questions = [...open.values()]
      .flatMap(({ channel, ids }) =>
        Array.from({ length: Math.ceil(ids.size / ASKED_AT_ONCE) }, (_, at) => ({
          channel,
          ids: [...ids].slice(at * ASKED_AT_ONCE, (at + 1) * ASKED_AT_ONCE),
        })),
      )
      .slice(0, MOST_QUESTIONS);
    if (questions.length === 0) return found;
    if (now < this.#pausedUntil) throw new Error('WuKongIM did not answer a moment ago');
    try {
      await withPatience(Promise.all(questions.map(({ channel, ids }) => this.#ask(channel, ids, found))));
    } catch (error) {
      this.#pausedUntil = this.#deps.now() + PAUSE_MS;
      this.#deps.log.warn('im_failed', { reason: reasonOf(error) });
      throw error;
    }
    return found;
  }

  async #ask(channel: Channel, ids: readonly string[], found: Map<string, Sending>): Promise<void> {
    const { im, now } = this.#deps;
    const askedAt = now();
    // A stored person channel is named by one of its two to the other.
    const [me, peer] =
      channel.channelType === ChannelType.person
        ? (partiesOf(channel.channelId) ?? ['', channel.channelId])
        : ['', channel.channelId];
    let rows: readonly ImMessage[];
    let absentFrom = askedAt;
    try {
      rows = await im.lookup(me, peer, channel.channelType, { messageIds: ids });
    } catch (error) {
      if (!(error instanceof NotSureError)) throw error;
      rows = error.rows;
      absentFrom = askedAt - ABSENT_MS + MAYBE_ABSENT_MS;
    }
    const byId = new Map(rows.map((row) => [row.message_idstr, row]));
    for (const id of ids) {
      const row = byId.get(id);
      const key = `${nameOf(channel)}\n${id}`;
      if (row === undefined) this.#sendings.set(key, absentFrom);
      else {
        const sending: Sending = {
          channelId: channel.channelId,
          channelType: channel.channelType,
          fromUid: row.from_uid,
          clientMsgNo: row.client_msg_no,
          messageSeq: row.message_seq,
        };
        if (!isLong(sending.clientMsgNo)) this.#sendings.set(key, sending);
        found.set(id, sending);
      }
    }
  }
}

async function withPatience(work: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('WuKongIM took too long')), PATIENCE_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // Nobody hears of it any more.
    work.catch(() => undefined);
  }
}
