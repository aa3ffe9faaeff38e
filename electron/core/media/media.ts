/**
 * Images and files of one account (docs/media.md): what is picked is staged, what is sent is uploaded, what is shown is
 * cached, and what belongs to a message that lost its content is erased in the step after the commit that took it away.
 */
import { createReadStream } from 'node:fs';
import { reasonOf } from '../../../shared/errors.ts';
import { randomBytes } from 'node:crypto';
import {
  messageKey,
  type ChannelRef,
  type TransferReason,
  type TransferView,
} from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { UploadRequest } from '../api/file-upload.ts';
import type { Log } from '../api/http.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { Attachment, SendJob } from '../store/jobs.ts';
import type { MediaFile } from '../store/tables/media-table.ts';
import { Downloads, Stopped, type Wanted } from './downloads.ts';
import { isProgram, isRunnableName, safeFileName } from './file-kind.ts';
import { MediaFolders, readHead } from './media-folders.ts';
import { Staging } from './staging.ts';
import { transferId, Transfers } from './transfers.ts';

/** Size at which the least recently used cached files go. */
export const DEFAULT_CACHE_BYTES = 1024 * 1024 * 1024;
/** Files erased before other work gets its turn. */
const ERASED_AT_ONCE = 100;

type TokenEvent = Extract<FromWorker, { kind: 'mediaToken' | 'mediaTokensDead' }>;

export interface MediaOptions {
  accountDir: string;
  me: { uid: string };
  store: Pick<AccountStore, 'readOnly' | 'changes' | 'media'> & {
    messages: Pick<AccountStore['messages'], 'get'>;
    outbox: Pick<AccountStore['outbox'], 'sendJob' | 'attachmentFiles'>;
  };
  api: {
    uploadFile: (request: UploadRequest) => Promise<string>;
    downloadFile: (request: DownloadRequest) => Promise<DownloadAnswer>;
    discardUpload: (url: string) => Promise<void>;
  };
  /** Reports for the page. */
  push: (transfers: TransferView[]) => void;
  /** Which addresses the main thread may answer, and with what. */
  announce: (event: TokenEvent) => void;
  log: Log;
  cacheBytes?: number;
  retryDelaysMs?: readonly number[];
}

export interface Media {
  readonly staging: Staging;
  load(channel: ChannelRef, key: string): Promise<{ url: string; bytes: number }>;
  /** Ends a download or upload at the user's wish. */
  cancel(channel: ChannelRef, key: string): void;
  /** The message is being recalled: its address is void from now on, the file stays until the server has said so. */
  withhold(channel: ChannelRef, key: string): void;
  /** For saving and opening: the file (loaded if necessary) and a safe name. `toOpen`: a copy under that name. */
  fileFor(channel: ChannelRef, key: string, toOpen: boolean): Promise<{ path: string; name: string }>;
  /** For the outbox: uploads the attachment of a job and answers the `url` of its payload. */
  upload(job: SendJob): Promise<string>;
  /** An upload that no message will name: the server may forget it. */
  discardUpload(url: string): void;
  /** The cache; what waits to be sent is not in it. */
  usage(): { files: number; bytes: number };
  /** Empties the cache; returns what was in it. */
  clear(): { files: number; bytes: number };
  /** Erases every file that belongs to nothing; returns how many there were. */
  sweep(): number;
  close(): Promise<void>;
}

