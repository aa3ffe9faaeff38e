/**
 * What the first page asks for, read while Chromium is still starting: index.html and the files it names. When the page
 * asks, the disk's threads are busy with the account's databases.
 */

/** One file of the page. */
export interface PageFile {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

/** `read` gives the file of an address of the page, or null where there is none. */
export type ReadPageFile = (url: string) => Promise<PageFile | null>;

/** As Vite writes them. */
const NAMED = /(?:src|href)="\.\/(assets\/[\w.-]+)"/g;
/** A page that asks later than this reads from the disk: seven hundred kilobytes are not kept for it. */
const KEPT_MS = 30_000;

export class FirstFiles {
  readonly #files = new Map<string, Promise<PageFile | null>>();

  /** `page`: its address; the files it names lie below the same folder. */
  constructor(page: string, read: ReadPageFile) {
    const begin = (url: string): Promise<PageFile | null> => {
      const file = read(url).catch(() => null);
      this.#files.set(url, file);
      return file;
    };
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    const beginNamed = async (): Promise<void> => {
      const html = await begin(page);
      const names = html === null ? [] : Buffer.from(html.bytes).toString('utf8').matchAll(NAMED);
      for (const [, name = ''] of names) void begin(`${folder}${name}`);
    };
    void beginNamed();
    setTimeout(() => this.#files.clear(), KEPT_MS).unref();
  }

  /** Each is given once: the next page reads it anew. null: it was not read ahead. */
  take(url: string): Promise<PageFile | null> | null {
    const file = this.#files.get(url) ?? null;
    this.#files.delete(url);
    return file;
  }
}
