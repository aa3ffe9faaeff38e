/**
 * When a picture that moves does: three runs of it while it is seen, then only while somebody is at it (docs/media.md).
 * Pure: what is seen and who is at it are told by `moving-image.tsx`.
 */

const RUNS = 3;

export interface MotionFacts {
  /** It is in view. */
  seen: boolean;
  /** The window is hidden, or something without a gap lies over it. */
  hidden: boolean;
  /** The pointer or the focus is at it. */
  attended: boolean;
  /** Whoever looks wants nothing to move. */
  reduced: boolean;
}

export class Motion {
  readonly #totalMs: number;
  readonly #always: boolean;
  readonly #changed: (moves: boolean) => void;
  readonly #now: () => number;
  #facts: MotionFacts = { seen: false, hidden: false, attended: false, reduced: false };
  /** Under reduced motion: it was asked to move. */
  #asked = false;
  #spentMs = 0;
  /** Since when it moves. */
  #since: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `always`: for as long as it is seen, also under reduced motion: somebody opened it. */
  constructor(
    loopMs: number,
    options: { always: boolean; changed: (moves: boolean) => void; now?: () => number },
  ) {
    this.#totalMs = loopMs * RUNS;
    this.#always = options.always;
    this.#changed = options.changed;
    this.#now = options.now ?? (() => performance.now());
  }

  get moves(): boolean {
    return this.#since !== null;
  }

  tell(facts: Partial<MotionFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#decide();
  }

  /** Three runs more, whatever was before. */
  ask(): void {
    this.#asked = true;
    this.#spentMs = 0;
    if (this.#since !== null) this.#since = this.#now();
    this.#decide();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #decide(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { attended, hidden, reduced, seen } = this.#facts;
    const spent = this.#spentMs + (this.#since === null ? 0 : this.#now() - this.#since);
    const left = this.#totalMs - spent;
    const wanted = this.#always || (reduced ? this.#asked && left > 0 : attended || left > 0);
    const moves = wanted && seen && !hidden;
    if (moves && !this.#always && left > 0) this.#timer = setTimeout(() => this.#decide(), left);
    if (moves === this.moves) return;
    if (!moves) this.#spentMs = spent;
    this.#since = moves ? this.#now() : null;
    this.#changed(moves);
  }
}
