/** Which bytes of a file are here while it comes in pieces. */
export class HeldRanges {
  /** In their order, with room between them; `to` is the first byte that is not there. */
  #spans: { from: number; to: number }[] = [];
  #total = 0;

  /** How many they are. */
  get total(): number {
    return this.#total;
  }

  add(from: number, to: number): void {
    if (to <= from) return;
    const apart = this.#spans.filter((span) => span.to < from || span.from > to);
    const touching = this.#spans.filter((span) => span.to >= from && span.from <= to);
    const joined = {
      from: Math.min(from, ...touching.map((span) => span.from)),
      to: Math.max(to, ...touching.map((span) => span.to)),
    };
    this.#spans = [...apart, joined].toSorted((a, b) => a.from - b.from);
    this.#total = this.#spans.reduce((sum, span) => sum + span.to - span.from, 0);
  }

  /** Up to where it is here without a gap from this byte on; the byte itself when that is not. */
  endOf(at: number): number {
    return this.#spans.find((span) => span.from <= at && at < span.to)?.to ?? at;
  }

  /** The first byte that is missing from this one on, or else from the beginning on; null = all of `size` are here. */
  missing(at: number, size: number | null): number | null {
    const behind = this.endOf(at);
    if (size === null || behind < size) return behind;
    const before = this.endOf(0);
    return before < size ? before : null;
  }

  clear(): void {
    this.#spans = [];
    this.#total = 0;
  }
}
