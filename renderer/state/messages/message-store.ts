/**
 * The messages of the open conversation: the loaded window, its paging, and the deltas the core pushes. Only
 * conversations that are on screen are kept; a closed one is forgotten at once.
 */
import { create } from 'zustand';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { CoreDelta, MessagePage, PageAnchor } from '../../../shared/ipc/contract.ts';
import { call } from '../bridge.ts';
import {
  applyDelta,
  emptyWindow,
  extend,
  first,
  last,
  replaceWith,
  trimLive,
  type MessageWindow,
  type WindowDelta,
} from './message-window.ts';
import { forgetSoon } from '../forget.ts';
import { readingPlace, setReadingPlace } from './reading-place.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';

/** Messages per page. */
const PAGE = 60;

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
  readonly target: { seq: number } | 'unread' | 'latest';
}

/** Something that happened just now, for announcements and notices. Handed to listeners, never stored. */
export interface LiveEvent {
  channel: ChannelRef;
  /** Whether the conversation is open. */
  open: boolean;
  arrived: MessageView[];
  /** Loaded messages that became recalled with this delta. */
  recalled: MessageView[];
  /** Ids of everything that is recalled according to this delta, loaded or not. */
  recalledIds: string[];
  /** Own recalls that were refused with this delta. */
  denied: MessageView[];
  removed: string[];
}

interface MessageStore {
  readonly channels: Readonly<Record<string, ChannelMessages>>;
  /** Loads the conversation; `readSeq` and `unread` are those of its row at this moment. */
  open(channel: ChannelRef, position: { readSeq: number; unread: number; targetSeq: number | null }): void;
  close(channel: ChannelRef): void;
  loadOlder(channel: ChannelRef): Promise<void>;
  loadNewer(channel: ChannelRef): Promise<void>;
  /** Replaces the window by the newest page. */
  loadLatest(channel: ChannelRef): Promise<void>;
  /** Replaces the window by a page around one message; false if it could not be loaded. */
  loadAround(channel: ChannelRef, messageSeq: number): Promise<boolean>;
  /**
   * Shows an own message as being recalled, in this frame, while `ask` hands the recall to the core; if that fails (false),
   * the message is loaded again as it is.
   */
  recallAsked(channel: ChannelRef, messageKey: string, ask: () => Promise<boolean>): void;
  /** Loads again what came from the cache because the server could not be asked. */
  reloadOffline(): void;
  applyDeltas(deltas: readonly CoreDelta[]): void;
}

/** Per channel, one list per page under way: the deltas that arrived since it was asked for. */
const meanwhile = new Map<string, Set<WindowDelta[]>>();
/** Number of the newest replacement asked for per channel: an overtaken answer is ignored. */
const tickets = new Map<string, number>();
let ticket = 0;

/** Recalls asked for that the core has not shown yet, per channel: what it read before it knew must not bring the words back. */
const asked = new Map<string, Set<string>>();

function asAsked(key: string, messages: readonly MessageView[]): readonly MessageView[] {
  const waiting = asked.get(key);
  if (!waiting) return messages;
  return messages.map((message) => {
    if (!waiting.has(message.key)) return message;
    if (message.recall === null) return { ...message, recall: { state: 'pending' } };
    waiting.delete(message.key);
    if (waiting.size === 0) asked.delete(key);
    return message;
  });
}

/** Scrolling at an edge that cannot be loaded must not ask with every frame: 1 s, 2 s, 4 s … 30 s. */
export function backOffMs(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(10, failures - 1));
}

const listeners = new Set<(event: LiveEvent) => void>();

