import { useEffect, useState } from 'react';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { call } from '../../../state/bridge.ts';
import { loadPacks, loadWhole, usePacks } from '../../../state/composer/pack-store.ts';
import { loadStickers, useStickers } from '../../../state/composer/sticker-store.ts';
import { useLatest } from '../../../ui/use-latest.ts';

/** What the foot of the panel has chosen: the own collection, what was sent last, or a pack by its category. */
export type StickerTab = { of: 'own' } | { of: 'recent' } | { of: 'pack'; category: string };

export interface ShownStickers {
  stickers: readonly StickerView[];
  /** `unreached`: without the server, and it is not on this computer. */
  state: 'loading' | 'ready' | 'failed' | 'unreached';
  retry: () => void;
}

export function useTabStickers(tab: StickerTab): ShownStickers {
  const own = useStickers();
  const { recent, stored, whole } = usePacks();
  const category = tab.of === 'pack' ? tab.category : null;
  useEffect(() => {
    if (category !== null) void loadWhole(category);
  }, [category]);
  if (tab.of === 'recent') return { stickers: recent, state: 'ready', retry: () => undefined };
  if (tab.of === 'own') {
    const state = own.failed ? 'failed' : own.offered === null ? 'loading' : 'ready';
    return { stickers: own.stickers, state, retry: () => void loadStickers() };
  }
  const found = whole.get(tab.category);
  const retry = (): void => {
    void loadPacks();
    void loadWhole(tab.category, true);
  };
  if (found === undefined) return { stickers: [], state: 'loading', retry };
  if (found === 'failed') return { stickers: [], state: stored ? 'unreached' : 'failed', retry };
  return { stickers: found, state: 'ready', retry };
}

/** Nobody looks through more. */
const MOST_PAGES = 10;
const TYPED_MS = 250;

interface Found extends ShownStickers {
  keyword: string;
  /** Asks for the next page; null = there is none. */
  more: (() => void) | null;
}

/** Stickers of all packs by a word, once it stands still. */
export function useFoundStickers(keyword: string): Found {
  const [found, setFound] = useState<{
    keyword: string;
    stickers: readonly StickerView[];
    page: number;
    more: boolean;
    failed: boolean;
  } | null>(null);
  const current = useLatest(keyword);
  const ask = async (page: number, before: readonly StickerView[]): Promise<void> => {
    const answer = await call('packs.search', { keyword, page }).catch(() => null);
    if (current.current !== keyword) return;
    const paths = new Set(before.map(({ path }) => path));
    const stickers = [...before, ...(answer?.stickers ?? []).filter(({ path }) => !paths.has(path))];
    setFound({ keyword, stickers, page, more: answer?.more === true, failed: answer === null });
  };
  const latest = useLatest(ask);
  useEffect(() => {
    if (keyword === '') return undefined;
    const timer = window.setTimeout(() => void latest.current(1, []), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [keyword, latest]);
  const retry = (): void => void ask(1, []);
  if (found?.keyword !== keyword) return { keyword, stickers: [], state: 'loading', retry, more: null };
  const { failed, page, stickers } = found;
  const more = found.more && page < MOST_PAGES ? () => void ask(page + 1, stickers) : null;
  return { keyword, stickers, state: failed && stickers.length === 0 ? 'failed' : 'ready', retry, more };
}
