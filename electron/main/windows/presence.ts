/**
 * Whether somebody can be in front of the computer: not while its screen is locked or it sleeps. A window may keep the
 * focus all the while, so that nothing else would keep messages from being marked as read.
 */
import { powerMonitor } from 'electron';

/** How often a lock is looked for again that no event tells the end of (Linux). */
const LOOK_AGAIN_MS = 3_000;
/** `getSystemIdleState` wants a limit for `idle`, which is not asked for here. */
const ANY_SECONDS = 60;

export class Presence {
  readonly #onChange: () => void;
  readonly #platform: NodeJS.Platform;
  #locked = false;
  #asleep = false;
  /** Runs while a lock was seen that no event will tell the end of. */
  #looking: NodeJS.Timeout | null = null;

  constructor(onChange: () => void, platform: NodeJS.Platform = process.platform) {
    this.#onChange = onChange;
    this.#platform = platform;
  }

  /** After the app is ready. */
  start(): void {
    powerMonitor.on('lock-screen', () => this.#set({ locked: true }));
    powerMonitor.on('unlock-screen', () => this.#set({ locked: false }));
    powerMonitor.on('suspend', () => this.#set({ asleep: true }));
    powerMonitor.on('resume', () => this.#set({ asleep: false }));
  }

  get isAway(): boolean {
    return this.#locked || this.#asleep || this.#looksLocked();
  }

  #set({ locked = this.#locked, asleep = this.#asleep }: { locked?: boolean; asleep?: boolean }): void {
    if (locked === this.#locked && asleep === this.#asleep) return;
    this.#locked = locked;
    this.#asleep = asleep;
    this.#onChange();
  }

  /** Linux raises no event for its lock (Electron 45), but answers when asked. */
  #looksLocked(): boolean {
    if (this.#platform !== 'linux') return false;
    const locked = powerMonitor.getSystemIdleState(ANY_SECONDS) === 'locked';
    if (locked && this.#looking === null) {
      this.#looking = setInterval(() => this.#lookAgain(), LOOK_AGAIN_MS);
      this.#looking.unref();
      // The page learns both, or it would not ask again after the end.
      queueMicrotask(this.#onChange);
    }
    return locked;
  }

  #lookAgain(): void {
    if (powerMonitor.getSystemIdleState(ANY_SECONDS) === 'locked') return;
    if (this.#looking) clearInterval(this.#looking);
    this.#looking = null;
    this.#onChange();
  }
}
