/**
 * The ids of messages that pages held, by their channel and place in it: the next page of the same place holds the same
 * ones, so that the store can be asked about them while TSDD still works. Ids and numbers alone, in plain memory: no
 * words, no authors, nothing of who read them. What is not foreseen here is asked about later, what is foreseen in vain
 * costs a question: nothing that a page says is decided by it.
 */
import { LRUCache } from 'lru-cache';
import type { Channel } from '../../business/im-client/channel-address.ts';
import { ownText } from './own-text.ts';

/** Ids of all channels, 12 bytes each; what was not read for longest goes first. */
const MOST_IDS = 1_000_000;
const MOST_CHANNELS = 20_000;
const MOST_OF_CHANNEL = 512;
/** Ids of a channel that nobody read for so long are forgotten, ms. */
const KEPT_MS = 3_600_000;
const SWEEP_MS = 60_000;
/** WuKongIM's are positive and of 63 bits, its numbers in a channel far below this. */
const ID = /^[1-9]\d{0,18}$/;
const MOST_ID = String(2n ** 63n - 1n);
const isId = (text: string): boolean => ID.test(text) && (text.length < MOST_ID.length || text <= MOST_ID);
const MOST_SEQ = 0xff_ff_ff_ff;

/** A row of a page; its channel in stored form. */
export interface SeenRow extends Channel {
  messageId: string;
  messageSeq: number;
}

/** What of a channel is asked for, as WuKongIM reads it (wukongim.md C.5). */
export interface Range {
  start: number;
  end: number;
  limit: number;
  /** Upwards from `start`; otherwise downwards. */
  isUp: boolean;
}

/** In the order of their numbers. */
interface Seen {
  seqs: Uint32Array;
  ids: BigInt64Array;
  /** Which page was kept last. */
  sign: string;
}

export const channelKey = ({ channelType, channelId }: Channel): string => `${channelType}\n${channelId}`;

export class SeenIds {
  readonly #channels: LRUCache<string, Seen>;
  #timer: NodeJS.Timeout | null = null;

  constructor(now: () => number, most = MOST_IDS) {
    this.#channels = new LRUCache({
      max: MOST_CHANNELS,
      maxSize: most,
      maxEntrySize: MOST_OF_CHANNEL,
      sizeCalculation: ({ ids }) => Math.max(1, ids.length),
      ttl: KEPT_MS,
      ttlResolution: 0,
      updateAgeOnGet: true,
      // Where it looks for the time.
      perf: { now },
    });
  }

  /** How many ids are remembered. */
  get size(): number {
    return this.#channels.calculatedSize;
  }

  /** Rows of a page of a channel; those that lie elsewhere are left out. */
  keep(channel: Channel, rows: readonly SeenRow[]): void {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return;
    const key = channelKey(channel);
    const known = this.#channels.peek(key);
    const sign = `${rows.length} ${first.messageId} ${last.messageId}`;
    if (known?.sign === sign) return;
    const own = rows.filter(
      ({ channelId, channelType, messageId, messageSeq }) =>
        channelId === channel.channelId &&
        channelType === channel.channelType &&
        isId(messageId) &&
        messageSeq > 0 &&
        messageSeq <= MOST_SEQ,
    );
    if (own.length === 0) return;
    this.#channels.set(key, united(known, own, ownText(sign)));
    this.#timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Those of a channel (stored form) that the page asked for will hold, as far as they are remembered. */
  of(channel: Channel, { start, end, limit, isUp }: Range): string[] {
    const seen = this.#channels.get(channelKey(channel));
    if (seen === undefined) return [];
    const { seqs, ids } = seen;
    const isFirst = start === 0 && end === 0;
    const [low, high] = isFirst
      ? [0, seqs.length]
      : isUp
        ? [below(seqs, start), end === 0 ? seqs.length : below(seqs, end)]
        : [below(seqs, end + 1), below(seqs, start + 1)];
    const most = Math.min(limit, MOST_OF_CHANNEL);
    const from = isUp && !isFirst ? low : Math.max(low, high - most);
    return Array.from(ids.subarray(from, Math.max(from, Math.min(high, from + most))), String);
  }

  /** Forgets channels that nobody read for long. */
  sweep(): void {
    this.#channels.purgeStale();
    if (this.#channels.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** How many of them are less than that one. */
function below(seqs: Uint32Array, seq: number): number {
  let [low, high] = [0, seqs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seqs[middle] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is too many is left out at the end that is farther from the page that was just read. */
function united(known: Seen | undefined, rows: readonly SeenRow[], sign: string): Seen {
  if (known === undefined && rows.length <= MOST_OF_CHANNEL && isInOrder(rows))
    return {
      seqs: Uint32Array.from(rows, ({ messageSeq }) => messageSeq),
      ids: BigInt64Array.from(rows, ({ messageId }) => BigInt(messageId)),
      sign,
    };
  const all = new Map<number, bigint>();
  known?.seqs.forEach((seq, at) => all.set(seq, known.ids[at] ?? 0n));
  for (const { messageSeq, messageId } of rows) all.set(messageSeq, BigInt(messageId));
  const seqs = Uint32Array.from(all.keys()).sort();
  // (As arguments of one call a page of a hundred thousand rows would be too many.)
  const newest = rows.reduce((most, { messageSeq }) => Math.max(most, messageSeq), 0);
  const over = Math.max(0, seqs.length - MOST_OF_CHANNEL);
  const isNewest = below(seqs, newest) >= seqs.length / 2;
  const kept = isNewest ? seqs.slice(over) : seqs.slice(0, seqs.length - over);
  return { seqs: kept, ids: BigInt64Array.from(kept, (seq) => all.get(seq) ?? 0n), sign };
}

const isInOrder = (rows: readonly SeenRow[]): boolean =>
  rows.every(({ messageSeq }, at) => at === 0 || messageSeq > (rows[at - 1]?.messageSeq ?? 0));