/** Tells about arrivals, recalls and refusals as they are applied; returns the function that ends it. */
export function onLiveEvent(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** null if the page could not be loaded; `call` has logged why. */
async function fetchPage(
  channel: ChannelRef,
  anchor: PageAnchor,
): Promise<{ page: MessagePage | null; collected: WindowDelta[] }> {
  const key = channelKey(channel);
  const collected: WindowDelta[] = [];
  const lists = meanwhile.get(key) ?? new Set();
  meanwhile.set(key, lists.add(collected));
  const page = await call('messages.page', { channel, anchor, limit: PAGE }).catch(() => null);
  lists.delete(collected);
  return { page: page && { ...page, messages: [...asAsked(key, page.messages)] }, collected };
}

export const useMessageStore = create<MessageStore>()((set, get) => {
  const patch = (key: string, change: Partial<ChannelMessages>): void =>
    set((state) => {
      const current = state.channels[key];
      return current ? { channels: { ...state.channels, [key]: { ...current, ...change } } } : state;
    });

  async function replace(
    channel: ChannelRef,
    anchor: PageAnchor,
    target: ChannelMessages['target'],
  ): Promise<boolean> {
    const key = channelKey(channel);
    const mine = (ticket += 1);
    tickets.set(key, mine);
    const before = get().channels[key];
    if (!before) return false;
    patch(key, { loading: before.window.keys.length === 0 ? 'initial' : 'replace', failed: false });
    const { page, collected } = await fetchPage(channel, anchor);
    const current = get().channels[key];
    if (!current || tickets.get(key) !== mine) return false;
    if (!page) {
      patch(key, { loading: null, failed: true });
      return false;
    }
    patch(key, {
      window: replaceWith(current.window, page, collected),
      loading: null,
      offline: page.offline,
      generation: current.generation + 1,
      target,
    });
    if (current.window.keys.length > 0) forgetSoon();
    return true;
  }

  async function grow(channel: ChannelRef, side: 'older' | 'newer'): Promise<void> {
    const key = channelKey(channel);
    const state = get().channels[key];
    if (!state || state.loading !== null || Date.now() < state.retryAtMs) return;
    const edge = side === 'older' ? first(state.window) : last(state.window);
    if (!edge || !(side === 'older' ? state.window.hasOlder : state.window.hasNewer)) return;
    const mine = tickets.get(key);
    patch(key, { loading: side });
    const anchor: PageAnchor =
      side === 'older' ? { at: 'before', order: edge.order } : { at: 'after', order: edge.order };
    const { page, collected } = await fetchPage(channel, anchor);
    const current = get().channels[key];
    // A replacement that started meanwhile owns the window (and its loading state) now.
    if (!current || tickets.get(key) !== mine) return;
    const edgeNow = side === 'older' ? first(current.window) : last(current.window);
    if (edgeNow?.key !== edge.key && side === 'older') {
      patch(key, { loading: null });
      return;
    }
    if (!page || (page.offline && page.messages.length === 0)) {
      const failures = current.failures + 1;
      const retryAtMs = Date.now() + backOffMs(failures);
      patch(key, {
        loading: null,
        failed: !page,
        failures,
        retryAtMs,
        offline: page?.offline ?? current.offline,
      });
      return;
    }
    patch(key, {
      failures: 0,
      retryAtMs: 0,
      window: extend(current.window, page, side, collected),
      loading: null,
      failed: false,
      offline: page.offline,
    });
  }

  return {
    channels: {},

    open(channel, { readSeq, unread, targetSeq }) {
      const key = channelKey(channel);
      const target: ChannelMessages['target'] =
        targetSeq !== null ? { seq: targetSeq } : unread > 0 ? 'unread' : 'latest';
      const fresh: ChannelMessages = {
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
      set((state) => ({ channels: { ...state.channels, [key]: fresh } }));
      const around = targetSeq ?? (unread > PAGE - 10 ? readSeq + 1 : null);
      const anchor: PageAnchor = around === null ? { at: 'latest' } : { at: 'around', messageSeq: around };
      void replace(channel, anchor, target);
    },

    close(channel) {
      const key = channelKey(channel);
      meanwhile.delete(key);
      tickets.delete(key);
      asked.delete(key);
      setReadingPlace(key, null);
      set((state) => {
        const { [key]: _closed, ...channels } = state.channels;
        return { channels };
      });
    },

    loadOlder: (channel) => grow(channel, 'older'),
    loadNewer: (channel) => grow(channel, 'newer'),

    async loadLatest(channel) {
      await replace(channel, { at: 'latest' }, 'latest');
    },

    loadAround: (channel, messageSeq) => replace(channel, { at: 'around', messageSeq }, { seq: messageSeq }),

    recallAsked(channel, messageKey, ask) {
      const key = channelKey(channel);
      const current = get().channels[key];
      const message = current?.window.byKey.get(messageKey);
      if (current && message) {
        asked.set(key, (asked.get(key) ?? new Set()).add(messageKey));
        const pending: MessageView = { ...message, recall: { state: 'pending' } };
        patch(key, { window: applyDelta(current.window, { upserts: [pending], removed: [] }) });
      }
      void (async () => {
        if ((await ask()) || !asked.get(key)?.delete(messageKey)) return;
        const now = get().channels[key];
        if (now) void reload(now);
      })();
    },

    reloadOffline() {
      for (const state of Object.values(get().channels)) if (state.offline) void reload(state);
    },

    applyDeltas(deltas) {
      const events: LiveEvent[] = [];
      const reloads: ChannelMessages[] = [];
      const before = get().channels;
      const after: Record<string, ChannelMessages> = { ...before };
      let changed = false;
      for (const pushed of deltas) {
        if (pushed.kind !== 'messages' && pushed.kind !== 'reload') continue;
        const key = channelKey(pushed.channel);
        const delta =
          pushed.kind === 'messages' ? { ...pushed, upserts: [...asAsked(key, pushed.upserts)] } : pushed;
        const current = after[key];
        if (!current) {
          if (delta.kind === 'messages') events.push(eventOf(delta, null));
          continue;
        }
        if (delta.kind === 'reload') {
          reloads.push(current);
          continue;
        }
        for (const list of meanwhile.get(key) ?? []) list.push(delta);
        events.push(eventOf(delta, current.window));
        const window = trimLive(applyDelta(current.window, delta), readingPlace(key));
        if (window === current.window) continue;
        after[key] = { ...current, window };
        changed = true;
      }
      if (changed) set({ channels: after });
      for (const event of events) for (const listener of listeners) listener(event);
      for (const state of reloads) void reload(state);
    },
  };

  /** Loads the same part again; the reader keeps the place. */
  async function reload(state: ChannelMessages): Promise<void> {
    const key = channelKey(state.channel);
    const current = get().channels[key];
    if (!current) return;
    const { byKey, keys, hasNewer } = current.window;
    const place = byKey.get(readingPlace(key) ?? '');
    const middle = place ?? byKey.get(keys[Math.floor(keys.length / 2)] ?? '');
    const atEnd = !hasNewer && !place;
    const anchor: PageAnchor =
      atEnd || !middle || middle.messageSeq === 0
        ? { at: 'latest' }
        : { at: 'around', messageSeq: middle.messageSeq };
    const mine = (ticket += 1);
    tickets.set(key, mine);
    const { page, collected } = await fetchPage(state.channel, anchor);
    const now = get().channels[key];
    if (!now || tickets.get(key) !== mine) return;
    if (!page) {
      patch(key, { loading: null, failed: now.window.keys.length === 0 });
      return;
    }
    patch(key, {
      window: replaceWith(now.window, page, collected),
      loading: null,
      failed: false,
      failures: 0,
      retryAtMs: 0,
      offline: page.offline,
      // The first page of a conversation that could not be loaded before still has to find its place.
      generation: now.window.keys.length === 0 ? now.generation + 1 : now.generation,
    });
    if (now.window.keys.length > 0) forgetSoon();
  }
});

/** `window` null: the conversation is not open. */
function eventOf(delta: Extract<CoreDelta, { kind: 'messages' }>, window: MessageWindow | null): LiveEvent {
  const event: LiveEvent = {
    channel: delta.channel,
    open: window !== null,
    arrived: [],
    recalled: [],
    recalledIds: [],
    denied: [],
    removed: delta.removed,
  };
  for (const message of delta.upserts) {
    const known = window?.byKey.get(message.key);
    const state = message.recall?.state;
    if (state === 'done') {
      if (message.messageId !== null) event.recalledIds.push(message.messageId);
      if (known && known.recall?.state !== 'done') event.recalled.push(message);
    } else if (state === 'denied') {
      if (known?.recall?.state !== 'denied') event.denied.push(message);
    } else if (delta.live && window && !known && !message.own && state === undefined) {
      event.arrived.push(message);
    }
  }
  return event;
}

onMessageDelta((deltas) => useMessageStore.getState().applyDeltas(deltas));
useSession.subscribe((state, before) => {
  if (state.connection.state === 'online' && before.connection.state !== 'online')
    useMessageStore.getState().reloadOffline();
});

/** A loaded message as it is now: for handlers, which must not keep one. */
export function loadedMessage(key: string, messageKey: string): MessageView | undefined {
  return useMessageStore.getState().channels[key]?.window.byKey.get(messageKey);
}
