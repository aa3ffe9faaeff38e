import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { Meanwhile } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { loadedMessage } from '../../state/messages/message-store.ts';
import { readingPlace } from '../../state/messages/reading-place.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { type MessageDelta, onMessageDelta } from '../../state/session/session-store.ts';
import { jumpTo, setChatSearchOpen, useUi } from '../../state/window/ui-store.ts';
import { type Filters, filterArgs, isFiltered, noFilters } from './search-filters.ts';
import { announce } from '../../ui/live-region.tsx';

const DEBOUNCE_MS = 120;
const PAGE = 50;

/** A hit by reference: nothing of the message's text is kept here. */
interface Hit {
  key: string;
  messageSeq: number;
}

export interface ChatSearchState {
  open: boolean;
  text: string;
  setText: (text: string) => void;
  filters: Filters;
  setFilters: (filters: Filters) => void;
  hits: readonly Hit[];
  /** More than the loaded ones. */
  more: boolean;
  /** 0-based; -1 = none chosen. */
  at: number;
  searched: boolean;
  failed: boolean;
  step: (by: 1 | -1) => void;
  close: () => void;
}

/** Search inside one conversation: newest hit first, Enter goes to older ones. */
export function useChatSearch(channel: ChannelRef): ChatSearchState {
  const open = useUi((state) => state.chatSearchOpen);
  const key = channelKey(channel);
  const { channelId, channelType } = channel;
  const [text, setText] = useState('');
  const [filters, setFilters] = useState(noFilters);
  const [answer, setFound] = useState<{
    query: string;
    filters: Filters;
    hits: Hit[];
    cursor: string | null;
    failed: boolean;
  } | null>(null);
  const [at, setAt] = useState(-1);
  const run = useRef(0);
  const [meanwhile] = useState(() => new Meanwhile<ReadonlySet<string>>());
  /** message_seq that was read when the search began; null while none did. */
  const origin = useRef<number | null>(null);

  const query = text.trim();
  // What was found for other words or filters counts no more, also before the effect below has dropped it.
  const found = answer?.query === query && answer.filters === filters ? answer : null;
  useEffect(() => {
    run.current += 1;
    const mine = run.current;
    if (!open) origin.current = null;
    if (!open || (!query && !isFiltered(filters))) return undefined;
    origin.current ??= readSeqIn(channelKey({ channelId, channelType }));
    const search = async (): Promise<void> => {
      const page = await fetchHits({ channelId, channelType }, query, filters, null, meanwhile);
      if (run.current !== mine) return;
      setFound({
        query,
        filters,
        hits: page?.hits ?? [],
        cursor: page?.cursor ?? null,
        failed: page === null,
      });
      // The one next to where the reader was comes into view while words are typed; Enter goes on from there.
      const near = nearestTo(origin.current, page?.hits ?? []);
      const hit = page?.hits[near];
      setAt(hit ? near : -1);
      if (hit) jumpTo({ channelId, channelType }, hit.messageSeq);
    };
    const timer = window.setTimeout(() => void search(), DEBOUNCE_MS);
    return () => {
      window.clearTimeout(timer);
      setFound(null);
    };
  }, [open, query, filters, channelId, channelType, meanwhile]);

  // A recall removes the hit at once.
  useEffect(
    () =>
      onMessageDelta((deltas) => {
        const gone = goneIn(key, deltas);
        if (gone.size === 0) return;
        meanwhile.tell(gone);
        setFound((current) => {
          if (!current?.hits.some((hit) => gone.has(hit.key))) return current;
          announce(t('search.updated'));
          return { ...current, hits: current.hits.filter((hit) => !gone.has(hit.key)) };
        });
      }),
    [key, meanwhile],
  );

  const hits = useMemo(() => found?.hits ?? [], [found]);
  const step = useCallback(
    (by: 1 | -1) => {
      if (hits.length === 0) return;
      const next = (at + by + hits.length) % hits.length;
      setAt(next);
      const hit = hits[next];
      if (hit) jumpTo({ channelId, channelType }, hit.messageSeq);
      const cursor = found?.cursor;
      if (!found || !cursor || next < hits.length - 5) return;
      const mine = run.current;
      void (async () => {
        const page = await fetchHits({ channelId, channelType }, found.query, filters, cursor, meanwhile);
        if (run.current !== mine || !page) return;
        setFound((current) =>
          current && current.cursor === cursor
            ? { ...current, hits: [...current.hits, ...page.hits], cursor: page.cursor }
            : current,
        );
      })();
    },
    [at, channelId, channelType, filters, found, hits, meanwhile],
  );
  const close = useCallback(() => {
    setText('');
    setFilters(noFilters);
    setChatSearchOpen(false);
  }, []);

  return {
    open,
    text,
    setText,
    filters,
    setFilters,
    hits,
    more: Boolean(found?.cursor),
    at: Math.min(at, hits.length - 1),
    searched: found !== null,
    failed: found?.failed ?? false,
    step,
    close,
  };
}

/** message_seq of what is read in a chat; the end when nothing else is. */
function readSeqIn(key: string): number {
  const place = readingPlace(key);
  return (place === null ? 0 : loadedMessage(key, place)?.messageSeq) || Number.MAX_SAFE_INTEGER;
}

/** Index of the hit next to a place; 0 = the newest. */
function nearestTo(seq: number | null, hits: readonly Hit[]): number {
  if (seq === null) return 0;
  const distance = (hit: Hit): number => Math.abs(hit.messageSeq - seq);
  return hits.reduce((best, hit, at) => (distance(hit) < distance(hits[best] ?? hit) ? at : best), 0);
}

/** Keys of the messages of a chat that are recalled, being recalled or removed with these deltas. */
function goneIn(key: string, deltas: readonly MessageDelta[]): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const delta of deltas) {
    if (delta.kind !== 'messages' || channelKey(delta.channel) !== key) continue;
    for (const one of delta.removed) gone.add(one);
    for (const message of delta.upserts) if (message.content.kind === 'recalled') gone.add(message.key);
  }
  return gone;
}

async function fetchHits(
  channel: ChannelRef,
  text: string,
  filters: Filters,
  cursor: string | null,
  meanwhile: Meanwhile<ReadonlySet<string>>,
): Promise<{ hits: Hit[]; cursor: string | null } | null> {
  const query = {
    text,
    channel,
    cursor,
    limit: PAGE,
    ...filterArgs(filters, serverNow()),
  };
  const { answer, news } = await meanwhile.collect(call('search.query', query).catch(() => null));
  if (!answer) return null;
  return {
    hits: answer.messages
      .map(({ message }) => ({ key: message.key, messageSeq: message.messageSeq }))
      .filter((hit) => !news.some((gone) => gone.has(hit.key))),
    cursor: answer.cursor,
  };
}
