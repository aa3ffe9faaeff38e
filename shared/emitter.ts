/** Tells what happened to whoever listens at that moment; keeps nothing of it. */
export class Emitter<T = void> {
  readonly #listeners = new Set<(event: T) => void>();

  /** Returns the function that ends it. */
  readonly on = (listener: (event: T) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  emit(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }
}
