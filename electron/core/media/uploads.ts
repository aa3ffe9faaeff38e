/** Uploads of what messages carry: each ends with its message, and nobody hears of an upload that ended too late. */
import { createReadStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { messageKey, type ChannelRef } from '../../../shared/domain.ts';
import type { TransferReason, TransferView } from '../../../shared/transfer.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { UploadRequest } from '../api/file-upload.ts';
import type { Attachment, SendJob } from '../store/jobs.ts';
import type { MediaFolders } from './media-folders.ts';
import type { MediaStore } from './media-store.ts';
import { Stopped } from './stopped.ts';
import { transferId } from './transfers.ts';
import { UploadPace } from './upload-pace.ts';

/** Read from the disk at once. */
const CHUNK_BYTES = 256 * 1024;
const LIMIT_PATIENCE_MS = 1_000;

export interface UploadParts {
  folders: MediaFolders;
  store: Pick<MediaStore, 'outbox'>;
  me: { uid: string };
  upload: (request: UploadRequest) => Promise<string>;
  /** The server may forget an upload that no message names. */
  discard: (url: string) => Promise<void>;
  /** Bytes of the largest file that the server takes; null = it does not say. */
  limit: () => Promise<number | null>;
  report: (view: TransferView) => void;
}

export class Uploads {
  readonly pace = new UploadPace();
  #limitAsked: Promise<void> | null = null;
  readonly #parts: UploadParts;
  /** By `transferId`. */
  readonly #running = new Map<string, { job: SendJob; stop: AbortController }>();

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /**
   * Uploads the attachment of a job and answers the `url` of its payload. Of a video the cover goes first: `onCover`
   * gets its address, and the next try goes on behind it. Both are one transfer for whoever looks on. Rejects with
   * `TransferError`, `Stopped` or `CodedError`.
   */
  async run(job: SendJob, onCover: (url: string) => void): Promise<string> {
    const { attachment, channel } = job;
    if (!attachment) throw new CodedError('invalidState', 'this message has no attachment');
    const key = this.#keyOf(job);
    const id = transferId(channel, key);
    const { cover } = attachment;
    const coverBytes = cover?.size ?? 0;
    let coverUrl = coverOf(job);
    let doneBytes = coverUrl === '' ? 0 : coverBytes;
    const report = (state: TransferView['state'], reason: TransferReason | null = null): void => {
      const totalBytes = coverBytes + attachment.size;
      this.#parts.report({ channel, key, direction: 'upload', state, doneBytes, totalBytes, reason });
    };
    if (!this.#isHere(attachment) || (cover && coverUrl === '' && !this.#isHere(cover))) {
      report('failed', 'missing');
      throw new TransferError('missing', 'the file to send is gone from this computer');
    }
    const stop = new AbortController();
    this.#running.set(id, { job, stop });
    this.pace.began();
    report('running');
    const moved = (bytes: number): void => {
      this.pace.moved(bytes - doneBytes);
      doneBytes = bytes;
      report('running');
    };
    try {
      if (cover && coverUrl === '') {
        coverUrl = await this.#send(channel, cover, stop.signal, moved);
        onCover(coverUrl);
        this.#stillToSend(job, [coverUrl]);
      }
      const url = await this.#send(channel, attachment, stop.signal, (bytes) => moved(coverBytes + bytes));
      this.#stillToSend(job, [url, coverUrl]);
      this.pace.passed(attachment.size);
      report('done');
      return url;
    } catch (error) {
      if (error instanceof Stopped) report('cancelled', error.why === 'gone' ? 'recalled' : null);
      else if (error instanceof TransferError && error.reason !== 'network') {
        if (error.reason === 'tooLarge') this.pace.refused(attachment.size);
        report('failed', error.reason);
      } else {
        doneBytes = 0;
        report('waiting', 'network');
      }
      throw error;
    } finally {
      this.pace.ended();
      this.#running.delete(id);
    }
  }

  /**
   * Asks the server once how much it takes, and waits for the answer for a moment: whoever picks files is not kept
   * waiting by a server that does not answer. Asked again if it did not.
   */
  async askLimit(): Promise<void> {
    this.#limitAsked ??= this.#learnLimit();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      this.#limitAsked,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LIMIT_PATIENCE_MS);
      }),
    ]);
    clearTimeout(timer);
  }

  async #learnLimit(): Promise<void> {
    try {
      const bytes = await this.#parts.limit();
      if (bytes !== null) this.pace.limit(bytes);
    } catch {
      this.#limitAsked = null;
    }
  }

  /** At the user's wish. */
  stop(channel: ChannelRef, key: string): void {
    this.#running.get(transferId(channel, key))?.stop.abort(new Stopped('user'));
  }

  /** Stops what belongs to messages that will not be sent any more. */
  dropUnwanted(): void {
    for (const { job, stop } of this.#running.values())
      if (!stop.signal.aborted && !this.#isStillToSend(job)) stop.abort(new Stopped('gone'));
  }

  /** An upload that no message will name: the server may forget it. */
  discard(url: string): void {
    this.#parts.discard(url).catch(() => {
      // A TSDD server cannot do this: the object stays under its random name, named by no message.
    });
  }

  close(): void {
    for (const { stop } of this.#running.values()) stop.abort(new Stopped('closing'));
  }

  #send(
    channel: ChannelRef,
    attachment: Attachment,
    signal: AbortSignal,
    onProgress: (bytes: number) => void,
  ): Promise<string> {
    const { extension, mime, size } = attachment;
    const name = randomBytes(16).toString('hex');
    const content = this.#contentOf(attachment);
    return this.#parts.upload({ channel, name, extension, mime, size, content, signal, onProgress });
  }

  /** Opened when it is read, not before: an upload may end first. */
  async *#contentOf(attachment: Attachment): AsyncGenerator<Uint8Array> {
    yield* createReadStream(this.#parts.folders.staged(attachment.file), { highWaterMark: CHUNK_BYTES });
  }

  #isHere({ file, size }: Attachment): boolean {
    const { folders } = this.#parts;
    return folders.sizeOf(folders.staged(file)) === size;
  }

  /** @throws Stopped when it is not; what is at the server is named by nothing then. */
  #stillToSend(job: SendJob, urls: readonly string[]): void {
    if (this.#isStillToSend(job)) return;
    for (const url of urls) if (url !== '') this.discard(url);
    throw new Stopped('gone');
  }

  #isStillToSend(job: SendJob): boolean {
    const now = this.#parts.store.outbox.sendJob(job.channel, this.#keyOf(job));
    return now?.id === job.id && !now.recallOnAck;
  }

  #keyOf(job: SendJob): string {
    return messageKey({ fromUid: this.#parts.me.uid, clientMsgNo: job.clientMsgNo, messageId: null });
  }
}

/** Where the cover of a job is already; '' = nowhere. */
function coverOf({ payload }: SendJob): string {
  const { cover } = payload;
  return typeof cover === 'string' ? cover : '';
}
