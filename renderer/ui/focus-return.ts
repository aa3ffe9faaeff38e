/**
 * Where the focus goes back to. Held weakly: an element that leaves the page may name a message that was recalled, and
 * whoever keeps it keeps those words.
 */
export class FocusReturn {
  readonly #at: WeakRef<Element> | null;

  /** What has the focus now. */
  constructor() {
    this.#at = document.activeElement && new WeakRef(document.activeElement);
  }

  /** null: it is not in the page any more. */
  get element(): Element | null {
    const element = this.#at?.deref();
    return element?.isConnected === true ? element : null;
  }

  /** Gives it the focus again, if it is there. */
  restore(): void {
    const { element } = this;
    if (element instanceof HTMLElement) element.focus();
  }
}
