/**
 * What was asked of the app from outside, until its page takes it: links (cold start, a second start, macOS'
 * `open-url`) and tasks of the system's list. Only the newest one waits: whoever floods the app asks one question.
 */
import { type Asked, isLink, parseLink } from '../../../shared/deep-link.ts';
import { parseLaunchOptions } from '../settings/launch-options.ts';

export interface AskedOptions {
  /** There is something to take. */
  tell: () => void;
  log: (level: 'info' | 'warn', message: string) => void;
}

export class AskedFor {
  readonly #options: AskedOptions;
  #waiting: Asked | null = null;
  #isReady = false;

  constructor(options: AskedOptions) {
    this.#options = options;
  }

  /** There can be a page now: what came before it is told of. */
  ready(): void {
    this.#isReady = true;
    if (this.#waiting !== null) this.#options.tell();
  }

  /** Of a start, this one or a second one: the first link in it, else its `--open`. */
  start(argv: readonly string[]): void {
    const link = argv.slice(1).find(isLink);
    if (link !== undefined) {
      this.link(link);
      return;
    }
    const { open } = parseLaunchOptions(argv, (message) => this.#options.log('warn', message));
    if (open !== null) this.#ask({ kind: 'place', to: open });
  }

  link(text: string): void {
    const link = parseLink(text);
    // Never the link itself: it may name somebody, or hold what somebody hoped we would take.
    if (link.kind === 'bad') this.#options.log('warn', `bad link: ${link.why}`);
    else this.#options.log('info', `link: ${link.kind}`);
    this.#ask(link);
  }

  /** Once. */
  take(): Asked | null {
    const asked = this.#waiting;
    this.#waiting = null;
    return asked;
  }

  #ask(asked: Asked): void {
    this.#waiting = asked;
    if (this.#isReady) this.#options.tell();
  }
}
