/**
 * What no page waits for, and what would keep the main process from answering one: menus, tray, drawn icons. Done when
 * the first page has what it begins with, while it draws that; at once where no page is shown.
 */

/** A page that never asks keeps no tray away. */
const LATEST_MS = 5_000;

export class AfterPage {
  readonly #tasks: (() => void)[] = [];
  #begun = false;
  readonly #latest: NodeJS.Timeout;

  constructor(latestMs = LATEST_MS) {
    this.#latest = setTimeout(() => this.begin(), latestMs);
    this.#latest.unref();
  }

  /** Once all others are done: at once. */
  run(task: () => void): void {
    if (this.#begun && this.#tasks.length === 0) task();
    else this.#tasks.push(task);
  }

  /** Called for every page; only the first one counts. Tasks run one a turn: messages pass between them. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    clearTimeout(this.#latest);
    const next = (): void => {
      const task = this.#tasks.shift();
      if (task === undefined) return;
      setImmediate(next);
      task();
    };
    setImmediate(next);
  }

  /** Something needs what is left of it at once: a window that is closed asks whether there is a tray to hide in. */
  finish(): void {
    this.#begun = true;
    clearTimeout(this.#latest);
    for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) task();
  }
}
