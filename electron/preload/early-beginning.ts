/**
 * What the main page begins with (`shell.begin`), asked for before its program is read: the answer is on its way while
 * that is loaded and compiled. What the main process says meanwhile is kept and told in order, behind the answer and
 * before the page draws: a recall of that moment reaches the first drawing.
 */
import type { EventName, Events } from '../../shared/ipc/contract/events.ts';

type Listener = (payload: never) => void;

/** The part of `ipcRenderer` that is used. */
export interface Ipc {
  invoke: (channel: string, ...args: unknown[]) => Promise<unknown>;
  on: (event: string, listener: (event: unknown, payload: unknown) => void) => unknown;
  removeListener: (event: string, listener: (event: unknown, payload: unknown) => void) => unknown;
}

interface Said {
  event: EventName;
  payload: Events[EventName];
}

const BEGIN = 'shell.begin';

export class EarlyBeginning {
  readonly #ipc: Ipc;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #keepers = new Map<EventName, (event: unknown, payload: unknown) => void>();
  /** null = taken, or never asked. */
  #answer: Promise<unknown> | null = null;
  /** null = nothing is held back (any more). */
  #said: Said[] | null = null;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  /** Asks, and keeps what of these events comes until the page has taken the answer. */
  ask(events: ReadonlySet<string>): void {
    const said: Said[] = [];
    this.#said = said;
    for (const event of events as ReadonlySet<EventName>) {
      const keep = (_event: unknown, payload: unknown): void =>
        void said.push({ event, payload: payload as Said['payload'] });
      this.#keepers.set(event, keep);
      this.#ipc.on(event, keep);
    }
    this.#answer = this.#ipc.invoke(BEGIN);
    // Nobody may ever take it.
    this.#answer.catch(() => undefined);
  }

  /** The first call of this channel, for no account that would be named; null = it has to be asked. */
  take(channel: string, account: string | null | undefined): Promise<unknown> | null {
    const answer = channel === BEGIN && (account ?? null) === null ? this.#answer : null;
    if (answer === null) return null;
    this.#answer = null;
    // An answer that is there reaches the page before this: by promises alone. Its drawing is a task behind it.
    const { port1, port2 } = new MessageChannel();
    const tell = (): void => {
      port1.close();
      this.#tell();
    };
    port1.addEventListener('message', tell, { once: true });
    port1.start();
    port2.postMessage(null);
    // Refused before the page was known as the app's own: asked again, by the page now.
    return answer.catch(() => this.#ipc.invoke(BEGIN));
  }

  /** false = what is said is kept, and told later. */
  get isLive(): boolean {
    return this.#said === null;
  }

  follow(event: EventName, listener: Listener): void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
  }

  unfollow(event: EventName, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  #tell(): void {
    for (const [event, keep] of this.#keepers) this.#ipc.removeListener(event, keep);
    this.#keepers.clear();
    const said = this.#said ?? [];
    this.#said = null;
    for (const { event, payload } of said) {
      for (const listener of this.#listeners.get(event) ?? []) {
        try {
          listener(payload as never);
        } catch (error) {
          reportError(error);
        }
      }
    }
  }
}
