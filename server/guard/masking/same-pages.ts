/**
 * Pages that were just looked at: when a group's members come back at once, many read the same bytes in one second.
 * What the rows of such a page were is not told again. It holds as long as what was known of them holds: what says
 * that something was not recalled is believed for a moment, and any recall that becomes known ends all of it.
 */

/** Pages that are remembered, and bytes of all of them with their masked forms. */
const MOST_PAGES = 64;
const MOST_BYTES = 8 * 1024 * 1024;
/** Pages that came once, of which only this is known; the second time one is kept. */
const MOST_ONCE = 256;
/** With the id of the first row in it; bytes. */
const BEGINNING = 256;
/** So often it is looked for pages that hold no longer, ms: their words are kept for nothing. */
const SWEEP_MS = 1_000;

export interface Looked {
  /** What is sent in its place; the page itself when nothing has to be taken out. */
  result: Buffer;
  /** How many payloads were blanked in it. */
  blanked: number;
}

/** A page that was looked at before. */
export interface Same extends Looked {
  path: string;
  page: Buffer;
  /** What it was judged by holds until then (ms), and as long as no more recalls became known than these. */
  until: number;
  recalls: number;
}

/** What is known of recalls: when it was asked about, and how much became known since. */
export interface Knowledge {
  readonly recalls: number;
  now(): number;
}

export class SamePages {
  /** The newest first. They are told apart by their lengths, which cost nothing, and then by their bytes. */
  #pages: Same[] = [];
  #bytes = 0;
  #once: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Bytes of the pages that are remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Null: it was not looked at, or that holds no longer. */
  looked(path: string, page: Buffer): Same | null {
    const same = this.#find(path, page);
    return same !== undefined && this.holds(same) ? same : null;
  }

  /** Whether what was said of a page is still true. */
  holds({ recalls, until }: Same): boolean {
    return recalls === this.#knowledge.recalls && until > this.#knowledge.now();
  }

  /** `until`: how long what it was judged by is believed, ms. Its memory may be used for something else afterwards. */
  keep(path: string, page: Buffer, { result, blanked }: Looked, until: number): void {
    const { recalls } = this.#knowledge;
    const known = this.#find(path, page);
    if (known !== undefined) {
      this.#bytes -= bytesOf(known);
      Object.assign(known, { result: result === page ? known.page : result, blanked, until, recalls });
      this.#bytes += bytesOf(known);
      return;
    }
    if (!this.#isSecond(path, page)) return;
    const own = Buffer.from(page);
    const same = { path, page: own, result: result === page ? own : result, blanked, until, recalls };
    this.#pages.unshift(same);
    this.#bytes += bytesOf(same);
    this.#timer ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    while (this.#pages.length > MOST_PAGES || this.#bytes > MOST_BYTES) {
      const oldest = this.#pages.pop();
      if (oldest === undefined) break;
      this.#bytes -= bytesOf(oldest);
    }
  }

  /** Forgets pages that hold no longer, of which something may have been recalled. */
  sweep(): void {
    this.#pages = this.#pages.filter((same) => this.holds(same));
    this.#bytes = this.#pages.reduce((sum, same) => sum + bytesOf(same), 0);
    if (this.#pages.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #find(path: string, page: Buffer): Same | undefined {
    for (const same of this.#pages)
      if (same.page.length === page.length && same.path === path && same.page.equals(page)) return same;
    return undefined;
  }

  #isSecond(path: string, page: Buffer): boolean {
    const sign = `${page.length} ${path} ${page.toString('latin1', 0, BEGINNING)}`;
    if (this.#once.includes(sign)) return true;
    if (this.#once.unshift(sign) > MOST_ONCE) this.#once.pop();
    return false;
  }
}

const bytesOf = ({ page, result }: Same): number => page.length + (result === page ? 0 : result.length);
