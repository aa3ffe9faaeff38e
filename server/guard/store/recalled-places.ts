/**
 * Where recalls are: the channels in which somebody had something recalled, and whether a channel has any. Records are
 * never deleted, so that what is known can only be too little; how long that is believed, the states say.
 */
import { LRUCache } from 'lru-cache';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { GuardStore, RecallRecord } from './guard-store.ts';
import { channelKey } from './seen-ids.ts';

interface Known {
  channels: readonly Channel[];
  /** When the store was asked, ms. */
  at: number;
}

/** Something that may lie in one of these places. */
export interface Placed {
  /** '' = not known. */
  author: string;
  /** In stored form; null = not known. */
  channel: Channel | null;
}

const ofAuthor = (uid: string): string => `a\n${uid}`;
const ofChannel = (channel: Channel): string => ofKey(channelKey(channel));
const ofKey = (key: string): string => `c\n${key}`;
const isSame = (a: Channel, b: Channel): boolean =>
  a.channelId === b.channelId && a.channelType === b.channelType;

function united(a: readonly Channel[], b: readonly Channel[]): readonly Channel[] {
  const more = b.filter((each) => !a.some((known) => isSame(known, each)));
  return more.length === 0 ? a : [...a, ...more];
}

export class RecalledPlaces {
  readonly #store: GuardStore;
  readonly #now: () => number;
  readonly #known: LRUCache<string, Known>;

  constructor(store: GuardStore, now: () => number, remembered: number) {
    this.#known = new LRUCache({ max: remembered });
    this.#store = store;
    this.#now = now;
  }

  /** Somebody recalled these. */
  recalled(records: readonly Pick<RecallRecord, 'fromUid' | 'channelId' | 'channelType'>[]): void {
    for (const { fromUid, channelId, channelType } of records) {
      const channel = { channelId, channelType };
      this.#add(ofAuthor(fromUid), [channel], Number.NEGATIVE_INFINITY);
      this.#add(ofChannel(channel), [channel], Number.NEGATIVE_INFINITY);
    }
  }

  /** Whether a channel is known to have recalls. */
  has(channel: Channel): boolean {
    return this.#channelsAt(ofChannel(channel)).length > 0;
  }

  /** When it was asked about a channel without recalls, by its `channelKey`, ms; long ago where it may have some. */
  noneAt(key: string): number {
    const known = this.#known.get(ofKey(key));
    return known === undefined || known.channels.length > 0 ? Number.NEGATIVE_INFINITY : known.at;
  }

  /** Of these channels those with recalls; that one has none is believed since then. @throws what the store throws */
  async withRecalls(channels: readonly Channel[], since: number): Promise<Channel[]> {
    const asked = channels.filter(
      (channel) => !this.has(channel) && this.noneAt(channelKey(channel)) <= since,
    );
    if (asked.length > 0) await this.#ask([], asked);
    return channels.filter((channel) => this.has(channel));
  }

  /**
   * The channels with recalls in which each may lie; those for which there is none are left out.
   * @throws what the store throws
   */
  async of<T extends Placed>(asked: readonly T[], believedMs: number): Promise<Map<T, readonly Channel[]>> {
    const authors = new Set<string>();
    const channels = new Map<string, Channel>();
    const since = this.#now() - believedMs;
    for (const { author, channel } of asked) {
      if (author !== '' && !this.#holds(ofAuthor(author), since)) authors.add(author);
      if (channel === null) continue;
      const key = ofChannel(channel);
      // That a channel has recalls stays true.
      if ((this.#known.get(key)?.channels.length ?? 0) === 0 && !this.#holds(key, since))
        channels.set(key, channel);
    }
    if (authors.size > 0 || channels.size > 0) await this.#ask([...authors], [...channels.values()]);
    const places = new Map<T, readonly Channel[]>();
    for (const each of asked) {
      const own = each.channel === null ? [] : this.#channelsAt(ofChannel(each.channel));
      const all = each.author === '' ? own : united(own, this.#channelsAt(ofAuthor(each.author)));
      if (all.length > 0) places.set(each, all);
    }
    return places;
  }

  async #ask(authors: readonly string[], channels: readonly Channel[]): Promise<void> {
    // What comes between the question and its answer is kept by `#add`.
    const at = this.#now();
    const found = await this.#store.recalledIn(authors, channels);
    for (const uid of authors) {
      const own = found.ofAuthors.filter(({ fromUid }) => fromUid === uid);
      this.#add(
        ofAuthor(uid),
        own.map(({ channelId, channelType }) => ({ channelId, channelType })),
        at,
      );
    }
    for (const channel of channels)
      this.#add(
        ofChannel(channel),
        found.channels.filter((each) => isSame(each, channel)),
        at,
      );
  }

  #holds(key: string, since: number): boolean {
    const known = this.#known.get(key);
    return known !== undefined && known.at > since;
  }

  #channelsAt(key: string): readonly Channel[] {
    return this.#known.get(key)?.channels ?? [];
  }

  #add(key: string, channels: readonly Channel[], at: number): void {
    const known = this.#known.peek(key);
    this.#known.set(key, {
      channels: united(known?.channels ?? [], channels),
      at: Math.max(known?.at ?? Number.NEGATIVE_INFINITY, at),
    });
  }
}
