import type { KeyboardEvent } from 'react';
import { foldText } from '../../shared/matching/match.ts';

const PAUSE_MS = 700;

type Fits = (label: string, word: string) => boolean;
const startsWith: Fits = (label, word) => foldText(label).trimStart().startsWith(word);

/** Finds rows by typing: letters within 0.7 s make one word; the same letter again goes to the next match. */
export class TypeAhead {
  readonly #fits: Fits;
  #word = '';
  #lastMs = 0;

  /** `fits` tells whether a label starts with the (folded) word; names may also fit by their pinyin. */
  constructor(fits: Fits = startsWith) {
    this.#fits = fits;
  }

  /** Goes on with the word when the key is a letter, and moves to the row it leads to, if any. */
  takeKey(
    event: KeyboardEvent,
    labels: readonly string[],
    from: number,
    moveTo: (index: number) => void,
  ): void {
    const modified = event.altKey || event.ctrlKey || event.metaKey;
    // Space opens or picks what is current.
    if (modified || event.key.length !== 1 || event.key === ' ') return;
    const found = this.find(event.key, labels, from);
    if (found >= 0) moveTo(found);
  }

  /** Index of the row that the typed letters lead to, or -1. `from` is the current row (-1 = none). */
  find(key: string, labels: readonly string[], from: number, nowMs: number = performance.now()): number {
    const letter = foldText(key);
    this.#word = nowMs - this.#lastMs > PAUSE_MS ? letter : this.#word + letter;
    this.#lastMs = nowMs;
    const repeated = letter !== '' && this.#word === letter.repeat(this.#word.length / letter.length);
    const wanted = repeated ? letter : this.#word;
    // A longer word may still match the current row; a single letter moves on.
    const start = wanted.length > 1 ? from : from + 1;
    for (let step = 0; step < labels.length; step += 1) {
      const index = (Math.max(start, 0) + step) % labels.length;
      if (this.#fits(labels[index] ?? '', wanted)) return index;
    }
    return -1;
  }
}
