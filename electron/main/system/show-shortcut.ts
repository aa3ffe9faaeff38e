/**
 * A combination of keys that shows the window, also while another program has the keyboard. None until somebody sets
 * one. The system gives each combination to one program only.
 */
import { globalShortcut } from 'electron';
import { acceleratorOf } from '../../../shared/commands.ts';
import type { ShowShortcutState } from '../../../shared/ipc/contract/shell.ts';

export class ShowShortcut {
  readonly #show: () => void;
  #set: string | undefined;
  #state: ShowShortcutState = 'off';

  constructor(show: () => void) {
    this.#show = show;
  }

  get state(): ShowShortcutState {
    return this.#state;
  }

  /** After the app is ready, and whenever it may be another one. `keys`: as commands have it, '' = none. */
  set(keys: string): void {
    const accelerator = acceleratorOf(keys);
    if (accelerator === this.#set && this.#state !== 'taken') return;
    if (this.#set !== undefined && this.#state === 'on') globalShortcut.unregister(this.#set);
    this.#set = accelerator;
    this.#state = accelerator === undefined ? 'off' : register(accelerator, this.#show) ? 'on' : 'taken';
  }
}

/** false: another program has it, or the system (Wayland without a portal) gives none. */
function register(accelerator: string, run: () => void): boolean {
  try {
    return globalShortcut.register(accelerator, run);
  } catch {
    return false;
  }
}
