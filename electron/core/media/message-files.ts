/** What a message has as its files, on this computer or elsewhere, as the store says it at this moment. */
import { entryOfKey } from '../../../shared/content/history-content.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { PictureHeader } from '../../../shared/pictures/picture-size.ts';
import type { MediaFile, MediaPart } from '../store/tables/media-table.ts';
import type { Wanted } from './downloads.ts';
import type { MediaFolders } from './media-folders.ts';
import { type MediaStore, viewOf } from './media-store.ts';
import { fileIn, partOf } from './message-file.ts';
import { readPictureHeader } from './picture-file.ts';
import { Stopped } from './stopped.ts';

/** A file of a message on this computer. */
export interface LocalFile {
  path: string;
  file: MediaFile;
}

export interface MessageFilesParts {
  store: MediaStore;
  folders: MediaFolders;
  /** The host that would learn that a file is loaded; null = the account's own server or its store. */
  foreignHost: (url: string) => string | null;
  /** A file that somebody took away. */
  drop: (files: readonly string[]) => void;
}

export class MessageFiles {
  readonly #parts: MessageFilesParts;

  constructor(parts: MessageFilesParts) {
    this.#parts = parts;
  }

  /** `covered`: also of what burns after reading and is not open. */
  wantedOf(
    channel: ChannelRef,
    key: string,
    { covered = false, part = 'file' }: { covered?: boolean; part?: MediaPart } = {},
  ): Wanted {
    const view = viewOf(this.#parts.store, channel, key, covered);
    if (!view) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
    const { content } = view;
    if (content.kind === 'recalled')
      throw new CodedError('invalidState', 'this message was recalled', 'recalled');
    if (content.kind === 'covered') throw new CodedError('invalidState', 'this message is not open', 'flame');
    const file = fileIn(content, part);
    if (!file) throw new CodedError('badArgument', 'this message has no file', 'key');
    return { channel, key, ...file, host: this.#parts.foreignHost(file.url) };
  }

  isStillWanted({ channel, key, kind, url }: Wanted): boolean {
    const content = viewOf(this.#parts.store, channel, key, true)?.content;
    return content !== undefined && fileIn(content, partOf(kind))?.url === url;
  }

  /**
   * Resolves once a file can be kept for this message, null when that is so already: one that is still being sent and
   * brings none of its own (passed on, a sticker of the panel) has no row yet that could hold one, and a server may
   * take seconds to take it. Rejects with `Stopped` when `signal` ends the wait, or the message goes unsent.
   */
  stored(wanted: Wanted, signal: AbortSignal): Promise<void> | null {
    const { outbox } = this.#parts.store;
    const sent = entryOfKey(wanted.key)?.key ?? wanted.key;
    const isSending = (): boolean => {
      const job = outbox.sendJob(wanted.channel, sent);
      return job !== null && !job.attachment;
    };
    return isSending() ? this.#sent(wanted, isSending, signal) : null;
  }

  async #sent(wanted: Wanted, isSending: () => boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const unsubscribe = this.#parts.store.changes.subscribe(() => {
      if (!isSending()) resolve();
    });
    const end = (): void => reject(new Stopped('closing'));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', end);
    }
    if (!this.isStillWanted(wanted)) throw new Stopped('gone');
  }

  /** The file as it is on this computer, null when it has to be downloaded. `isUsed`: as of `MediaFiles.get`. */
  here({ channel, key, kind }: Wanted, isUsed = true): LocalFile | null {
    const { folders, store } = this.#parts;
    const part = partOf(kind);
    const sending = store.outbox.sendJob(channel, key)?.attachment;
    const attachment = part === 'cover' ? sending?.cover : sending;
    if (attachment) {
      const path = folders.staged(attachment.file);
      if (folders.sizeOf(path) === null) return null;
      return { path, file: { file: attachment.file, mime: attachment.mime, bytes: attachment.size } };
    }
    const file = store.media.get(channel, key, part, isUsed);
    if (!file) return null;
    // Between the commit that adopts a staged file and the step after it.
    for (const path of [folders.cached(file.file), folders.staged(file.file)]) {
      if (folders.sizeOf(path) === file.bytes) return { path, file };
    }
    if (!store.readOnly) this.#parts.drop([file.file]);
    return null;
  }

  /** As its message says; 0 = that says nothing. */
  saidBytes({ channel, key, kind }: Wanted): number {
    const said = viewOf(this.#parts.store, channel, key)?.content;
    return said?.kind === kind && (said.kind === 'file' || said.kind === 'video') ? said.size : 0;
  }

  async pictureHeader(wanted: Wanted, path: string): Promise<PictureHeader | null> {
    try {
      return await readPictureHeader(path);
    } catch {
      // Moved in this moment, or erased.
      const again = this.here(wanted);
      return again ? readPictureHeader(again.path).catch(() => null) : null;
    }
  }

  /** After a wait: recalled meanwhile, its address must not come to life; sent meanwhile, it lies elsewhere. */
  stillHere(before: Wanted): LocalFile {
    const now = this.here(this.wantedOf(before.channel, before.key, { part: partOf(before.kind) }));
    if (!now) throw new CodedError('notFound', 'this file is not on this computer any more');
    return now;
  }
}
