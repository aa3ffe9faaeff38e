/**
 * Before the app ends, its pages store what was typed in the last moment: what they say once their windows are closed
 * is not heard any more. A page that does not answer is not waited for.
 */
import type { BrowserWindow } from 'electron';
import type { EventName } from '../../../shared/ipc/contract/events.ts';

/** As long as the window of a chat has, when it is closed. */
const LONGEST_MS = 1_000;
const EVENT: EventName = 'app.leaving';

export class LastWords {
  readonly #pages: () => BrowserWindow[];
  /** Ids of web contents that were asked and have not answered. */
  readonly #asked = new Set<number>();
  #answered: (() => void) | null = null;

  /** `pages`: those that may have something to store. */
  constructor(pages: () => BrowserWindow[]) {
    this.#pages = pages;
  }

  /** Once all have answered, or after a second. Never rejects. */
  async take(): Promise<void> {
    for (const window of this.#pages()) {
      // One that is being loaded has nothing yet.
      if (window.isDestroyed() || window.webContents.isLoading()) continue;
      const { id } = window.webContents;
      this.#asked.add(id);
      window.once('closed', () => this.said(id));
      window.webContents.once('render-process-gone', () => this.said(id));
      window.webContents.send(EVENT, id);
    }
    if (this.#asked.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LONGEST_MS);
      this.#answered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The page of these web contents has stored all it can. */
  said(webContentsId: number): void {
    if (this.#asked.delete(webContentsId) && this.#asked.size === 0) this.#answered?.();
  }
}
