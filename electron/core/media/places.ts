/** A few at a time; who waits longest is next. */
export class Places {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Resolves when there is a place; `leave` gives it back. Rejects with the reason of `signal`, and takes none then.
   */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const aborted = (): void => reject(signal.reason as Error);
    this.#queue.push(resolve);
    signal.addEventListener('abort', aborted, { once: true });
    try {
      await promise;
    } catch (error) {
      const at = this.#queue.indexOf(resolve);
      // A place that was given at the same moment goes to the next one.
      if (at >= 0) this.#queue.splice(at, 1);
      else this.leave();
      throw error;
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free += 1;
  }
}
