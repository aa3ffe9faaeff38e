import type { ImLimits } from './options.ts';

/** Stops reading a client that sends faster than allowed, or than the disk takes. */
export class ReadThrottle {
  readonly #limits: ImLimits;
  readonly #socket: { pause(): void; resume(): void };
  #pendingSends = 0;
  #pendingBytes = 0;
  #windowStart = 0;
  #windowPackets = 0;
  #isPaused = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: ImLimits, socket: { pause(): void; resume(): void }) {
    this.#limits = limits;
    this.#socket = socket;
  }

  /** A SEND of this many payload bytes waits to be stored. */
  sendStarted(bytes: number): void {
    this.#pendingSends++;
    this.#pendingBytes += bytes;
  }

  /** It is stored or refused, and answered. */
  sendEnded(bytes: number): void {
    this.#pendingSends--;
    this.#pendingBytes -= bytes;
  }

  /** Goes on reading if what held it back is over; called once the SEND's answer and deliveries are written. */
  afterSend(): void {
    if (this.#isPaused) this.take(0);
  }

  /** Counts packets that were read. */
  take(packets: number): void {
    const { packetsPerSecond, maxPendingSends, maxPendingBytes } = this.#limits;
    const now = Date.now();
    if (now - this.#windowStart >= 1000) {
      this.#windowStart = now;
      this.#windowPackets = 0;
    }
    this.#windowPackets += packets;
    const tooFast = this.#windowPackets > packetsPerSecond;
    const mustWait = tooFast || this.#pendingSends > maxPendingSends || this.#pendingBytes > maxPendingBytes;
    if (tooFast) {
      this.#timer ??= setTimeout(
        () => {
          this.#timer = null;
          this.take(0);
        },
        this.#windowStart + 1000 - now,
      ).unref();
    }
    if (mustWait === this.#isPaused || this.#isClosed) return;
    this.#isPaused = mustWait;
    if (mustWait) this.#socket.pause();
    else this.#socket.resume();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
