/** `store.media`, as everybody has it. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { LeftPart } from '../store/tables/media-left-table.ts';
import type { ErasedFiles, MediaFile, MediaOfChannel, MediaPart } from '../store/tables/media-table.ts';

/**
 * Which file on disk belongs to which message (docs/media.md). `add`, `keepPart`, `drop`, `usedByNow` and
 * `forgetErased` write, and so does `get` (that the file was used); all others read.
 */
export interface MediaFiles {
  /**
   * The cached file of a message that can be shown now; null = none, or the message is gone, recalled, being recalled.
   * `isUsed`: it is looked at with that, and not only asked for; so it is if nothing else is said.
   */
  get(channel: ChannelRef, key: string, part?: MediaPart, isUsed?: boolean): MediaFile | null;
  /** false: the message lost its content meanwhile, and the file has to go as well. */
  add(channel: ChannelRef, key: string, file: MediaFile, part?: MediaPart): boolean;
  /**
   * Writes down how much of a file is here whose download may go on later; false as `add`. With the whole file, under
   * the same name, its place is that file's.
   */
  keepPart(channel: ChannelRef, key: string, left: LeftPart, part?: MediaPart): boolean;
  /** As `get`, of what is not whole. */
  leftPart(channel: ChannelRef, key: string, part?: MediaPart): LeftPart | null;
  /** Of everything or of a chat, in the order in which something came of them last (`usedAt`: server ms). */
  leftParts(channel?: ChannelRef): { file: string; bytes: number; usedAt: number }[];
  /** Keys, in the same order, of those of a chat that are no covers. */
  begun(channel: ChannelRef): string[];
  /** All that are whole, least recently used first. */
  all(): MediaFile[];
  /** With the beginnings of files. */
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
