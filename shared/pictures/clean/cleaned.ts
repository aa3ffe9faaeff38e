/** A picture without what its file says beside it: pixels, movement and colours are what they were. */
export interface Cleaned {
  /** Of the file, and made anew; together the whole new file. */
  parts: Uint8Array<ArrayBuffer>[];
  /** As EXIF counts; it is said in the new file, too. */
  orientation: number;
  /** More than one: it moves. */
  frames: number;
}

/** Of a walk through a file (segments, chunks, blocks): 100 MiB of the smallest real ones have fewer. */
export const MAX_PARTS = 2_000_000;
