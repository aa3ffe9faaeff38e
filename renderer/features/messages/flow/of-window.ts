import type { MessageWindow } from '../../../state/messages/message-window.ts';

/**
 * What is worked out of the loaded messages: once for each state of them, however often the flow is drawn while it is
 * scrolled. The messages are held weakly: what React keeps of a component must not keep them with it.
 */
export class OfWindow<T> {
  readonly #workOut: (window: MessageWindow | undefined) => T;
  #last: { window: WeakRef<MessageWindow>; value: T } | null = null;

  constructor(workOut: (window: MessageWindow | undefined) => T) {
    this.#workOut = workOut;
  }

  of(window: MessageWindow | undefined): T {
    if (!window) return this.#workOut(window);
    if (this.#last?.window.deref() !== window)
      this.#last = { window: new WeakRef(window), value: this.#workOut(window) };
    return this.#last.value;
  }
}
