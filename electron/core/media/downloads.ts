/**
 * Downloads of cached files: one per message however often it is asked for, a few at a time, tried again from where
 * they broke off. What is not complete is never visible: it has its own name until every byte is there and the message
 * still wants it.
 */
import { open } from 'node:fs/promises';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { MediaKind } from '../../../shared/media-rules.ts';
import type { TransferReason, TransferView } from '../../../shared/transfer.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { MediaFile } from '../store/tables/media-table.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../../../shared/pictures/film-type.ts';
import { imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { DownloadLanes, type SlowLimits } from './download-lanes.ts';
import { isDiskFull, type MediaFolders, readHead, storingError } from './media-folders.ts';
import { Stopped } from './stopped.ts';
import { transferId } from './transfers.ts';

/** A picture is shown, not worked with: more is a mistake or an attack. */
export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;
/** An hour as phones record it is half of it. */
export const MAX_VOICE_BYTES = 10 * 1024 * 1024;
/** It goes from the network to the disk and from there in pieces: never is it in memory. */
export const MAX_VIDEO_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_BYTES: Readonly<Record<Wanted['kind'], number>> = {
  image: MAX_IMAGE_BYTES,
  file: MAX_FILE_BYTES,
  voice: MAX_VOICE_BYTES,
  video: MAX_VIDEO_BYTES,
  cover: MAX_IMAGE_BYTES,
};
export const mostBytes = (kind: Wanted['kind']): number => MAX_BYTES[kind];
/** Broken off downloads that may go on later. */
const MAX_PARTS = 20;

export interface Wanted {
  channel: ChannelRef;
  key: string;
  /** `cover`: the picture of a video, which is loaded beside it. */
  kind: MediaKind;
  url: string;
  /** Whose host it is at; null = the account's own server or its store. */
  host: string | null;
}

interface Limited extends Wanted {
  /** Bytes. */
  atMost: number;
}

export interface DownloadParts {
  folders: MediaFolders;
  download: (request: DownloadRequest) => Promise<DownloadAnswer>;
  /** Takes the complete file in; false when the message no longer wants it. */
  keep: (wanted: Wanted, file: MediaFile) => boolean;
  report: (view: TransferView) => void;
  /** Pauses before the second, third … try. */
  retryDelaysMs: readonly number[];
  slow?: SlowLimits | undefined;
}

/** Bytes that came before a connection broke. */
interface Part {
  file: string;
  url: string;
  bytes: number;
  validator: string | null;
}

interface Running {
  wanted: Wanted;
  /** Bytes. */
  atMost: number;
  stop: AbortController;
  part: Part;
  result: Promise<MediaFile>;
}

export class Downloads {
  readonly #parts: DownloadParts;
  readonly #running = new Map<string, Running>();
  readonly #brokenOff = new Map<string, { wanted: Wanted; part: Part }>();
  readonly #lanes: DownloadLanes;
  #closed = false;

  constructor(parts: DownloadParts) {
    this.#parts = parts;
    this.#lanes = new DownloadLanes(parts.slow);
  }

  /**
   * The file in the cache. Rejects with `TransferError`, `Stopped` or `CodedError`; `tooLarge` if it has more than
   * `atMost` bytes and nobody else asks for more.
   */
  get(wanted: Wanted, atMost: number = Number.POSITIVE_INFINITY): Promise<MediaFile> {
    if (this.#closed) return Promise.reject(new Stopped('closing'));
    const id = idOf(wanted);
    const running = this.#running.get(id);
    if (running && running.atMost >= atMost) return running.result;
    if (running)
      return running.result.catch((error: unknown) => {
        if (isTooLarge(error)) return this.get(wanted, atMost);
        throw error;
      });
    const before = this.#brokenOff.get(id);
    this.#brokenOff.delete(id);
    const part =
      before?.part.url === wanted.url
        ? before.part
        : { file: this.#parts.folders.newName(), url: wanted.url, bytes: 0, validator: null };
    if (before && before.part !== part) this.#erase(before.part);
    const stop = new AbortController();
    const result = this.#run(id, { ...wanted, atMost }, part, stop.signal);
    const entry: Running = { wanted, atMost, stop, part, result };
    this.#running.set(id, entry);
    // Whoever asked hears of it; nobody may have.
    entry.result.catch(() => undefined);
    return entry.result;
  }

  /** False when nothing of it is running. */
  stop(channel: ChannelRef, key: string): boolean {
    const running = this.#running.get(transferId(channel, key));
    running?.stop.abort(new Stopped('user'));
    return running !== undefined;
  }

  /** Stops and erases what no longer `isWanted`. */
  dropUnwanted(isWanted: (wanted: Wanted) => boolean): void {
    for (const { wanted, stop } of this.#running.values()) {
      if (!stop.signal.aborted && !isWanted(wanted)) stop.abort(new Stopped('gone'));
    }
    for (const [id, { wanted, part }] of this.#brokenOff) {
      if (isWanted(wanted)) continue;
      this.#brokenOff.delete(id);
      this.#erase(part);
    }
  }

  /** Names in use on disk. */
  get files(): string[] {
    return [
      ...[...this.#running.values()].map(({ part }) => part.file),
      ...[...this.#brokenOff.values()].map(({ part }) => part.file),
    ];
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort(new Stopped('closing'));
    await Promise.allSettled(running.map(({ result }) => result));
    for (const { part } of this.#brokenOff.values()) this.#erase(part);
    this.#brokenOff.clear();
  }

  async #run(id: string, wanted: Limited, part: Part, signal: AbortSignal): Promise<MediaFile> {
    const report = (
      state: TransferView['state'],
      totalBytes: number | null,
      reason: TransferReason | null = null,
    ): void => {
      const { channel, key, kind } = wanted;
      // One transfer a message: a cover is nothing that somebody waits for.
      if (kind === 'cover') return;
      this.#parts.report({
        channel,
        key,
        direction: 'download',
        state,
        doneBytes: part.bytes,
        totalBytes,
        reason,
      });
    };
    // The map of running ones has to know this one first.
    await Promise.resolve();
    try {
      report('waiting', null);
      await this.#lanes.run(
        wanted.host,
        signal,
        () => part.bytes,
        (inPlace) => this.#fetchAll(wanted, part, inPlace, report),
      );
      const file = await this.#finish(wanted, part, signal);
      report('done', part.bytes);
      return file;
    } catch (error) {
      throw this.#failed(id, wanted, part, error, report);
    } finally {
      this.#running.delete(id);
    }
  }

  #failed(
    id: string,
    wanted: Limited,
    part: Part,
    error: unknown,
    report: (state: TransferView['state'], total: number | null, reason?: TransferReason | null) => void,
  ): unknown {
    const resumable = error instanceof TransferError && error.reason === 'network' && part.bytes > 0;
    if (resumable && this.#brokenOff.size < MAX_PARTS) this.#brokenOff.set(id, { wanted, part });
    else this.#erase(part);
    if (error instanceof Stopped) report('cancelled', null, error.why === 'gone' ? 'recalled' : null);
    // Nobody has asked for it, and nobody is told.
    else if (isTooLarge(error) && Number.isFinite(wanted.atMost)) report('cancelled', null);
    else if (error instanceof TransferError) report('failed', null, error.reason);
    else report('failed', null, isDiskFull(error) ? 'diskFull' : 'refused');
    return storingError(error, 'refused');
  }

  /** Tries again after a broken connection; every byte that came counts. */
  async #fetchAll(
    wanted: Limited,
    part: Part,
    signal: AbortSignal,
    report: (state: TransferView['state'], total: number | null) => void,
  ): Promise<void> {
    const { retryDelaysMs } = this.#parts;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#fetchOnce(wanted, part, signal, report);
        return;
      } catch (error) {
        signal.throwIfAborted();
        const delay = retryDelaysMs[attempt];
        if (!(error instanceof TransferError) || error.reason !== 'network' || delay === undefined)
          throw error;
        await pause(delay, signal);
      }
    }
  }

  async #fetchOnce(
    wanted: Limited,
    part: Part,
    signal: AbortSignal,
    report: (state: TransferView['state'], total: number | null) => void,
  ): Promise<void> {
    const { folders, download } = this.#parts;
    folders.create();
    const answer = await download({
      url: wanted.url,
      offset: part.bytes,
      validator: part.validator,
      maxBytes: Math.min(wanted.atMost, mostBytes(wanted.kind)),
      signal,
    });
    await using file = await open(folders.part(part.file), answer.start === 0 ? 'w' : 'r+', 0o600);
    part.bytes = answer.start;
    part.validator = answer.validator;
    report('running', answer.totalBytes);
    for await (const chunk of answer.body) {
      signal.throwIfAborted();
      for (let written = 0; written < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.length - written, part.bytes);
        written += bytesWritten;
        part.bytes += bytesWritten;
      }
      report('running', answer.totalBytes);
    }
    signal.throwIfAborted();
  }

  async #finish(wanted: Wanted, part: Part, signal: AbortSignal): Promise<MediaFile> {
    const { folders, keep } = this.#parts;
    const head = await readHead(folders.part(part.file), FILM_HEAD_BYTES);
    signal.throwIfAborted();
    const file: MediaFile = {
      file: part.file,
      // What cannot be shown is a file: it can be saved.
      mime: shownType(wanted.kind, head),
      bytes: part.bytes,
    };
    folders.finishPart(part.file);
    // The store decides in one transaction: a recall of this moment wins.
    if (!keep(wanted, file)) throw new Stopped('gone');
    return file;
  }

  #erase(part: Part): void {
    try {
      this.#parts.folders.eraseCached(part.file);
    } catch {
      // Held by the system: the sweep at the next start takes it.
    }
  }
}

/** A stop by the user ends the transfer of the message, which a cover is not. */
const idOf = ({ channel, key, kind }: Wanted): string =>
  kind === 'cover' ? `cover ${transferId(channel, key)}` : transferId(channel, key);

function shownType(kind: Wanted['kind'], head: Uint8Array): string {
  if (kind === 'image' || kind === 'cover') return imageTypeOf(head)?.mime ?? '';
  return kind === 'video' ? (filmTypeOf(head)?.mime ?? '') : '';
}

export const isTooLarge = (error: unknown): boolean =>
  error instanceof TransferError && error.reason === 'tooLarge';

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const aborted = (): void => {
    clearTimeout(timer);
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', aborted, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', aborted));
}
