/**
 * What the user picked to send, piece by piece from the page into a file of its own, complete and on disk before a
 * message is made of it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { channelKey, type ChannelRef, type DraftFileKind } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Attachment } from '../store/jobs.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../../../shared/pictures/film-type.ts';
import { type ImageType, imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { objectExtension } from './file-kind.ts';
import { type MediaFolders, readHead, storingError } from './media-folders.ts';
import { readPictureHeader } from './picture-file.ts';

/** More than a composer can hold; what is begun and forgotten must not fill the disk. */
const MAX_STAGED = 60;

interface Staged {
  id: string;
  channel: ChannelRef;
  name: string;
  size: number;
  received: number;
  /** Open until complete. */
  handle: FileHandle | null;
  busy: boolean;
  discarded: boolean;
}

/** A complete staged file. */
export interface StagedFile {
  attachment: Attachment;
  /** As the user's computer named it. */
  name: string;
}

export class Staging {
  readonly #folders: MediaFolders;
  readonly #staged = new Map<string, Staged>();

  constructor(folders: MediaFolders) {
    this.#folders = folders;
  }

  /** Names of files that are not part of a message yet. */
  get files(): string[] {
    return [...this.#staged.keys()];
  }

  async begin(about: { channel: ChannelRef; name: string; size: number }): Promise<string> {
    if (this.#staged.size >= MAX_STAGED)
      throw new CodedError('invalidState', `more than ${MAX_STAGED} files wait to be sent`);
    const id = this.#folders.newName();
    const staged: Staged = { ...about, id, received: 0, handle: null, busy: true, discarded: false };
    this.#staged.set(id, staged);
    try {
      this.#folders.create();
      staged.handle = await open(this.#folders.staged(id), 'wx', 0o600);
    } catch (error) {
      this.#staged.delete(id);
      throw storingError(error, 'readOnly');
    }
    staged.busy = false;
    if (staged.discarded) await this.#remove(staged);
    return id;
  }

  async append(id: string, offset: number, bytes: Uint8Array): Promise<number> {
    const staged = this.#find(id);
    if (staged.busy || offset !== staged.received)
      throw new CodedError('invalidState', `offset: ${staged.received} bytes were received so far`, 'offset');
    if (staged.handle === null || offset + bytes.length > staged.size)
      throw new CodedError('badArgument', `bytes: the file was announced with ${staged.size} bytes`, 'bytes');
    staged.busy = true;
    try {
      for (let written = 0; written < bytes.length;) {
        const result = await staged.handle.write(bytes, written, bytes.length - written, offset + written);
        written += result.bytesWritten;
      }
      if (offset + bytes.length === staged.size) {
        await staged.handle.sync();
        await staged.handle.close();
        staged.handle = null;
        this.#folders.syncStaged();
      }
      staged.received += bytes.length;
    } catch (error) {
      // It cannot be completed any more; the user sees an error and may try again.
      await this.#remove(staged);
      throw storingError(error, 'readOnly');
    } finally {
      staged.busy = false;
    }
    if (staged.discarded) {
      await this.#remove(staged);
      throw new CodedError('notFound', 'this file was discarded', 'id');
    }
    return staged.received;
  }

  async discard(id: string): Promise<void> {
    const staged = this.#staged.get(id);
    if (!staged) return;
    staged.discarded = true;
    // Whoever is writing removes it afterwards.
    if (!staged.busy) await this.#remove(staged);
  }

  /**
   * What a complete file is; it stays here until `release`. @throws `notFound`, `invalidState` (not complete),
   * `badArgument` (other conversation; said to be an image and is none).
   */
  async describe(
    id: string,
    channel: ChannelRef,
    kind: DraftFileKind,
    coverId?: string,
  ): Promise<StagedFile> {
    const staged = this.#complete(id, channel);
    const { name, size } = staged;
    if (kind === 'video') return { name, attachment: await this.#film(staged, channel, coverId) };
    const image = await this.#image(id, kind);
    return {
      name,
      attachment: {
        file: id,
        mime: kind === 'image' ? (image?.mime ?? '') : '',
        size,
        extension: objectExtension(name, image),
      },
    };
  }

  /** With its cover, which is staged as well. */
  async #film({ id, size }: Staged, channel: ChannelRef, coverId = ''): Promise<Attachment> {
    const film = filmTypeOf(await readHead(this.#folders.staged(id), FILM_HEAD_BYTES));
    if (!film || film.mime === '')
      throw new CodedError('badArgument', 'items: this file is no video that can be played', 'attachmentId');
    const { attachment: cover } = await this.describe(coverId, channel, 'image');
    return { file: id, mime: film.mime, size, extension: film.extension, cover };
  }

  /** A message has the file now. */
  release({ file, cover }: Attachment): void {
    this.#staged.delete(file);
    if (cover) this.release(cover);
  }

  #complete(id: string, channel: ChannelRef): Staged {
    const staged = this.#find(id);
    if (channelKey(staged.channel) !== channelKey(channel))
      throw new CodedError(
        'badArgument',
        'items: this file was picked for another conversation',
        'attachmentId',
      );
    if (staged.handle !== null || staged.received !== staged.size)
      throw new CodedError('invalidState', 'items: this file is not complete yet', 'attachmentId');
    return staged;
  }

  async #image(id: string, kind: 'image' | 'file'): Promise<ImageType | null> {
    const image = imageTypeOf(await readHead(this.#folders.staged(id)));
    if (kind === 'image' && !image)
      throw new CodedError('badArgument', 'items: this file is no image', 'attachmentId');
    if (kind === 'image' && (await readPictureHeader(this.#folders.staged(id)))?.showable !== true)
      throw new CodedError('badArgument', 'items: this image is too large to be shown', 'attachmentId');
    return image;
  }

  /** Whoever began them is gone. */
  async abandon(): Promise<void> {
    await Promise.allSettled([...this.#staged.keys()].map((id) => this.discard(id)));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#staged.values()].map((staged) => this.#remove(staged)));
  }

  #find(id: string): Staged {
    const staged = this.#staged.get(id);
    if (!staged || staged.discarded) throw unknown();
    return staged;
  }

  async #remove(staged: Staged): Promise<void> {
    this.#staged.delete(staged.id);
    const { handle } = staged;
    staged.handle = null;
    await handle?.close().catch(() => undefined);
    this.#folders.eraseStaged(staged.id);
  }
}

const unknown = (): CodedError => new CodedError('notFound', 'this file is not known here (any more)', 'id');
