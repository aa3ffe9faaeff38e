/** `store.media`, as everybody has it. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ErasedFiles, MediaFile, MediaOfChannel, MediaPart } from '../store/tables/media-table.ts';

/**
 * Which file on disk belongs to which message (docs/media.md). `add`, `drop`, `usedByNow` and `forgetErased` write,
 * and so does `get` (that the file was used); all others read.
 */
export interface MediaFiles {
  /**
   * The cached file of a message that can be shown now; null = none, or the message is gone, recalled, being recalled.
   * `isUsed`: it is looked at with that, and not only asked for; so it is if nothing else is said.
   */
  get(channel: ChannelRef, key: string, part?: MediaPart, isUsed?: boolean): MediaFile | null;
  /** false: the message lost its content meanwhile, and the file has to go as well. */
  add(channel: ChannelRef, key: string, file: MediaFile, part?: MediaPart): boolean;
  /** All, least recently used first. */
  all(): MediaFile[];
  usage(): { files: number; bytes: number };
  /** Of those that may go. */
  bytesThatMayGo(): number;
  /** What was used later than now (server ms) counts as used now. */
  usedByNow(nowMs: number): void;
  /** Those that may go, least recently used first, without those of favourites; `usedBefore`: server ms. */
  mayGo(query: { limit: number; usedBefore?: number; channel?: ChannelRef }): MediaFile[];
  /** How much of it each chat has, the largest first. */
  byChat(): (Omit<MediaOfChannel, 'channelNo'> & { channel: ChannelRef })[];
  drop(files: readonly string[]): void;
  erased(): ErasedFiles;
  forgetErased(files: ErasedFiles): void;
}
