/** Asks for attention when a message is told of and the window is not in front: task bar button, dock icon. */
import { app, type BrowserWindow } from 'electron';

export class AttentionRequest {
  readonly #window: () => BrowserWindow | null;
  readonly #wanted: () => boolean;
  readonly #platform: NodeJS.Platform;
  #bounce: number | null = null;
  #flashing = false;

  constructor(
    window: () => BrowserWindow | null,
    wanted: () => boolean,
    platform: NodeJS.Platform = process.platform,
  ) {
    this.#window = window;
    this.#wanted = wanted;
    this.#platform = platform;
  }

  /** Once until it ends: a busy group is no alarm. */
  start(): void {
    const window = this.#window();
    if (!this.#wanted() || this.#flashing || window?.isFocused()) return;
    this.#flashing = true;
    if (this.#platform === 'darwin') this.#bounce = app.dock?.bounce('informational') ?? null;
    else window?.flashFrame(true);
  }

  /** Somebody is there, or nothing is left to look at. */
  end(): void {
    if (!this.#flashing) return;
    this.#flashing = false;
    if (this.#platform !== 'darwin') this.#window()?.flashFrame(false);
    else if (this.#bounce !== null) app.dock?.cancelBounce(this.#bounce);
    this.#bounce = null;
  }
}
