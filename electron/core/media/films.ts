/** Films of messages: an address for a `<video>`, of what is here or of what is still coming (docs/video.md). */
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Addresses } from './addresses.ts';
import type { Downloads, Wanted } from './downloads.ts';
import type { MediaFolders } from './media-folders.ts';
import type { LocalFile, MessageFiles } from './message-files.ts';

export interface FilmsParts {
  of: MessageFiles;
  folders: MediaFolders;
  addresses: Addresses;
  downloads: Downloads;
  /** Loads it without being asked for as far as the rules do; null = it waits for a click. */
  byItself: (wanted: Wanted) => Promise<LocalFile | null>;
}

export class Films {
  readonly #parts: FilmsParts;
  #opened: { file: string; bytes: number } | null = null;

  constructor(parts: FilmsParts) {
    this.#parts = parts;
  }

  /** The one that was opened last, if it is whole: somebody may be watching it. */
  get opened(): { file: string; bytes: number } | null {
    const { folders } = this.#parts;
    const isHere = this.#opened && folders.sizeOf(folders.cached(this.#opened.file)) !== null;
    return isHere ? this.#opened : null;
  }

  /**
   * An address for a `<video>`, which reads it in pieces; also of what is still being loaded, from a server that gives
   * any part. @throws CodedError as `Media.load`; `refused` with `host` when it lies at another host and nobody `asked`
   * for it, with `format` for what no Chromium plays.
   */
  async address(channel: ChannelRef, key: string, asked: boolean): Promise<{ url: string; bytes: number }> {
    const { addresses, downloads, folders, of } = this.#parts;
    const wanted = this.#wanted(channel, key);
    if (!of.here(wanted)) {
      if (!asked && wanted.host !== null)
        throw new CodedError('refused', 'this video lies at another host', 'host');
      if (wanted.url === '') throw new CodedError('notFound', 'the server has no such file');
      const growing = await downloads.begin(wanted);
      // A recall meanwhile: the address must not come to life.
      of.wantedOf(channel, key);
      if (growing && downloads.isComing(growing.file)) {
        const { file, mime, size } = growing;
        this.#opened = { file, bytes: size };
        return {
          url: addresses.give(channel, key, { file, path: folders.part(file), mime, size }),
          bytes: size,
        };
      }
    }
    const { file, path } = of.stillHere(wanted);
    if (file.mime === '') throw new CodedError('refused', 'this kind of video cannot be played', 'format');
    this.#opened = file;
    return {
      url: addresses.give(channel, key, { file: file.file, path, mime: file.mime }),
      bytes: file.bytes,
    };
  }

  /** Loads a film that was only seen, as far as the rules do that; its address is asked for when it is watched. */
  async seen(channel: ChannelRef, key: string): Promise<{ url: string; bytes: number; held?: true }> {
    const { byItself, of } = this.#parts;
    const wanted = this.#wanted(channel, key);
    const held = { url: '', bytes: 0, held: true } as const;
    if (wanted.host !== null && !of.here(wanted)) return held;
    const local = await byItself(wanted);
    return local ? { url: '', bytes: local.file.bytes } : held;
  }

  /**
   * Up to where the film of this address can be read from that byte on, as soon as that has come; null = it does not,
   * or the address is dead.
   */
  until(token: string, from: number): Promise<number | null> {
    const { addresses, downloads, folders } = this.#parts;
    const file = addresses.fileOf(token);
    if (file === null) return Promise.resolve(null);
    if (downloads.isComing(file)) return downloads.until(file, from);
    const size = folders.sizeOf(folders.cached(file));
    return Promise.resolve(size !== null && from < size ? size : null);
  }

  #wanted(channel: ChannelRef, key: string): Wanted {
    const wanted = this.#parts.of.wantedOf(channel, key);
    if (wanted.kind !== 'video') throw new CodedError('badArgument', 'this message is no video', 'key');
    return wanted;
  }
}
