/** How the app comes to the front again, and how it ends: the account's databases are closed before the process is. */
import { app } from 'electron';

export interface LifecycleOptions {
  /** A click on the app's icon. */
  show: () => void;
  /** Another start of the app, with what it was started with. */
  startedAgain: (argv: readonly string[]) => void;
  /** macOS: a link that belongs to the app. May come before the app is ready. */
  openLink: (link: string) => void;
  /** Has the pages store what was typed in the last moment, while they are there. Never rejects, and soon ends. */
  takeLastWords: () => Promise<void>;
  /** Closes what must be closed before the process ends. */
  close: () => Promise<void>;
}

export class Lifecycle {
  #isQuitting = false;
  #hasLastWords = false;
  #isClosed = false;

  /** The user has asked for the end: closing a window no longer hides it. */
  get isQuitting(): boolean {
    return this.#isQuitting;
  }

  readonly quit = (): void => app.quit();

  start({ show, startedAgain, openLink, takeLastWords, close }: LifecycleOptions): void {
    app.on('second-instance', (_event, argv) => startedAgain(argv));
    app.on('open-url', (event, link) => {
      event.preventDefault();
      openLink(link);
    });
    app.on('activate', show);
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      const isFirst = !this.#isQuitting;
      this.#isQuitting = true;
      if (this.#hasLastWords) return;
      event.preventDefault();
      if (!isFirst) return;
      void takeLastWords().finally(() => {
        this.#hasLastWords = true;
        app.quit();
      });
    });
    app.on('will-quit', (event) => {
      if (this.#isClosed) return;
      // The worker closes its databases first; then quitting goes on.
      event.preventDefault();
      void close().finally(() => {
        this.#isClosed = true;
        app.quit();
      });
    });
  }
}
