/** Lists that are scrolled so fast that nobody sees what passes: its pictures are not worth asking for. */

/** How long a list stands, ms, before a fling is over; scrolling after such a pause begins anew. */
const PAUSE_MS = 150;
/** So much of the list's own height within that time is a fling: some seven heights a second. */
const HEIGHTS = 1;
/** A jump to a message is one step, and what is put above the list's place another: neither is a fling. */
const STEPS = 3;

interface Step {
  at: number;
  heights: number;
}

export class Fling {
  /** Weak: a list that has left the page would keep the words of its rows. */
  #list: WeakRef<object> | null = null;
  #top = 0;
  #last = Number.NEGATIVE_INFINITY;
  #steps: Step[] = [];
  #end: ReturnType<typeof setTimeout> | null = null;
  readonly #waiting = new Set<() => void>();

  /** A list stands at `top` now. `top`, `height` in px, `now` in ms. */
  moved(list: object, top: number, height: number, now: number): void {
    const goesOn = list === this.#list?.deref() && now - this.#last < PAUSE_MS;
    const heights = Math.abs(top - this.#top) / Math.max(height, 1);
    if (!goesOn) this.#list = new WeakRef(list);
    this.#top = top;
    this.#last = now;
    this.#steps = goesOn ? this.#steps.filter(({ at }) => now - at < PAUSE_MS) : [];
    if (goesOn && heights > 0) this.#steps.push({ at: now, heights });
    if (this.#steps.length < STEPS) return;
    if (this.#steps.reduce((sum, step) => sum + step.heights, 0) < HEIGHTS) return;
    if (this.#end !== null) clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#over(), PAUSE_MS);
  }

  /** Runs it at once, or as soon as the fling is over. What it answers takes it back. */
  whenOver(run: () => void): () => void {
    if (this.#end === null) {
      run();
      return () => undefined;
    }
    this.#waiting.add(run);
    return () => void this.#waiting.delete(run);
  }

  #over(): void {
    this.#end = null;
    this.#list = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }
}

let ofPage: Fling | null = null;

/** That of all lists of this page, watched from the first call on. */
export function pageFling(): Fling {
  if (ofPage !== null) return ofPage;
  const fling = new Fling();
  // Scrolling does not bubble.
  document.addEventListener(
    'scroll',
    ({ target, timeStamp }) => {
      if (target instanceof Element) fling.moved(target, target.scrollTop, target.clientHeight, timeStamp);
    },
    { capture: true, passive: true },
  );
  ofPage = fling;
  return fling;
}
