/** Which conversation the page shows, as it says itself (`shell.setActiveChannel`). */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Windows } from './windows.ts';

export class ActiveChannel {
  readonly #windows: Pick<Windows, 'isFocused'>;
  #channel: ChannelRef | null = null;

  constructor(windows: Pick<Windows, 'isFocused'>) {
    this.#windows = windows;
  }

  set(channel: ChannelRef | null): void {
    this.#channel = channel;
  }

  /** The conversation somebody looks at now: on screen, in a window that has the focus. */
  inFocus(): ChannelRef | null {
    return this.#windows.isFocused() ? this.#channel : null;
  }
}