export function createMedia(options: MediaOptions): Media {
  const { store, api, log, announce } = options;
  const folders = new MediaFolders(options.accountDir);
  const staging = new Staging(folders);
  const transfers = new Transfers(options.push);
  const downloads = new Downloads({
    folders,
    download: api.downloadFile,
    keep(wanted, file) {
      const kept = store.media.add(wanted.channel, wanted.key, file);
      if (kept) shrink(file.file);
      // One that stood in its place is given up.
      scheduleStep();
      return kept;
    },
    report: (view) => transfers.report(view),
    retryDelaysMs: options.retryDelaysMs ?? [500, 2_000],
  });
  const uploads = new Map<string, { job: SendJob; stop: AbortController }>();
  /** Live addresses: by message, and by file for when the file goes. */
  const tokens = new Map<string, { token: string; file: string }>();
  let closed = false;
  let stepScheduled = false;

  const keyOfJob = (job: SendJob): string =>
    messageKey({ fromUid: options.me.uid, clientMsgNo: job.clientMsgNo, messageId: null });

  // ---- addresses ---------------------------------------------------------------------------------------------

  function addressOf(channel: ChannelRef, key: string, file: string, path: string, mime: string): string {
    const id = transferId(channel, key);
    const known = tokens.get(id);
    const token = known?.token ?? randomBytes(16).toString('hex');
    tokens.set(id, { token, file });
    announce({ kind: 'mediaToken', token, path, mime });
    return `app://wukong/media/${token}`;
  }

  function killTokens(isDead: (file: string, id: string) => boolean): void {
    const dead: string[] = [];
    for (const [id, { token, file }] of tokens) {
      if (!isDead(file, id)) continue;
      tokens.delete(id);
      dead.push(token);
    }
    if (dead.length > 0) announce({ kind: 'mediaTokensDead', tokens: dead });
  }

  // ---- erasing -----------------------------------------------------------------------------------------------

  /** The step after a commit: many commits of one turn share it. */
  const unsubscribe = store.changes.subscribe(() => scheduleStep());
  function scheduleStep(): void {
    if (stepScheduled || closed) return;
    stepScheduled = true;
    setImmediate(step);
  }

  function step(): void {
    stepScheduled = false;
    if (closed) return;
    try {
      downloads.dropUnwanted(isStillWanted);
      for (const { job, stop } of uploads.values()) {
        if (!stop.signal.aborted && !isStillToSend(job)) stop.abort(new Stopped('gone'));
      }
      if (eraseGone()) scheduleStep();
    } catch (error) {
      // The store cannot be read now; the next commit or start does it.
      log('error', `media: ${reasonOf(error)}`);
    }
  }

  /** Erases what the triggers of the databases gave up. True when some are left for the next turn. */
  function eraseGone(): boolean {
    const gone = store.media.erased();
    if (gone.media.length + gone.attachments.length === 0) return false;
    const media = gone.media.slice(0, ERASED_AT_ONCE);
    const attachments = gone.attachments.slice(0, ERASED_AT_ONCE);
    const files = new Set(gone.media);
    killTokens((file) => files.has(file));
    const done = { media: media.filter(tryErase), attachments: attachments.filter(endStaged) };
    if (!store.readOnly) store.media.forgetErased(done);
    const failed = media.length + attachments.length - done.media.length - done.attachments.length;
    if (failed > 0) log('warn', `media: ${failed} files could not be erased yet`);
    return failed === 0 && (gone.media.length > media.length || gone.attachments.length > attachments.length);
  }

  function tryErase(name: string): boolean {
    try {
      folders.eraseCached(name);
      return true;
    } catch {
      return false;
    }
  }

  /** The job of a staged file is over: its message was stored and keeps the file, or it is erased. */
  function endStaged(name: string): boolean {
    try {
      const kept = store.media.all().find(({ file }) => file === name);
      if (kept) {
        if (!folders.adopt(name)) drop([name]);
        else {
          for (const { token, file } of tokens.values()) {
            if (file === name)
              announce({ kind: 'mediaToken', token, path: folders.cached(name), mime: kept.mime });
          }
          shrink(name);
        }
        return true;
      }
      killTokens((file) => file === name);
      folders.eraseStaged(name);
      return true;
    } catch {
      return false;
    }
  }

  /** Gives files up without a change of their messages. */
  function drop(files: readonly string[]): void {
    store.media.drop(files);
    scheduleStep();
  }

  function shrink(newest: string): void {
    const files = store.media.all();
    let over = files.reduce((sum, { bytes }) => sum + bytes, 0) - (options.cacheBytes ?? DEFAULT_CACHE_BYTES);
    const oldest: string[] = [];
    for (const { file, bytes } of files) {
      if (over <= 0) break;
      if (file === newest) continue;
      oldest.push(file);
      over -= bytes;
    }
    if (oldest.length === 0) return;
    drop(oldest);
  }

  function sweep(): number {
    if (store.readOnly) return 0;
    const { media, attachments } = store.media.erased();
    while (eraseGone());
    const strays = folders.strays({
      media: new Set([
        ...store.media.all().flatMap(({ file }) => [file, `${file}.open`]),
        ...downloads.files.flatMap((file) => [file, `${file}.part`]),
      ]),
      staged: new Set([...store.outbox.attachmentFiles(), ...staging.files]),
    });
    for (const path of strays) folders.eraseStray(path);
    return media.length + attachments.length + strays.length;
  }

  // ---- loading -----------------------------------------------------------------------------------------------

  function wantedOf(channel: ChannelRef, key: string): Wanted {
    const view = store.messages.get(channel, key);
    if (!view) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
    const { content } = view;
    if (content.kind === 'recalled')
      throw new CodedError('invalidState', 'this message was recalled', 'recalled');
    if (content.kind !== 'image' && content.kind !== 'file')
      throw new CodedError('badArgument', 'this message has no image and no file', 'key');
    return { channel, key, kind: content.kind, url: content.url };
  }

  function isStillWanted({ channel, key, url }: Wanted): boolean {
    const content = store.messages.get(channel, key)?.content;
    return (content?.kind === 'image' || content?.kind === 'file') && content.url === url;
  }

  /** The file as it is on this computer, null when it has to be downloaded. */
  function localFile(channel: ChannelRef, key: string): { path: string; file: MediaFile } | null {
    const attachment = store.outbox.sendJob(channel, key)?.attachment;
    if (attachment) {
      const path = folders.staged(attachment.file);
      if (folders.sizeOf(path) === null) return null;
      return { path, file: { file: attachment.file, mime: attachment.mime, bytes: attachment.size } };
    }
    const file = store.media.get(channel, key);
    if (!file) return null;
    // Between the commit that adopts a staged file and the step after it.
    for (const path of [folders.cached(file.file), folders.staged(file.file)]) {
      if (folders.sizeOf(path) === file.bytes) return { path, file };
    }
    if (!store.readOnly) drop([file.file]);
    return null;
  }

  async function local(channel: ChannelRef, key: string): Promise<{ path: string; file: MediaFile }> {
    const wanted = wantedOf(channel, key);
    const here = localFile(channel, key);
    if (here) return here;
    if (wanted.url === '') throw new CodedError('notFound', 'the server has no such file');
    const file = await downloads.get(wanted);
    // A recall between the download and here: the address must not come to life.
    wantedOf(channel, key);
    return { path: folders.cached(file.file), file };
  }

  // ---- uploading ---------------------------------------------------------------------------------------------

  function isStillToSend(job: SendJob): boolean {
    const now = store.outbox.sendJob(job.channel, keyOfJob(job));
    return now?.id === job.id && !now.recallOnAck;
  }

  async function upload(job: SendJob): Promise<string> {
    const { attachment, channel } = job;
    if (!attachment) throw new CodedError('invalidState', 'this message has no attachment');
    const key = keyOfJob(job);
    const id = transferId(channel, key);
    const stop = new AbortController();
    let doneBytes = 0;
    const report = (state: TransferView['state'], reason: TransferReason | null = null): void =>
      transfers.report({
        channel,
        key,
        direction: 'upload',
        state,
        doneBytes,
        totalBytes: attachment.size,
        reason,
      });
    if (folders.sizeOf(folders.staged(attachment.file)) !== attachment.size) {
      report('failed', 'missing');
      throw new TransferError('missing', 'the file to send is gone from this computer');
    }
    uploads.set(id, { job, stop });
    report('running');
    try {
      const url = await api.uploadFile({
        channel,
        name: randomBytes(16).toString('hex'),
        extension: attachment.extension,
        mime: attachment.mime,
        size: attachment.size,
        content: contentOf(attachment),
        signal: stop.signal,
        onProgress(bytes) {
          doneBytes = bytes;
          report('running');
        },
      });
      if (!isStillToSend(job)) {
        discardUpload(url);
        throw new Stopped('gone');
      }
      report('done');
      return url;
    } catch (error) {
      if (error instanceof Stopped) report('cancelled', error.why === 'gone' ? 'recalled' : null);
      else if (error instanceof TransferError && error.reason !== 'network') report('failed', error.reason);
      else {
        doneBytes = 0;
        report('waiting', 'network');
      }
      throw error;
    } finally {
      uploads.delete(id);
    }
  }

  /** Opened when it is read, not before: an upload may end first. */
  async function* contentOf(attachment: Attachment): AsyncGenerator<Uint8Array> {
    yield* createReadStream(folders.staged(attachment.file), { highWaterMark: 256 * 1024 });
  }

  function discardUpload(url: string): void {
    api.discardUpload(url).catch(() => {
      // A TSDD server cannot do this: the object stays under its random name, named by no message.
    });
  }

  function usage(): { files: number; bytes: number } {
    const files = store.media.all();
    return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  // Erased by the last run, given up while nobody ran, or half written when it died.
  try {
    sweep();
  } catch (error) {
    log('warn', `media: ${reasonOf(error)}`);
  }

  return {
    staging,
    async load(channel, key) {
      const { path, file } = await local(channel, key);
      const url = file.mime === '' ? '' : addressOf(channel, key, file.file, path, file.mime);
      return { url, bytes: file.bytes };
    },
    cancel(channel, key) {
      const upload_ = uploads.get(transferId(channel, key));
      upload_?.stop.abort(new Stopped('user'));
      downloads.stop(channel, key);
    },
    withhold(channel, key) {
      const id = transferId(channel, key);
      killTokens((_file, other) => other === id);
    },
    async fileFor(channel, key, toOpen) {
      const { path, file } = await local(channel, key);
      const content = store.messages.get(channel, key)?.content;
      const given = content?.kind === 'file' ? content.name : '';
      const name = safeFileName(given !== '' ? given : imageName(file.mime));
      if (!toOpen) return { path, name };
      if (isRunnableName(name) || isProgram(await readHead(path)))
        throw new CodedError('refused', 'this kind of file is not opened from here; save it instead');
      if (path !== folders.cached(file.file))
        throw new CodedError('invalidState', 'this file is still being sent');
      const copy = await folders.copyToOpen(file.file, name);
      // A recall while it was copied has erased everything but this.
      if (!store.media.get(channel, key)) {
        folders.eraseCached(file.file);
        throw new CodedError('invalidState', 'this message was recalled', 'recalled');
      }
      return { path: copy, name };
    },
    upload,
    discardUpload,
    usage,
    clear() {
      const before = usage();
      store.media.drop(store.media.all().map(({ file }) => file));
      sweep();
      return before;
    },
    sweep,
    async close() {
      closed = true;
      unsubscribe();
      killTokens(() => true);
      for (const { stop } of uploads.values()) stop.abort(new Stopped('closing'));
      transfers.close();
      await Promise.all([downloads.close(), staging.close()]);
      if (!store.readOnly) while (eraseGone());
    },
  };
}

function imageName(mime: string): string {
  const extension = /^image\/([a-z]+)$/.exec(mime)?.[1] ?? 'bin';
  return `image.${extension === 'jpeg' ? 'jpg' : extension}`;
}
