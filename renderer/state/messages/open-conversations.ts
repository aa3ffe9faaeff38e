/**
 * The conversations that are on screen: loads their messages page by page, and applies what the core pushes. A closed
 * one is forgotten at once.
 */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { ReadingPlace } from '../../../shared/reading-place.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { MessagePage, PageAnchor } from '../../../shared/ipc/contract/messages.ts';
import { forgetSoon } from '../forget.ts';
import { AskedRecalls } from './asked-recalls.ts';
import { eventOf, type LiveEvent, liveEvents } from './live-event.ts';
import {
  applyDelta,
  emptyWindow,
  extend,
  first,
  last,
  type MessageWindow,
  replaceWith,
  trimLive,
  type WindowDelta,
} from './message-window.ts';
import { pagePauseMs, PAGE, PageRequests } from './page-requests.ts';
import { readingPlace, setReadingPlace } from './reading-place.ts';

export interface ChannelMessages {
  readonly channel: ChannelRef;
  readonly window: MessageWindow;
  /** `initial` until the first page is there. */
  readonly loading: 'initial' | 'older' | 'newer' | 'replace' | null;
  /** The last page could not be loaded at all. */
  readonly failed: boolean;
  /** Local time, ms, before which no further page is asked for: grows with each failure in a row. */
  readonly retryAtMs: number;
  /** Failures in a row of pages at the edges. */
  readonly failures: number;
  /** The server could not be asked for the last page: it is what the cache has, and there may be more. */
  readonly offline: boolean;
  /** Read position when the conversation was opened, if there was something unread; stays until it is left. */
  readonly unreadAfterSeq: number | null;
  /** Changes when the window was replaced by another part of the conversation. */
  readonly generation: number;
  /** What to bring into view after a replacement: a message_seq, the unread divider, or the newest message. */
  readonly target: { seq: number } | { place: ReadingPlace } | 'unread' | 'latest';
}

/** Where a conversation is opened: `readSeq` and `unread` are those of its row at this moment. */
export interface OpeningPosition {
  readSeq: number;
  unread: number;
  targetSeq: number | null;
  /** Where it was left before its end. */
  place?: ReadingPlace | null;
}

type Channels = Readonly<Record<string, ChannelMessages>>;

/** Where the loaded conversations are kept, by channel key. */
export interface ChannelsStore {
  get(): Channels;
  set(channels: Channels): void;
}

export class OpenConversations {
  readonly #store: ChannelsStore;
  readonly #requests = new PageRequests();
  readonly #asked = new AskedRecalls();

  constructor(store: ChannelsStore) {
    this.#store = store;
  }

  open(channel: ChannelRef, { readSeq, unread, targetSeq, place }: OpeningPosition): void {
    const target: ChannelMessages['target'] =
      targetSeq !== null ? { seq: targetSeq } : place ? { place } : unread > 0 ? 'unread' : 'latest';
    const opened: ChannelMessages = {
      channel,
      window: emptyWindow,
      loading: 'initial',
      failed: false,
      retryAtMs: 0,
      failures: 0,
      offline: false,
      unreadAfterSeq: unread > 0 ? readSeq : null,
      generation: 0,
      target,
    };
    this.#store.set({ ...this.#store.get(), [channelKey(channel)]: opened });
    const around = targetSeq ?? place?.messageSeq ?? (unread > PAGE - 10 ? readSeq + 1 : null);
    const anchor: PageAnchor = around === null ? { at: 'latest' } : { at: 'around', messageSeq: around };
    void this.replace(channel, anchor, target);
  }

  close(channel: ChannelRef): void {
    const key = channelKey(channel);
    this.#requests.forget(key);
    this.#asked.forget(key);
    setReadingPlace(key, null);
    const { [key]: _closed, ...others } = this.#store.get();
    this.#store.set(others);
  }

