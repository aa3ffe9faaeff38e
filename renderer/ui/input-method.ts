/**
 * The one guard of all key handlers: a key that an input method takes for itself (Enter and Esc on its candidates,
 * arrows, Tab, digits) reaches none of them. It sits in front of everything, so that no handler has to ask and none
 * can forget to; `input-method.test.ts` holds that nothing gets in before it.
 */

/** From the end of a composition to the key press that ended it, where the two come in this order (Safari). */
const SAME_PRESS_MS = 15;
/** What browsers give for a key that an input method has taken. */
const TAKEN = 229;

interface Press {
  isComposing: boolean;
  keyCode: number;
  /** ms on any steady clock. */
  timeStamp: number;
}

export class InputMethodKeys {
  #endedAt: number | null = null;
  #lastTaken = false;

  /** Whether a key press belongs to the input method. Asked once for each. */
  takes(press: Press): boolean {
    const taken = press.isComposing || press.keyCode === TAKEN || this.#endedComposition(press);
    this.#endedAt = null;
    this.#lastTaken = taken;
    return taken;
  }

  /** The character of the key press that was asked about last. */
  takesCharacter(): boolean {
    return this.#lastTaken;
  }

  compositionEnded(timeStamp: number): void {
    // A press that was taken before ended it. What follows at once is another: Korean methods commit and pass it on.
    this.#endedAt = this.#lastTaken ? null : timeStamp;
    this.#lastTaken = false;
  }

  /** Keys went up: what comes now is a press of its own. */
  released(): void {
    this.#endedAt = null;
    this.#lastTaken = false;
  }

  #endedComposition({ timeStamp }: Press): boolean {
    return this.#endedAt !== null && timeStamp - this.#endedAt <= SAME_PRESS_MS;
  }
}

/** Before anything listens for keys. */
export function guardKeys(target: Window): void {
  const keys = new InputMethodKeys();
  const listen = <K extends keyof WindowEventMap>(type: K, take: (event: WindowEventMap[K]) => void): void =>
    target.addEventListener(type, take, { capture: true });
  listen('keydown', (event) => {
    if (!keys.takes(event)) return;
    event.stopImmediatePropagation();
    // A search field is emptied by it, also by one that only puts the candidates away.
    if (event.key === 'Escape') event.preventDefault();
  });
  listen('keypress', (event) => {
    if (!keys.takesCharacter()) return;
    // Enter would send the form, Space press the button.
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  listen('compositionend', (event) => keys.compositionEnded(event.timeStamp));
  listen('keyup', () => keys.released());
}
