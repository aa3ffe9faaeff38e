/**
 * What of a film is blanked while it is copied: ranges that become zeros, and bytes that become others. A film stays as
 * long as it is, so every place that its own tables name stays right.
 */

export interface Patch {
  at: number;
  length: number;
  /** null = zeros. */
  bytes: Uint8Array | null;
}

/** What it is made of is not understood: nobody can say what of it would have to go. */
export class NotUnderstood extends Error {}

export class FilmPatches {
  #list: Patch[] = [];
  #isSorted = true;

  get count(): number {
    return this.#list.length;
  }

  /** @throws NotUnderstood for what no film has: ranges without end */
  zero(at: number, length: number): void {
    if (length <= 0) return;
    const last = this.#list.at(-1);
    if (last?.bytes === null && last.at + last.length === at) last.length += length;
    else this.#add({ at, length, bytes: null });
  }

  write(at: number, bytes: Uint8Array): void {
    this.#add({ at, length: bytes.length, bytes });
  }

  /** Only if anything of it is another than it was: a film in which no camera wrote is sent as it is. */
  change(at: number, before: Uint8Array, bytes: Uint8Array): void {
    if (before.some((byte, index) => byte !== bytes[index])) this.write(at, bytes);
  }

  /** Blanks a piece of the film that stands at `offset`. */
  apply(offset: number, piece: Uint8Array): void {
    if (!this.#isSorted) this.#order();
    const end = offset + piece.length;
    for (let index = this.#firstBehind(offset); index < this.#list.length; index += 1) {
      const { at, length, bytes } = this.#list[index] as Patch;
      if (at >= end) return;
      const from = Math.max(at, offset);
      const to = Math.min(at + length, end);
      if (bytes) piece.set(bytes.subarray(from - at, to - at), from - offset);
      else piece.fill(0, from - offset, to - offset);
    }
  }

  #add(patch: Patch): void {
    if (this.#list.length >= MAX_PATCHES) throw new NotUnderstood('a film with too many places to blank');
    const last = this.#list.at(-1);
    if (last && patch.at < last.at) this.#isSorted = false;
    this.#list.push(patch);
  }

  /** By their places, and so that none reaches into the next. */
  #order(): void {
    const ordered: Patch[] = [];
    for (const patch of this.#list.toSorted((a, b) => a.at - b.at)) {
      const last = ordered.at(-1);
      if (last?.bytes === null && patch.bytes === null && patch.at <= last.at + last.length)
        last.length = Math.max(last.length, patch.at + patch.length - last.at);
      else ordered.push(patch);
    }
    this.#list = ordered;
    this.#isSorted = true;
  }

  /** The first that ends behind `offset`. */
  #firstBehind(offset: number): number {
    let [from, to] = [0, this.#list.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const { at, length } = this.#list[middle] as Patch;
      if (at + length > offset) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** A day of a camera that writes its place once a second has fewer. */
const MAX_PATCHES = 200_000;

/** Ranges that do not overlap, in their order. */
export class Ranges {
  readonly #list: { at: number; end: number }[] = [];

  /** Behind those before. */
  add(at: number, end: number): void {
    this.#list.push({ at, end });
  }

  /** The end of the range that a place lies in; null = it lies in none. */
  endAround(place: number): number | null {
    let [from, to] = [0, this.#list.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#list[middle]?.end ?? 0) > place) to = middle;
      else from = middle + 1;
    }
    const found = this.#list[from];
    return found && found.at <= place ? found.end : null;
  }
}
