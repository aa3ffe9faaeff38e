import type { StoreContext } from '../../context.ts';

/** What was read of a table, in memory: read when it is first asked for, and anew after a rollback. */
export class Mirror<T> {
  readonly #read: () => T;
  #kept: { value: T } | null = null;

  constructor(ctx: Pick<StoreContext, 'onRollback'>, read: () => T) {
    this.#read = read;
    ctx.onRollback(() => this.forget());
  }

  get value(): T {
    this.#kept ??= { value: this.#read() };
    return this.#kept.value;
  }

  set value(value: T) {
    this.#kept = { value };
  }

  /** The table has changed in a way that was not followed here. */
  forget(): void {
    this.#kept = null;
  }
}