  /**
   * Loads another part of the conversation in place of the window; false if it could not be loaded or was overtaken.
   */
  async replace(
    channel: ChannelRef,
    anchor: PageAnchor,
    target: ChannelMessages['target'],
  ): Promise<boolean> {
    const key = channelKey(channel);
    const mine = this.#requests.nextTicket(key);
    const before = this.#of(key);
    if (!before) return false;
    this.#patch(key, { loading: before.window.keys.length === 0 ? 'initial' : 'replace', failed: false });
    const { page, collected } = await this.#fetch(channel, anchor);
    const current = this.#of(key);
    if (!current || this.#requests.ticketOf(key) !== mine) return false;
    if (!page) {
      this.#patch(key, { loading: null, failed: true });
      return false;
    }
    this.#patch(key, {
      window: replaceWith(current.window, page, collected),
      loading: null,
      offline: page.offline,
      generation: current.generation + 1,
      target,
    });
    if (current.window.keys.length > 0) forgetSoon();
    return true;
  }

  /** Loads the next page at one end, unless one is under way or has just failed. */
  async grow(channel: ChannelRef, side: 'older' | 'newer'): Promise<void> {
    const key = channelKey(channel);
    const state = this.#of(key);
    if (!state || state.loading !== null || Date.now() < state.retryAtMs) return;
    const edge = side === 'older' ? first(state.window) : last(state.window);
    if (!edge || !(side === 'older' ? state.window.hasOlder : state.window.hasNewer)) return;
    const mine = this.#requests.ticketOf(key);
    this.#patch(key, { loading: side });
    const { page, collected } = await this.#fetch(channel, {
      at: side === 'older' ? 'before' : 'after',
      order: edge.order,
    });
    const current = this.#of(key);
    // A replacement that started meanwhile owns the window (and its loading state) now.
    if (!current || this.#requests.ticketOf(key) !== mine) return;
    const edgeNow = side === 'older' ? first(current.window) : last(current.window);
    if (edgeNow?.key !== edge.key && side === 'older') {
      this.#patch(key, { loading: null });
      return;
    }
    if (!page || (page.offline && page.messages.length === 0)) {
      const failures = current.failures + 1;
      this.#patch(key, {
        loading: null,
        failed: !page,
        failures,
        retryAtMs: Date.now() + pagePauseMs(failures),
        offline: page?.offline ?? current.offline,
      });
      return;
    }
    this.#patch(key, {
      failures: 0,
      retryAtMs: 0,
      window: extend(current.window, page, side, collected),
      loading: null,
      failed: false,
      offline: page.offline,
    });
  }

  recallAsked(channel: ChannelRef, messageKey: string, ask: () => Promise<boolean>): void {
    const key = channelKey(channel);
    const current = this.#of(key);
    const message = current?.window.byKey.get(messageKey);
    if (current && message) {
      this.#asked.add(key, messageKey);
      const pending: MessageView = { ...message, recall: { state: 'pending' } };
      this.#patch(key, { window: applyDelta(current.window, { upserts: [pending], removed: [] }) });
    }
    void (async () => {
      if ((await ask()) || !this.#asked.withdraw(key, messageKey)) return;
      void this.#reload(channel);
    })();
  }

  reloadOffline(): void {
    for (const { offline, channel } of Object.values(this.#store.get()))
      if (offline) void this.#reload(channel);
  }

  /** One update of the store for the whole batch, then its events. */
  applyDeltas(deltas: readonly CoreDelta[]): void {
    const events: LiveEvent[] = [];
    const reloads: ChannelRef[] = [];
    const after: Record<string, ChannelMessages> = { ...this.#store.get() };
    let changed = false;
    for (const pushed of deltas) {
      if (pushed.kind !== 'messages' && pushed.kind !== 'reload') continue;
      const key = channelKey(pushed.channel);
      const current = after[key];
      if (pushed.kind === 'reload') {
        if (current) reloads.push(current.channel);
        continue;
      }
      const delta = { ...pushed, upserts: this.#asked.shown(key, pushed.upserts) };
      events.push(eventOf(delta, current?.window ?? null));
      if (!current) continue;
      this.#requests.pushed(key, delta);
      const window = trimLive(applyDelta(current.window, delta), readingPlace(key));
      if (window === current.window) continue;
      after[key] = { ...current, window };
      changed = true;
    }
    if (changed) this.#store.set(after);
    for (const event of events) liveEvents.emit(event);
    for (const channel of reloads) void this.#reload(channel);
  }

  /** Loads the same part again; the reader keeps the place. */
  async #reload(channel: ChannelRef): Promise<void> {
    const key = channelKey(channel);
    const before = this.#of(key);
    if (!before) return;
    const anchor = anchorOf(before.window, readingPlace(key));
    const mine = this.#requests.nextTicket(key);
    const { page, collected } = await this.#fetch(channel, anchor);
    const current = this.#of(key);
    if (!current || this.#requests.ticketOf(key) !== mine) return;
    const empty = current.window.keys.length === 0;
    if (!page) {
      this.#patch(key, { loading: null, failed: empty });
      return;
    }
    this.#patch(key, {
      window: replaceWith(current.window, page, collected),
      loading: null,
      failed: false,
      failures: 0,
      retryAtMs: 0,
      offline: page.offline,
      // The first page of a conversation that could not be loaded before still has to find its place.
      generation: empty ? current.generation + 1 : current.generation,
    });
    if (!empty) forgetSoon();
  }

  async #fetch(
    channel: ChannelRef,
    anchor: PageAnchor,
  ): Promise<{ page: MessagePage | null; collected: readonly WindowDelta[] }> {
    const { page, collected } = await this.#requests.fetch(channel, anchor);
    const shown = page && { ...page, messages: this.#asked.shown(channelKey(channel), page.messages) };
    return { page: shown, collected };
  }

  #of(key: string): ChannelMessages | undefined {
    return this.#store.get()[key];
  }

  #patch(key: string, change: Partial<ChannelMessages>): void {
    const channels = this.#store.get();
    const current = channels[key];
    if (current) this.#store.set({ ...channels, [key]: { ...current, ...change } });
  }
}

/** The page that shows the same part: around what is read, or, at the end, the newest. */
function anchorOf({ byKey, keys, hasNewer }: MessageWindow, readingKey: string | null): PageAnchor {
  const place = byKey.get(readingKey ?? '');
  const middle = place ?? byKey.get(keys[Math.floor(keys.length / 2)] ?? '');
  const atEnd = !hasNewer && !place;
  return atEnd || !middle || middle.messageSeq === 0
    ? { at: 'latest' }
    : { at: 'around', messageSeq: middle.messageSeq };
}
