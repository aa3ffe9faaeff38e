/**
 * Message history: ranges of message_seq are fetched and stored together with the fact that they are complete.
 * "Complete" is decided by seq, never by counting rows: a server leaves out rows below my history offset, and a page
 * may hold rows that cannot be read (tsdd-api.md 5.2).
 */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { MessagePage, PageAnchor } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { HistoryAnswer } from '../api/history-calls.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import { forStore } from './history-rows.ts';
import type { SyncContext } from './sync-context.ts';

const MIN_PAGE = 20;
const MAX_PAGE = 200;
/** A page may need a few steps when rows are missing on the server; more means it is of no use now. */
const MAX_STEPS = 12;
const MAX_PAGE_ROUNDS = 4;
/** While the IM connection is down the cache should not wait long for a server that is probably down as well. */
const OFFLINE_TIMEOUT_MS = 3_000;
const LATEST_ROWS = 50;

export class HistorySync {
  readonly #context: SyncContext;
  readonly #fromCache: (channel: ChannelRef, messages: readonly MessageView[]) => void;
  readonly #fetching = new Map<string, Promise<void>>();

  /** @param fromCache A page was shown as it is in the cache, further up than the newest rows. */
  constructor(
    context: SyncContext,
    fromCache: (channel: ChannelRef, messages: readonly MessageView[]) => void,
  ) {
    this.#context = context;
    this.#fromCache = fromCache;
  }

  /**
   * Fetches `range` from its upper (`down`) or lower (`up`) end until `rows` rows came, it is complete, or `wanted`
   * says no between two pages. What was fetched until then is stored with the range it covers: the next call goes on
   * there.
   */
  fetchRange(
    range: MissingRange,
    rows: number,
    mode: 'down' | 'up',
    wanted: () => boolean = () => true,
  ): Promise<void> {
    const key = `${channelKey(range.channel)}:${range.fromSeq}-${range.toSeq}:${mode}:${rows}`;
    const running = this.#fetching.get(key);
    if (running) return running;
    const started = this.#fetchNow(range, rows, mode, wanted).finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, started);
    return started;
  }

  /** A window got these rows out of the cache by another way than a page of the chat. */
  looked(channel: ChannelRef, messages: readonly MessageView[]): void {
    this.#fromCache(channel, messages);
  }

  /** Fetches the newest rows, for a channel of which nothing is known yet. */
  async latest(channel: ChannelRef): Promise<void> {
    const { api, store } = this.#context;
    const answer = await api.history({
      channel,
      mode: 'latest',
      fromSeq: 0,
      toSeq: 0,
      limit: LATEST_ROWS,
      ...this.#timeout(),
    });
    if (!answer.seqs) return;
    store.messages.ingest(forStore(answer.messages), 'history', {
      channel,
      fromSeq: answer.seqs.low,
      toSeq: answer.seqs.high,
    });
  }

  async page(channel: ChannelRef, anchor: PageAnchor, limit: number): Promise<MessagePage> {
    const { store, log } = this.#context;
    let offline = false;
    let stored = store.messages.page(channel, anchor, limit);
    // (Opening the channel compares its newest rows.)
    const further = anchor.at === 'latest' ? stored.messages.slice(0, -LATEST_ROWS) : stored.messages;
    if (!stored.missing) this.#fromCache(channel, further);
    try {
      if (stored.messages.length === 0 && !stored.missing && store.messages.lastSeq(channel) === 0) {
        await this.latest(channel);
        stored = store.messages.page(channel, anchor, limit);
      }
      for (let round = 0; round < MAX_PAGE_ROUNDS && stored.missing; round += 1) {
        const before = stored.missing;
        const wanted = anchor.at === 'around' ? 2 * limit + 1 : limit;
        await this.fetchRange(focus(before, anchor, limit), wanted, anchor.at === 'after' ? 'up' : 'down');
        stored = store.messages.page(channel, anchor, limit);
        if (sameRange(before, stored.missing)) break;
      }
    } catch (error) {
      if (error instanceof CodedError && error.code === 'unauthorized') this.#context.onUnauthorized();
      log('info', `history page from the cache only: ${reasonOf(error)}`);
      offline = true;
      stored = store.messages.page(channel, anchor, limit);
    }
    return { messages: stored.messages, hasOlder: stored.hasOlder, hasNewer: stored.hasNewer, offline };
  }

  /** A group I left answers with an empty page: that says nothing about its history. */
  #emptyMeansComplete(channel: ChannelRef): boolean {
    const { composerBlock } = this.#context.store.people.channelInfo(channel);
    return composerBlock !== 'left' && composerBlock !== 'kicked' && composerBlock !== 'disbanded';
  }

  async #fetchNow(
    range: MissingRange,
    rowsWanted: number,
    mode: 'down' | 'up',
    wanted: () => boolean,
  ): Promise<void> {
    const { api, store, log } = this.#context;
    const { channel } = range;
    let { fromSeq, toSeq } = range;
    let left = rowsWanted;
    for (let step = 0; step < MAX_STEPS && fromSeq <= toSeq && left > 0 && wanted(); step += 1) {
      const limit = Math.min(MAX_PAGE, Math.max(MIN_PAGE, left));
      const answer = await api.history({ channel, mode, fromSeq, toSeq, limit, ...this.#timeout() });
      if (answer.rowCount === 0) {
        if (this.#emptyMeansComplete(channel))
          store.messages.ingest([], 'history', { channel, fromSeq, toSeq });
        return;
      }
      const covered = coveredBy(answer, fromSeq, toSeq, mode);
      if (!covered) {
        log('warn', 'message/channel/sync: the answer lies outside the range that was asked for; ignored');
        return;
      }
      const rows = forStore(answer.messages).filter(
        (message) => message.messageSeq >= covered.low && message.messageSeq <= covered.high,
      );
      store.messages.ingest(rows, 'history', {
        channel,
        fromSeq: covered.low,
        toSeq: covered.high,
      });
      if (mode === 'down') toSeq = covered.low - 1;
      else fromSeq = covered.high + 1;
      left -= answer.rowCount;
    }
  }

  #timeout(): { timeoutMs?: number } {
    return this.#context.isOnline() ? {} : { timeoutMs: OFFLINE_TIMEOUT_MS };
  }
}

function coveredBy(
  answer: HistoryAnswer,
  fromSeq: number,
  toSeq: number,
  mode: 'down' | 'up',
): { low: number; high: number } | null {
  if (!answer.seqs || answer.seqs.low > toSeq || answer.seqs.high < fromSeq) return null;
  return mode === 'down'
    ? { low: Math.max(fromSeq, answer.seqs.low), high: toSeq }
    : { low: fromSeq, high: Math.min(toSeq, answer.seqs.high) };
}

/** Around one message only its surroundings are of interest, however wide the hole is. */
function focus(range: MissingRange, anchor: PageAnchor, limit: number): MissingRange {
  if (anchor.at !== 'around') return range;
  const fromSeq = Math.max(range.fromSeq, anchor.messageSeq - limit);
  const toSeq = Math.min(range.toSeq, anchor.messageSeq + limit);
  return fromSeq <= toSeq ? { channel: range.channel, fromSeq, toSeq } : range;
}

function sameRange(a: MissingRange, b: MissingRange | null): boolean {
  return b !== null && a.fromSeq === b.fromSeq && a.toSeq === b.toSeq;
}
