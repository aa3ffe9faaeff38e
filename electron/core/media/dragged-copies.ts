/**
 * Copies under their own names that were dragged out of the window. Nobody says when whoever took one has read it: it
 * stays for a while, unless its message goes; at the next start what is left is nobody's and goes too.
 */
import type { MediaFolders } from './media-folders.ts';

export const DRAGGED_FOR_MS = 10 * 60_000;

export class DraggedCopies {
  readonly #folders: Pick<MediaFolders, 'eraseDragged'>;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(folders: Pick<MediaFolders, 'eraseDragged'>) {
    this.#folders = folders;
  }

  /** `name`: of the cached file. */
  made(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(name, setTimeout(() => this.#erase(name), DRAGGED_FOR_MS).unref());
  }

  close(): void {
    for (const [name, timer] of this.#timers) {
      clearTimeout(timer);
      this.#erase(name);
    }
  }

  #erase(name: string): void {
    this.#timers.delete(name);
    try {
      this.#folders.eraseDragged(name);
    } catch {
      // Held by the system: the sweep at the next start takes it.
    }
  }
}
