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
import { FILM_HEAD_BYTES } from '../../../shared/pictures/film-type.ts';
import { checkSum, isTooLarge, shownType, sumUp, WrongSum } from './download-checks.ts';
import { DownloadPart, type Growing } from './download-part.ts';
import { LEAST_LEFT_BYTES, type LeftParts, SAVED_EVERY_BYTES } from './left-parts.ts';
import { DownloadLanes, type SlowLimits } from './download-lanes.ts';
import { mostBytes } from './download-limits.ts';
import { isDiskFull, type MediaFolders, readHead, storingError } from './media-folders.ts';
import { partOf } from './message-file.ts';
import { Stopped } from './stopped.ts';
import { transferId } from './transfers.ts';

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
  /** Where a beginning is kept for the next run. */
  left: LeftParts;
  /** Nothing more comes of this file, or all of it lies elsewhere from now on. */
  onEnd: (file: string) => void;
  /** Takes the complete file in; false when the message no longer wants it. */
  keep: (wanted: Wanted, file: MediaFile) => boolean;
  report: (view: TransferView) => void;
  /** Pauses before the second, third … try. */
  retryDelaysMs: readonly number[];
  slow?: SlowLimits | undefined;
}

interface Running {
  wanted: Wanted;
  /** Bytes. */
  atMost: number;
  stop: AbortController;
  part: DownloadPart;
  result: Promise<MediaFile>;
  /** As soon as it can be played while it comes. */
  growing: ReturnType<typeof Promise.withResolvers<Growing>>;
}

/** Who hears of how far it is. */
interface Told {
  report: (state: TransferView['state'], total: number | null) => void;
  growing: Running['growing'];
}

export class Downloads {
  readonly #parts: DownloadParts;
  readonly #running = new Map<string, Running>();
  readonly #brokenOff = new Map<string, { wanted: Wanted; part: DownloadPart }>();
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
    const before = this.#takeBrokenOff(id);
    const left = before ? null : this.#parts.left.of(placeOf(wanted));
    const part =
      before?.part.url === wanted.url
        ? before.part
        : new DownloadPart(left?.file ?? this.#parts.folders.newName(), wanted.url, left);
    if (before && before.part !== part) this.#erase(before.part);
    const stop = new AbortController();
    const growing = Promise.withResolvers<Growing>();
    const result = this.#run(id, { ...wanted, atMost }, part, { signal: stop.signal, growing });
    const entry: Running = { wanted, atMost, stop, part, result, growing };
    this.#running.set(id, entry);
    // Whoever asked hears of it; nobody may have.
    entry.result.catch(() => undefined);
    return entry.result;
  }

