/** How the app comes to the front again, and how it ends: the account's databases are closed before the process is. */
import { app } from 'electron';

export interface LifecycleOptions {
  /** Another start of the app, or a click on its icon. */
  show: () => void;
  /** Closes what must be closed before the process ends. */
  close: () => Promise<void>;
}

export class Lifecycle {
  #isQuitting = false;
  #isClosed = false;

  /** The user has asked for the end: closing a window no longer hides it. */
  get isQuitting(): boolean {
    return this.#isQuitting;
  }

  readonly quit = (): void => app.quit();

  start({ show, close }: LifecycleOptions): void {
    app.on('second-instance', show);
    app.on('activate', show);
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', () => {
      this.#isQuitting = true;
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
