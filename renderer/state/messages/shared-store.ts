/**
 * The shared content of the open chat. A recalled message leaves it in the same update that tells of the recall; the
 * counts and what takes the free place are read again a moment later.
 */
import { create } from 'zustand';
import type { SharedKind } from '../../../shared/content/shared-kind.ts';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { MAX_SHARED_PAGE, type SharedCounts } from '../../../shared/ipc/contract/shared-content.ts';
import { t } from '../../i18n/i18n.ts';
import { announce } from '../../ui/live-region.tsx';
import { call } from '../bridge.ts';
import { type MessageDelta, onMessageDelta, useSession } from '../session/session-store.ts';
import { itemsAfter, mergeFirstPage, type SharedFilters } from './shared-content.ts';

const PAGE = 60;
/** Arrivals in a row share one reading. */
const REFRESH_MS = 250;
/** So few: older ones are looked for without being asked. */
const FEW = 12;

export const NO_SHARED_FILTERS: SharedFilters = { text: '', fromUid: null, since: null, until: null };

export interface SharedState {
  /** null: it is not open. */
  channel: ChannelRef | null;
  kind: SharedKind;
  filters: SharedFilters;
  /** Newest first. */
  items: MessageView[];
  before: number | null;
  counts: SharedCounts;
  /** All of the chat's history is on this computer. */
  complete: boolean;
  status: 'loading' | 'done' | 'failed';
  /** Reading of older history at the server. */
  older: 'idle' | 'running' | 'failed';
}

const closed: SharedState = {
  channel: null,
  kind: 'media',
  filters: NO_SHARED_FILTERS,
  items: [],
  before: null,
  counts: { media: 0, file: 0, link: 0, voice: 0 },
  complete: false,
  status: 'loading',
  older: 'idle',
};
export const useShared = create<SharedState>(() => closed);
const set = useShared.setState;

/** Counts questions: the answer to an earlier one is of no use any more. */
let latest = 0;
let refreshing: ReturnType<typeof setTimeout> | undefined;
/** Chats whose older content was looked for by itself, for each kind. */
let lookedFor = new Set<string>();

function ask(before: number | null, limit: number) {
  const { channel, kind, filters } = useShared.getState();
  return channel && call('shared.page', { channel, kind, ...filters, before, limit });
}

/** Shows another chat, kind or choice, from its newest item on. */
export async function openShared(
  channel: ChannelRef,
  kind: SharedKind,
  filters: SharedFilters = NO_SHARED_FILTERS,
): Promise<void> {
  const state = useShared.getState();
  const same = state.channel !== null && channelKey(state.channel) === channelKey(channel);
  if (!same) lookedFor = new Set();
  set({ ...closed, channel, kind, filters, ...(same ? { counts: state.counts } : {}) });
  await load();
  const now = useShared.getState();
  const looking = `${kind}/${JSON.stringify(filters)}`;
  if (now.status !== 'done' || now.complete || now.items.length >= FEW || lookedFor.has(looking)) return;
  lookedFor.add(looking);
  await lookForOlder();
}

export function closeShared(): void {
  latest += 1;
  clearTimeout(refreshing);
  set(closed);
}

/** Loads the first page (again). */
export async function load(): Promise<void> {
  latest += 1;
  const mine = latest;
  const { items } = useShared.getState();
  const limit = Math.min(MAX_SHARED_PAGE, Math.max(PAGE, items.length));
  try {
    const page = await ask(null, limit);
    if (mine !== latest || !page) return;
    set((state) => {
      const all = mergeFirstPage(state.items, page.messages, page.before === null);
      const beyond = all.length > page.messages.length;
      return {
        items: all,
        before: beyond ? state.before : page.before,
        counts: page.counts,
        complete: page.complete,
        status: 'done',
      };
    });
  } catch {
    if (mine === latest) set({ status: 'failed' });
  }
}

/** Appends the next page of what is on this computer. */
export async function loadMoreShared(): Promise<void> {
  const { before, status } = useShared.getState();
  if (before === null || status !== 'done') return;
  latest += 1;
  const mine = latest;
  set({ status: 'loading' });
  try {
    const page = await ask(before, PAGE);
    if (mine !== latest || !page) return;
    set((state) => ({
      items: [...state.items, ...page.messages],
      before: page.before,
      counts: page.counts,
      complete: page.complete,
      status: 'done',
    }));
  } catch {
    if (mine === latest) set({ status: 'failed' });
  }
}

/** Has a further part of the history read, and shows what it brought. */
export async function lookForOlder(): Promise<void> {
  const { channel, older } = useShared.getState();
  if (!channel || older === 'running') return;
  const isOpen = (): boolean => useShared.getState().channel === channel;
  set({ older: 'running' });
  try {
    await call('shared.older', { channel });
    if (!isOpen()) return;
    const { before, items } = useShared.getState();
    // Behind the last page the new ones are the next; else they are found when the list gets there.
    if (before === null) set({ before: items.at(-1)?.messageSeq ?? null });
    if (items.length === 0) await load();
    else await loadMoreShared();
    if (isOpen()) set({ older: 'idle' });
  } catch {
    if (isOpen()) set({ older: 'failed' });
  }
}

function refreshSoon(): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void load(), REFRESH_MS);
}

function receive(deltas: readonly MessageDelta[]): void {
  const { channel, kind, items } = useShared.getState();
  if (!channel) return;
  const after = itemsAfter(items, { channel, kind }, deltas);
  if (after.items !== items) set({ items: after.items });
  if (after.items.length < items.length) announce(t('shared.updated'));
  if (after.stale) refreshSoon();
}
onMessageDelta(receive);

// Another account: nothing of this one stays.
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) closeShared();
});