  /** null also where its bytes were taken away since: the cache was cleared, its chat left the list. */
  #takeBrokenOff(id: string): { wanted: Wanted; part: DownloadPart } | null {
    const before = this.#brokenOff.get(id);
    if (!before) return null;
    this.#brokenOff.delete(id);
    const { folders } = this.#parts;
    if ((folders.sizeOf(folders.part(before.part.file)) ?? -1) >= before.part.hashed) return before;
    this.#erase(before.part);
    return null;
  }

  /**
   * Begins as `get`; a film is told of as soon as it can be played while it comes, null of what is whole. From a server
   * that gives no parts, and of what is no film, only the whole.
   */
  async begin(wanted: Wanted): Promise<Growing | null> {
    const whole = this.get(wanted).then(() => null);
    const running = this.#running.get(idOf(wanted));
    return running ? Promise.race([whole, running.growing.promise]) : whole;
  }

  /** It is being loaded, and was not stopped. */
  isComing(file: string): boolean {
    return [...this.#running.values()].some(({ part, stop }) => part.file === file && !stop.signal.aborted);
  }

  /** Up to where this file can be read from that byte on, once it can be; null = it does not come (any more). */
  until(file: string, from: number): Promise<number | null> {
    const running = [...this.#running.values()].find(({ part }) => part.file === file);
    return running ? running.part.until(from) : Promise.resolve(null);
  }

  /** False when nothing of it is running. */
  stop(channel: ChannelRef, key: string): boolean {
    const running = this.#running.get(transferId(channel, key));
    running?.stop.abort(new Stopped('user'));
    return running !== undefined;
  }

  /** Stops and erases what no longer `isWanted`. */
  dropUnwanted(isWanted: (wanted: Wanted) => boolean): void {
    for (const { part, wanted, stop } of this.#running.values()) {
      if (stop.signal.aborted || isWanted(wanted)) continue;
      this.#parts.onEnd(part.file);
      stop.abort(new Stopped('gone'));
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
    for (const { part } of this.#brokenOff.values()) if (part.savedTo === 0) this.#erase(part);
    this.#brokenOff.clear();
  }

  async #run(
    id: string,
    wanted: Limited,
    part: DownloadPart,
    { signal, growing }: { signal: AbortSignal; growing: Running['growing'] },
  ): Promise<MediaFile> {
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
    part.isTold = false;
    // The map of running ones has to know this one first.
    await Promise.resolve();
    try {
      report('waiting', null);
      if (part.left) part.restore(await this.#parts.left.checked(part.left, signal));
      await this.#lanes.run(
        wanted.host,
        signal,
        () => part.bytes,
        (inPlace) => this.#fetchAll(wanted, part, inPlace, { report, growing }),
      );
      const file = await this.#finish(wanted, part, signal);
      report('done', part.bytes);
      return file;
    } catch (error) {
      throw this.#failed(id, wanted, part, error, report);
    } finally {
      this.#running.delete(id);
      part.end();
    }
  }

  #failed(
    id: string,
    wanted: Limited,
    part: DownloadPart,
    error: unknown,
    report: (state: TransferView['state'], total: number | null, reason?: TransferReason | null) => void,
  ): unknown {
    this.#parts.onEnd(part.file);
    const isNetwork = error instanceof TransferError && error.reason === 'network';
    const isClosing = error instanceof Stopped && error.why === 'closing';
    // Also what the last run left and this one did not come to.
    const isLeft = (isNetwork || isClosing) && (part.left !== null || this.#save(wanted, part));
    if (isNetwork && part.bytes > 0 && this.#brokenOff.size < MAX_PARTS)
      this.#brokenOff.set(id, { wanted, part });
    else if (!isLeft) this.#erase(part);
    if (error instanceof Stopped) report('cancelled', null, error.why === 'gone' ? 'recalled' : null);
    // Nobody has asked for it, and nobody is told.
    else if (isTooLarge(error) && Number.isFinite(wanted.atMost)) report('cancelled', null);
    else if (error instanceof TransferError) report('failed', null, error.reason);
    else report('failed', null, isDiskFull(error) ? 'diskFull' : 'refused');
    return storingError(error, 'refused');
  }

  /** Tries again after a broken connection; every byte that came counts. */
  async #fetchAll(wanted: Limited, part: DownloadPart, signal: AbortSignal, told: Told): Promise<void> {
    const { retryDelaysMs } = this.#parts;
    let isAgain = false;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#fetchParts(wanted, part, signal, told);
        checkSum(part);
        return;
      } catch (error) {
        signal.throwIfAborted();
        // The whole file, and each time: twice is as good as ever.
        if (error instanceof WrongSum && isAgain) throw error;
        isAgain ||= error instanceof WrongSum;
        const delay = retryDelaysMs[attempt];
        if (!(error instanceof TransferError) || error.reason !== 'network' || delay === undefined)
          throw error;
        await pause(delay, signal);
      }
    }
  }

  /** One request after the other until all of it is here; more than one where a player looked at another place. */
  async #fetchParts(wanted: Limited, part: DownloadPart, signal: AbortSignal, told: Told): Promise<void> {
    for (let from = part.next; from !== null; from = part.next) {
      const before = part.bytes;
      const turn = part.turn();
      try {
        await this.#fetchOnce(wanted, part, from, AbortSignal.any([signal, turn]), told);
      } catch (error) {
        signal.throwIfAborted();
        if (!turn.aborted) throw error;
      }
      if (await sumUp(this.#parts.folders.part(part.file), part, signal)) this.#save(wanted, part);
      if (!turn.aborted && part.next !== null && part.bytes <= before)
        throw new TransferError('network', 'the server sends nothing of what is missing');
    }
  }

  async #fetchOnce(
    wanted: Limited,
    part: DownloadPart,
    from: number,
    signal: AbortSignal,
    { report, growing }: Told,
  ): Promise<void> {
    const { folders, download } = this.#parts;
    folders.create();
    const answer = await download({
      url: wanted.url,
      offset: from,
      validator: part.validator,
      maxBytes: Math.min(wanted.atMost, mostBytes(wanted.kind)),
      signal,
      inParts: wanted.kind === 'video',
    });
    if (!part.begin(from, answer)) throw new TransferError('network', 'the file changed while it came');
    await using file = await open(folders.part(part.file), part.bytes === 0 ? 'w' : 'r+', 0o600);
    report('running', part.size);
    let isNew = true;
    for await (const chunk of answer.body) {
      signal.throwIfAborted();
      for (let written = 0; isNew && written < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.length - written, part.writing);
        written += bytesWritten;
        isNew = part.wrote(chunk.subarray(written - bytesWritten, written));
      }
      const most = part.savedTo === 0 ? LEAST_LEFT_BYTES : SAVED_EVERY_BYTES;
      if (part.hashed - part.savedTo >= most) this.#save(wanted, part);
      report('running', part.size);
      await this.#tellGrowing(wanted, part, growing);
      if (!isNew) return;
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
    part.ended();
  }

  /** (What cannot be written down is no reason to load nothing: the disk may be full for the database alone.) */
  #save(wanted: Wanted, part: DownloadPart): boolean {
    const { left } = this.#parts;
    try {
      const kept = left.save(placeOf(wanted), part);
      if (!kept) return false;
      part.savedTo = part.hashed;
      left.bound((file) => file === part.file || this.files.includes(file));
      return true;
    } catch {
      return false;
    }
  }

  async #tellGrowing(wanted: Wanted, part: DownloadPart, growing: Running['growing']): Promise<void> {
    const { file, inParts, size } = part;
    if (wanted.kind !== 'video' || !inParts || size === null || part.isTold) return;
    if (part.held.endOf(0) < Math.min(size, FILM_HEAD_BYTES)) return;
    part.isTold = true;
    const mime = shownType('video', await readHead(this.#parts.folders.part(file), FILM_HEAD_BYTES));
    if (mime !== '') growing.resolve({ file, mime, size });
  }

  async #finish(wanted: Wanted, part: DownloadPart, signal: AbortSignal): Promise<MediaFile> {
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

  #erase(part: DownloadPart): void {
    try {
      this.#parts.left.forget(part.file);
      this.#parts.folders.eraseCached(part.file);
    } catch {
      // Held by the system: the sweep at the next start takes it.
    }
  }
}

const placeOf = ({ channel, key, kind }: Wanted) => ({ channel, key, part: partOf(kind) });

/** A stop by the user ends the transfer of the message, which a cover is not. */
const idOf = ({ channel, key, kind }: Wanted): string =>
  kind === 'cover' ? `cover ${transferId(channel, key)}` : transferId(channel, key);

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
