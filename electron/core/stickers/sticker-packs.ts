/**
 * Packs of stickers (docs/sticker-packs.md): which the account has and what is in them is the server's business; what
 * it said last is kept, with the bytes that were looked at, so that a pack works without it. Nothing here is content of
 * a message.
 */
import { reasonOf } from '../../../shared/errors.ts';
import { MAX_STICKER_BYTES } from '../../../shared/ipc/contract/limits.ts';
import type { OfferedPack, PackView } from '../../../shared/ipc/contract/packs.ts';
import type { StickerArt, StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PacksOf } from '../account-store/packs.ts';
import type { BusinessApi } from '../api/business-api.ts';
import type { Log } from '../api/http.ts';
import type { WholePack } from '../api/pack-calls.ts';
import { PackFiles } from './pack-files.ts';
import { artOf, NO_ART } from './sticker-art.ts';

const TIMEOUT_MS = 20_000;
/** Downloads at once: a panel that is scrolled through wants all it shows. */
const AT_ONCE = 6;

export interface StickerPackParts {
  accountDir: string;
  api: Pick<
    BusinessApi,
    | 'addPack'
    | 'downloadFile'
    | 'orderPacks'
    | 'pack'
    | 'packs'
    | 'packStore'
    | 'removePack'
    | 'searchStickers'
  >;
  store: { readOnly: boolean; packs: PacksOf };
  log: Log;
  maxBytes?: number;
}

const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : '');
const NONE = { offered: false, stored: false, packs: [] };

export class StickerPacks {
  readonly #parts: StickerPackParts;
  readonly #files: PackFiles;
  /** Paths of what is in own packs; null = to be read from the store. */
  #own: ReadonlySet<string> | null = null;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(parts: StickerPackParts) {
    this.#parts = parts;
    this.#files = new PackFiles(parts.accountDir, parts.maxBytes);
  }

  get usage(): { files: number; bytes: number } {
    return this.#files.usage;
  }

  async list(): Promise<{ offered: boolean; packs: PackView[]; stored: boolean }> {
    const { api, log, store } = this.#parts;
    try {
      const packs = await api.packs();
      this.#keep(() => store.packs.keep(packs));
      this.#files.keepOnly(this.#paths());
      return { offered: true, packs, stored: false };
    } catch (error) {
      if (codeOf(error) === 'notCompatible') {
        log('info', `no packs of stickers: ${reasonOf(error)}`);
        return NONE;
      }
      const packs = codeOf(error) === 'network' ? store.packs.list() : [];
      if (packs.length === 0) throw error;
      return { offered: true, packs, stored: true };
    }
  }

  /** Also of one that is not the account's. */
  async whole(category: string): Promise<WholePack> {
    const { api, store } = this.#parts;
    try {
      const whole = await api.pack(category);
      if (store.packs.list().some((pack) => pack.category === category))
        this.#keep(() => store.packs.keepWhole(whole.pack, whole.stickers));
      return whole;
    } catch (error) {
      const stored = codeOf(error) === 'network' ? store.packs.whole(category) : null;
      if (!stored) throw error;
      return { pack: { ...stored.pack, added: true }, stickers: stored.stickers };
    }
  }

  async store(page: number): Promise<{ offered: boolean; packs: OfferedPack[]; more: boolean }> {
    try {
      return { offered: true, ...(await this.#parts.api.packStore(page)) };
    } catch (error) {
      if (codeOf(error) === 'notCompatible') return { offered: false, packs: [], more: false };
      throw error;
    }
  }

  search(keyword: string, page: number): Promise<{ stickers: StickerView[]; more: boolean }> {
    return this.#parts.api.searchStickers(keyword, page);
  }

  add(category: string): Promise<void> {
    return this.#parts.api.addPack(category);
  }

  async remove(category: string): Promise<void> {
    const { api, store } = this.#parts;
    await api.removePack(category);
    this.#keep(() => store.packs.keep(store.packs.list().filter((pack) => pack.category !== category)));
    this.#files.keepOnly(this.#paths());
  }

  async order(categories: readonly string[]): Promise<void> {
    const { api, store } = this.#parts;
    await api.orderPacks(categories);
    const place = new Map(categories.map((category, at) => [category, at]));
    const of = ({ category }: PackView): number => place.get(category) ?? categories.length;
    this.#keep(() => store.packs.keep(store.packs.list().toSorted((a, b) => of(a) - of(b))));
  }

  /** What is shown of the file at this path of the own server. What is in own packs is kept. */
  async art(path: string): Promise<StickerArt> {
    const { log, store } = this.#parts;
    const here = await this.#files.read(path);
    if (here) {
      const art = await artOf(here, log);
      if (art !== NO_ART) return art;
      // (Only what is some was kept: the file is damaged.)
      this.#files.drop(path);
    }
    const bytes = await this.#inTurn(() => this.#download(path));
    if (!bytes) return NO_ART;
    const art = await artOf(bytes, log);
    if (art === NO_ART || store.readOnly || !this.#paths().has(path)) return art;
    await this.#files
      .keep(path, bytes)
      .catch((error: unknown) => log('info', `stickers: ${reasonOf(error)}`));
    return art;
  }

  /** Erases what is kept; it is asked for again when it is looked at. */
  clear(): { files: number; bytes: number } {
    return this.#files.clear();
  }

  #keep(write: () => void): void {
    write();
    this.#own = null;
  }

  #paths(): ReadonlySet<string> {
    this.#own ??= new Set(this.#parts.store.packs.paths());
    return this.#own;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((next) => this.#waiting.push(next));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #download(path: string): Promise<Uint8Array | null> {
    const { api, log } = this.#parts;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const chunks: Uint8Array[] = [];
    try {
      const wanted = { url: path, offset: 0, validator: null, maxBytes: MAX_STICKER_BYTES, signal };
      const { body } = await api.downloadFile(wanted);
      for await (const chunk of body) chunks.push(chunk);
      return Buffer.concat(chunks);
    } catch {
      log('info', 'the file of a sticker could not be had');
      return null;
    }
  }
}
