/** Which conversation the main page shows, as it says itself (`shell.setActiveChannel`), or another window. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Presence } from './presence.ts';
import type { Windows } from './windows.ts';

export class ActiveChannel {
  readonly #windows: Pick<Windows, 'isFocused' | 'chats'>;
  readonly #presence: Pick<Presence, 'isAway'>;
  #channel: ChannelRef | null = null;

  constructor(windows: Pick<Windows, 'isFocused' | 'chats'>, presence: Pick<Presence, 'isAway'>) {
    this.#windows = windows;
    this.#presence = presence;
  }

  set(channel: ChannelRef | null): void {
    this.#channel = channel;
  }

  /** The conversation somebody looks at now: on screen, in a window that has the focus, and the screen not locked. */
  inFocus(): ChannelRef | null {
    if (this.#presence.isAway) return null;
    return this.#windows.isFocused() ? this.#channel : this.#windows.chats.focused();
  }
}
