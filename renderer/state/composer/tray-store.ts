/** What is about to be sent, per conversation: the images, videos and files of its draft, as the tray shows them. */
import { create } from 'zustand';
import type { DraftFileKind } from '../../../shared/domain.ts';

/** An image or a video as it was picked, which is what is sent of it when that is asked for. */
export interface Original {
  file: File;
  width: number;
  height: number;
  /** What no other client draws is sent as a file. */
  kind: DraftFileKind;
  /** Of a video. */
  cover?: Blob;
}

/**
 * A picture or a film that goes as a file, as it was picked: nobody here can read it, it has more pixels than can be
 * made smaller, or it is an AVIF that moves, which no other client shows and nothing here can make anew.
 */
export type WhyAsItIs = 'unread' | 'tooManyPixels' | 'movingAvif';

export interface Attachment {
  id: number;
  /** Of its copy in the core; null until that is begun. */
  copy: string | null;
  /** The copy is complete, and part of the draft. */
  stored: boolean;
  /** Bytes that were copied so far. */
  copied: number;
  name: string;
  /** Bytes. */
  size: number;
  kind: DraftFileKind;
  /** Px; 0 for files, and for an image or video that is being read. */
  width: number;
  height: number;
  /** Of a video. */
  seconds: number;
  /**
   * Address of an image, or of the cover of a video: an object URL, or the core's for one that was picked before this
   * page.
   */
  preview: string | null;
  /**
   * Of an image, and of a video that its camera wrote something into, while this page has it. Never of an edited one:
   * what was hidden in it is gone.
   */
  source: Original | null;
  /** Why what its camera may have written into it goes along; null = nothing of that is known. */
  asItIs: WhyAsItIs | null;
  /** An image that was changed in the editor. */
  edited: boolean;
  /**
   * Part of the draft, there after a restart. False: made of a message's picture, with which it goes; after a restart
   * nobody would know whose it was.
   */
  isKept: boolean;
}

export interface Tray {
  items: readonly Attachment[];
  /** Some are being handed to the core: none is taken out until that is done. What comes then waits behind. */
  busy: boolean;
  /** Images go as they were picked, with what their cameras wrote into them. Of this message only. */
  original: boolean;
}

export const emptyTray: Tray = { items: [], busy: false, original: false };

export const useTrays = create<{ trays: Readonly<Record<string, Tray>> }>(() => ({ trays: {} }));

export const trayOf = (key: string): Tray => useTrays.getState().trays[key] ?? emptyTray;

let nextId = 1;

/** What all kinds have in common before anything was read of them. */
export const newItem = (about: Pick<Attachment, 'name' | 'size'> & Partial<Attachment>): Attachment => ({
  id: nextId++,
  copy: null,
  stored: false,
  copied: 0,
  kind: 'file',
  width: 0,
  height: 0,
  seconds: 0,
  preview: null,
  source: null,
  asItIs: null,
  edited: false,
  isKept: true,
  ...about,
});

export function setTray(key: string, change: Partial<Tray>): void {
  useTrays.setState(({ trays }) => {
    const { [key]: before = emptyTray, ...others } = trays;
    const tray = { ...before, ...change };
    return { trays: tray.items.length > 0 || tray.busy ? { ...others, [key]: tray } : others };
  });
}

export const findItem = (key: string, id: number): Attachment | undefined =>
  trayOf(key).items.find((item) => item.id === id);

/** Changes an item that is still there. An object URL that gives its place to another one ends. */
export function changeItem(key: string, id: number, patch: Partial<Attachment>): void {
  const before = findItem(key, id);
  if (!before) {
    release([patch]);
    return;
  }
  setTray(key, { items: trayOf(key).items.map((item) => (item.id === id ? { ...item, ...patch } : item)) });
  if (patch.preview !== undefined && patch.preview !== before.preview) release([before]);
}

/** Ends the object URLs of what is shown no more. */
export function release(items: readonly Pick<Partial<Attachment>, 'preview'>[]): void {
  for (const { preview } of items) if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
}

/** Takes items out of the tray; their copies stay as they are. */
export function takeOut(key: string, ids: ReadonlySet<number>): void {
  const { items } = trayOf(key);
  release(items.filter((item) => ids.has(item.id)));
  setTray(key, { items: items.filter((item) => !ids.has(item.id)) });
}

/** Of an image or a video of which something else waits than was picked. A video is as long as it was. */
export const originalOf = ({ source, size }: Attachment): Original | null =>
  source !== null && (source.file.size !== size || source.kind === 'video' || isFilmFile(source))
    ? source
    : null;

const isFilmFile = ({ file, kind }: Original): boolean => kind === 'file' && file.type.startsWith('video/');

/** Bytes of it that are sent. */
export const sentBytes = (item: Attachment, original: boolean): number =>
  (original ? originalOf(item)?.file.size : undefined) ?? item.size;

/** Grows with the account: what was begun for another one is dropped. */
let epoch = 0;
export const trayEpoch = (): number => epoch;

/** Of another account, or of none: nothing is left. */
export function dropTrays(): void {
  epoch += 1;
  for (const { items } of Object.values(useTrays.getState().trays)) release(items);
  useTrays.setState({ trays: {} });
}
