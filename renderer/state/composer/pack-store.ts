/** Packs of stickers, as the server has them or told them last: asked for when the panel opens. */
import { create } from 'zustand';
import type { PackView } from '../../../shared/ipc/contract/packs.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { Newest, SharedQuestion } from '../answers.ts';
import { call } from '../bridge.ts';
import { useSession } from '../session/session-store.ts';

export type WholePack = readonly StickerView[] | 'failed';

interface Packs {
  /** null = not known; a server without packs shows nothing of them. */
  offered: boolean | null;
  /** The account's own, in its order. */
  packs: readonly PackView[];
  /** The server could not be asked: what is not on this computer is not there. */
  stored: boolean;
  failed: boolean;
  /** What is in them, by category, of those that were looked at. */
  whole: ReadonlyMap<string, WholePack>;
  /** Those of packs that were sent since the start, the newest first. (Others may be made of a message.) */
  recent: readonly StickerView[];
}

const MOST_RECENT = 16;

const UNKNOWN: Packs = {
  offered: null,
  packs: [],
  stored: false,
  failed: false,
  whole: new Map(),
  recent: [],
};
export const usePacks = create<Packs>(() => UNKNOWN);

const own = new SharedQuestion(read);
const ordering = new Newest();

/** Asks anew; whoever asks meanwhile waits for the same answer. */
export const loadPacks = (): Promise<void> => own.ask();

async function read(): Promise<() => void> {
  try {
    const { offered, packs, stored } = await call('packs.list', undefined);
    return () => {
      const wasStored = usePacks.getState().stored;
      usePacks.setState({ offered, packs, stored, failed: false });
      if (wasStored && !stored) forgetFailed();
    };
  } catch {
    return () => usePacks.setState({ failed: true });
  }
}

function forgetFailed(): void {
  usePacks.setState(({ whole }) => ({
    whole: new Map([...whole].filter(([, found]) => found !== 'failed')),
  }));
}

/** What is in one; `again`: also when it is known. */
export async function loadWhole(category: string, again = false): Promise<void> {
  const known = usePacks.getState().whole.get(category);
  if (known !== undefined && known !== 'failed' && !again) return;
  const found = await call('packs.stickers', { category }).then(
    ({ stickers }): WholePack => stickers,
    (): WholePack => 'failed',
  );
  usePacks.setState(({ whole }) => ({ whole: new Map(whole).set(category, found) }));
}

/** In the order that is wished, at once; refused: as the server has them. */
export async function orderPacks(packs: readonly PackView[]): Promise<void> {
  const isNewest = ordering.ask();
  const wished = packs.map(({ category }) => category);
  const placeOf = ({ category }: PackView): number => wished.indexOf(category);
  usePacks.setState({ packs });
  try {
    await call('packs.order', { categories: wished });
    own.changed();
    // What was asked meanwhile may have shown the order before.
    if (isNewest())
      usePacks.setState((now) => ({ packs: now.packs.toSorted((a, b) => placeOf(a) - placeOf(b)) }));
  } catch (error) {
    own.changed();
    await loadPacks();
    throw error;
  }
}

export async function addPack(category: string): Promise<void> {
  await call('packs.add', { category });
  own.changed();
  await loadPacks();
}

export async function removePack(category: string): Promise<void> {
  await call('packs.remove', { category });
  own.changed();
  usePacks.setState(({ packs, recent }) => ({
    packs: packs.filter((pack) => pack.category !== category),
    recent: recent.filter((sticker) => sticker.category !== category),
  }));
  await loadPacks();
}

/** It was sent. */
export function noteRecent(sticker: StickerView): void {
  if (sticker.category === undefined || !usePacks.getState().packs.some(isOf(sticker))) return;
  usePacks.setState(({ recent }) => ({
    recent: [sticker, ...recent.filter(({ path }) => path !== sticker.path)].slice(0, MOST_RECENT),
  }));
}

const isOf =
  ({ category }: StickerView) =>
  (pack: PackView): boolean =>
    pack.category === category;

/** '' where it is of none of the account's packs. */
export const packTitle = (packs: readonly PackView[], sticker: StickerView): string =>
  packs.find(isOf(sticker))?.title ?? '';

// Another account has others.
useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  own.changed();
  usePacks.setState(UNKNOWN);
});
