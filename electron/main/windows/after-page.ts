/**
 * What no page waits for, and what would keep the main process from answering one: menus, tray, drawn icons. Done when
 * the first page has asked what there is, while the account's worker answers; at once where no page is shown.
 */

/** A page that never asks keeps no tray away. */
const LATEST_MS = 5_000;

export class AfterPage {
  /** null = begun. */
  #tasks: (() => void)[] | null = [];
  readonly #latest: NodeJS.Timeout;

  constructor(latestMs = LATEST_MS) {
    this.#latest = setTimeout(() => this.begin(), latestMs);
    this.#latest.unref();
  }

  /** Once it has begun: at once. */
  run(task: () => void): void {
    if (this.#tasks === null) task();
    else this.#tasks.push(task);
  }

  /** Called for every page; only the first one counts. Tasks run one a turn: messages pass between them. */
  begin(): void {
    const tasks = this.#tasks;
    if (tasks === null) return;
    this.#tasks = null;
    clearTimeout(this.#latest);
    const next = (): void => {
      const task = tasks.shift();
      if (task === undefined) return;
      setImmediate(next);
      task();
    };
    setImmediate(next);
  }
}
