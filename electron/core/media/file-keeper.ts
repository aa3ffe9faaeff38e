/**
 * The files on disk follow the databases: what these gave up is erased, a staged file whose message was sent becomes a
 * cached one, and the least recently used go when there are too many.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Log } from '../api/http.ts';
import type { Addresses } from './addresses.ts';
import type { MediaFolders } from './media-folders.ts';
import type { MediaFile } from '../store/tables/media-table.ts';
import type { MediaStore } from './media-store.ts';

/** Files erased before other work gets its turn. */
const ERASED_AT_ONCE = 100;
/** Given up for one new file; what is still too much goes in the background. */
const SHRUNK_AT_ONCE = 200;

export interface FileKeeperParts {
  folders: MediaFolders;
  store: MediaStore;
  addresses: Addresses;
  /** Size at which the least recently used cached files go, of favourites not counted; 0 = none. */
  cacheBytes: () => number;
  /** The film that was opened last, which may be watched: it does not go for the others; null = none. */
  opened: () => Pick<MediaFile, 'file' | 'bytes'> | null;
  /** It is being downloaded: what its message gave up (its chat left the list) still comes. */
  isComing: (file: string) => boolean;
  /** `eraseGone` has something to do. */
  onGone: () => void;
  log: Log;
}

/** Names of files that belong to no row of the databases yet. */
export interface FilesInUse {
  downloads: readonly string[];
  staged: readonly string[];
}

export class FileKeeper {
  readonly #parts: FileKeeperParts;

  constructor(parts: FileKeeperParts) {
    this.#parts = parts;
  }

  /** Erases what the triggers of the databases gave up. True when some are left for the next turn. */
  eraseGone(): boolean {
    const { addresses, isComing, log, store } = this.#parts;
    const gone = store.media.erased();
    if (gone.media.length + gone.attachments.length === 0) return false;
    const media = gone.media.slice(0, ERASED_AT_ONCE);
    const attachments = gone.attachments.slice(0, ERASED_AT_ONCE);
    addresses.voidFiles(new Set(gone.media));
    const done = {
      media: media.filter((name) => isComing(name) || this.#tryErase(name)),
      attachments: attachments.filter((name) => this.#tryEndStaged(name)),
    };
    if (!store.readOnly) store.media.forgetErased(done);
    const failed = media.length + attachments.length - done.media.length - done.attachments.length;
    if (failed > 0) log('warn', `media: ${failed} files could not be erased yet`);
    return failed === 0 && (gone.media.length > media.length || gone.attachments.length > attachments.length);
  }

  /** Gives files up without a change of their messages. */
  drop(files: readonly string[]): void {
    this.#parts.store.media.drop(files);
    this.#parts.onGone();
  }

  /** Gives up all that may go, or what a chat has of it; returns what went. */
  clear(channel?: ChannelRef): { files: number; bytes: number } {
    const { media } = this.#parts.store;
    const all = media.mayGo({ limit: Number.MAX_SAFE_INTEGER, ...(channel ? { channel } : {}) });
    media.drop(all.map(({ file }) => file));
    return { files: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Gives the least recently used files up until the others fit; `newest` stays. */
  shrink(newest: string): void {
    const surplus = this.surplus(SHRUNK_AT_ONCE).filter(({ file }) => file !== newest);
    if (surplus.length > 0) this.drop(surplus.map(({ file }) => file));
  }

  /** What has to go for the others to fit, the least recently used first; at most so many at once. */
  surplus(limit: number): MediaFile[] {
    const { cacheBytes, opened, store } = this.#parts;
    const most = cacheBytes();
    const kept = opened();
    // (What is kept as a favourite, or is watched, is not for the others to make room for.)
    let over = most === 0 ? 0 : store.media.bytesThatMayGo() - (kept?.bytes ?? 0) - most;
    if (over <= 0) return [];
    return store.media.mayGo({ limit }).filter(({ bytes, file }) => {
      const goes = over > 0 && file !== kept?.file;
      if (goes) over -= bytes;
      return goes;
    });
  }

  /** Erases every file that belongs to nothing; returns how many there were. */
  sweep({ downloads, staged }: FilesInUse): number {
    const { folders, store } = this.#parts;
    if (store.readOnly) return 0;
    const { media, attachments } = store.media.erased();
    while (this.eraseGone());
    const strays = folders.strays({
      media: new Set([
        ...store.media.all().flatMap(({ file }) => [file, `${file}.open`]),
        ...store.media.leftParts().map(({ file }) => `${file}.part`),
        ...downloads.flatMap((file) => [file, `${file}.part`]),
      ]),
      staged: new Set([...store.outbox.attachmentFiles(), ...staged]),
    });
    for (const path of strays) folders.eraseStray(path);
    return media.length + attachments.length + strays.length;
  }

  #tryErase(name: string): boolean {
    try {
      this.#parts.folders.eraseCached(name);
      return true;
    } catch {
      return false;
    }
  }

  #tryEndStaged(name: string): boolean {
    try {
      this.#endStaged(name);
      return true;
    } catch {
      return false;
    }
  }

  /** The job of a staged file is over: its message was stored and keeps the file, or it is erased. */
  #endStaged(name: string): void {
    const { addresses, folders, store } = this.#parts;
    const kept = store.media.all().find(({ file }) => file === name);
    if (!kept) {
      addresses.voidFiles(new Set([name]));
      folders.eraseStaged(name);
    } else if (folders.adopt(name)) {
      addresses.moved(name, folders.cached(name), kept.mime);
      this.shrink(name);
    } else {
      this.drop([name]);
    }
  }
}
