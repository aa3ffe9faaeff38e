/**
 * Plays drawings (Lottie), each on a canvas of its own, by one clock: when a frame is due is decided here and not by
 * the player, so that all of them together take at most a third of the time. What it is given was written anew by the
 * account's worker (docs/message-kinds.md). Loaded when the first one is seen.
 */
import lottie from 'lottie-web/build/player/lottie_light_canvas.js';

/** ms between two frames: 30 a second. */
const FRAME_MS = 33;
/** At once; others wait at their first frame. */
const MOST_PLAYING = 12;
/** A frame that takes longer, ms; after so many of them it stands still for good. */
const SLOW_MS = 100;
const MOST_SLOW = 3;

const playing = new Set<PlayedDrawing>();
let clock = 0;
let next = 0;

function tick(now: number): void {
  clock = playing.size > 0 ? requestAnimationFrame(tick) : 0;
  if (now < next) return;
  const began = performance.now();
  for (const drawing of [...playing].slice(0, MOST_PLAYING)) drawing.step(now);
  next = now + Math.max(FRAME_MS - 4, (performance.now() - began) * 3);
}

export class PlayedDrawing {
  readonly #canvas: HTMLCanvasElement;
  readonly #item: ReturnType<typeof lottie.loadAnimation>;
  readonly #onBroken: () => void;
  #slow = 0;
  #frame = 0;
  #last: number | null = null;
  #ended = false;

  /** Its first frame is drawn when this returns. @throws what the player throws. */
  constructor(canvas: HTMLCanvasElement, json: string, onBroken: () => void) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    this.#canvas = canvas;
    this.#onBroken = onBroken;
    this.#item = lottie.loadAnimation({
      renderer: 'canvas',
      loop: false,
      autoplay: false,
      animationData: JSON.parse(json) as unknown,
      rendererSettings: { context, clearCanvas: true, preserveAspectRatio: 'xMidYMid meet' },
    } as unknown as Parameters<typeof lottie.loadAnimation>[0]);
    this.#item.addEventListener('error', () => this.#broken());
    this.#draw(0);
  }

  play(): void {
    if (this.#ended || this.#slow >= MOST_SLOW) return;
    playing.add(this);
    clock ||= requestAnimationFrame(tick);
  }

  pause(): void {
    playing.delete(this);
    this.#last = null;
  }

  /** Nothing of it is left: not the drawing, not a frame. */
  end(): void {
    if (this.#ended) return;
    this.pause();
    this.#ended = true;
    try {
      this.#item.destroy();
    } finally {
      this.#canvas.width = this.#canvas.height = 0;
    }
  }

  step(now: number): void {
    const passed = this.#last === null ? 0 : Math.min(500, now - this.#last);
    this.#last = now;
    const { frameRate, totalFrames } = this.#item;
    const began = performance.now();
    this.#draw((this.#frame + (passed / 1_000) * frameRate) % Math.max(1, totalFrames));
    if (performance.now() - began > SLOW_MS) this.#slow += 1;
    if (this.#slow >= MOST_SLOW) this.pause();
  }

  #draw(frame: number): void {
    this.#frame = frame;
    try {
      this.#item.goToAndStop(frame, true);
    } catch {
      this.#broken();
    }
  }

  #broken(): void {
    if (this.#ended) return;
    this.end();
    this.#onBroken();
  }
}
