/** A few at a time, and of each key fewer; who waits longest is next. */
export class Places {
  #free: number;
  readonly #perKey: number;
  readonly #taken = new Map<string, number>();
  readonly #queue: { key: string; resolve: () => void }[] = [];

  constructor(count: number, perKey: number = count) {
    this.#free = count;
    this.#perKey = perKey;
  }

  /** How many would take places that `key` gave back. */
  wantedFrom(key: string): number {
    return this.#queue.filter((waiting) => waiting.key === key || this.#hasRoom(waiting.key)).length;
  }

  /**
   * Resolves when there is a place; `leave` gives it back. Rejects with the reason of `signal`, and takes none then.
   */
  async enter(signal: AbortSignal, key = ''): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0 && this.#hasRoom(key)) {
      this.#take(key);
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const aborted = (): void => reject(signal.reason as Error);
    const waiting = { key, resolve };
    this.#queue.push(waiting);
    signal.addEventListener('abort', aborted, { once: true });
    try {
      await promise;
    } catch (error) {
      const at = this.#queue.indexOf(waiting);
      // A place that was given at the same moment goes to the next one.
      if (at >= 0) this.#queue.splice(at, 1);
      else this.leave(key);
      throw error;
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }

  leave(key = ''): void {
    this.#free += 1;
    const left = (this.#taken.get(key) ?? 1) - 1;
    if (left > 0) this.#taken.set(key, left);
    else this.#taken.delete(key);
    const at = this.#queue.findIndex((waiting) => this.#hasRoom(waiting.key));
    const [next] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (!next) return;
    this.#take(next.key);
    next.resolve();
  }

  #hasRoom(key: string): boolean {
    return (this.#taken.get(key) ?? 0) < this.#perKey;
  }

  #take(key: string): void {
    this.#free -= 1;
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
  }
}
