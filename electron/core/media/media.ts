/**
 * Images and files of one account (docs/media.md): what is picked is staged, what is sent is uploaded, what is shown is
 * cached, and what belongs to a message that lost its content is erased in the step after the commit that took it away.
 */
import { reasonOf } from '../../../shared/errors.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { MediaUse } from '../../../shared/ipc/worker-protocol.ts';
import type { Log } from '../api/http.ts';
import type { SendJob } from '../store/jobs.ts';
import type { MediaFile } from '../store/tables/media-table.ts';
import { Addresses } from './addresses.ts';
import { DEFAULT_DRAFT_LIMITS, DraftAttachments } from './draft-attachments.ts';
import { mostBytes } from './download-limits.ts';
import { isTooLarge } from './download-checks.ts';
import { Downloads, type Wanted } from './downloads.ts';
import { CLEANUP_TIMES, MediaCleanup } from './media-cleanup.ts';
import { autoLoadBytes, type MediaRules, OPEN_RULES } from '../../../shared/media-rules.ts';
import type { Loaded } from '../../../shared/ipc/contract/media.ts';
import { Films } from './films.ts';
import { nameOfFile, opens } from './file-names.ts';
import { DraggedCopies } from './dragged-copies.ts';
import { FileKeeper } from './file-keeper.ts';
import { LeftParts } from './left-parts.ts';
import { MediaFolders } from './media-folders.ts';
import { type LocalFile, MessageFiles } from './message-files.ts';
import type { MediaOptions } from './media-options.ts';
import { type MediaStore, viewOf } from './media-store.ts';
import { Staging } from './staging.ts';
import { Transfers } from './transfers.ts';
import { Uploads } from './uploads.ts';
import { isPicture, partOf } from './message-file.ts';

const RETRY_DELAYS_MS = [500, 2_000];

export class Media {
  readonly staging: Staging;
  readonly drafts: DraftAttachments;
  readonly films: Films;
  readonly cleanup: MediaCleanup;
  readonly #rules: () => MediaRules;
  readonly #store: MediaStore;
  readonly #log: Log;
  readonly #of: MessageFiles;
  readonly #folders: MediaFolders;
  readonly #transfers: Transfers;
  readonly #downloads: Downloads;
  readonly #left: LeftParts;
  readonly #uploads: Uploads;
  readonly #addresses: Addresses;
  readonly #files: FileKeeper;
  readonly #dragged: DraggedCopies;
  readonly #unsubscribe: () => void;
  readonly #ending = new AbortController();
  #stepScheduled = false;

  /** Erases what the last run left behind: released while the app was not running, or half written when it died. */
  constructor(options: MediaOptions) {
    const { accountDir, api, log, me, store } = options;
    this.#store = store;
    this.#log = log;
    const rules = options.rules ?? (() => OPEN_RULES);
    this.#rules = rules;
    const folders = new MediaFolders(accountDir);
    this.#folders = folders;
    this.#dragged = new DraggedCopies(folders);
    this.staging = new Staging(folders);
    this.#transfers = new Transfers(options.push);
    const report = (view: TransferView): void => this.#transfers.report(view);
    this.#addresses = new Addresses(options.announce);
    this.drafts = new DraftAttachments({
      folders,
      store,
      staging: this.staging,
      addresses: this.#addresses,
      limits: options.draftLimits ?? DEFAULT_DRAFT_LIMITS,
    });
    this.#files = new FileKeeper({
      folders,
      store,
      addresses: this.#addresses,
      cacheBytes: () => rules().limitBytes,
      opened: () => this.films.opened,
      isComing: (file) => this.#downloads.isComing(file),
      onGone: () => this.#scheduleStep(),
      log,
    });
    this.#of = new MessageFiles({
      store,
      folders,
      foreignHost: (url) => api.foreignHost?.(url) ?? null,
      drop: (files) => this.#files.drop(files),
    });
    this.cleanup = new MediaCleanup({
      store,
      files: this.#files,
      boundLeft: () => {
        if (this.#left.bound((file) => this.#downloads.files.includes(file))) this.#scheduleStep();
      },
      rules,
      now: options.now ?? Date.now,
      serverNow: options.serverNow ?? options.now ?? Date.now,
      times: options.cleanupTimes ?? CLEANUP_TIMES,
      log,
    });
    this.#left = new LeftParts(folders, store, options.serverNow ?? options.now);
    this.#downloads = new Downloads({
      folders,
      left: this.#left,
      download: api.downloadFile,
      keep: (wanted, file) => this.#keep(wanted, file),
      onEnd: (file) => this.#addresses.voidFiles(new Set([file])),
      report,
      retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
      slow: options.slow,
    });
    this.films = new Films({
      of: this.#of,
      folders,
      addresses: this.#addresses,
      downloads: this.#downloads,
      byItself: (wanted) => this.#byItself(wanted),
    });
    this.#uploads = new Uploads({
      folders,
      store,
      me,
      upload: api.uploadFile,
      discard: api.discardUpload,
      limit: api.uploadLimit ?? (() => Promise.resolve(null)),
      report,
    });
    this.#unsubscribe = store.changes.subscribe(() => this.#scheduleStep());
    try {
      this.sweep();
    } catch (error) {
      log('warn', `media: ${reasonOf(error)}`);
    }
    this.cleanup.start();
  }

  /**
   * An address for an `<img>`; '' for what is no image, or none that is shown. A picture at somebody else's host is
   * loaded only if it was `asked` for: that host learns who reads when. So is what the rules do not load by itself, and
   * what turns out to be larger than they allow (`held`). Of a video it is the cover. @throws CodedError when there is
   * no file.
   */
  async load(channel: ChannelRef, key: string, asked = false): Promise<Loaded> {
    const wanted = this.#of.wantedOf(channel, key, { part: 'cover' });
    const loaded = await this.#load(wanted, asked);
    // (Whoever sees the cover has not looked at the film.)
    if (wanted.kind !== 'cover' || !this.#of.here(this.#of.wantedOf(channel, key), false)) return loaded;
    return { ...loaded, film: true };
  }

  async #load(wanted: Wanted, asked: boolean): Promise<Loaded> {
    const { channel, key } = wanted;
    const isHere = this.#of.here(wanted) !== null;
    if (!asked && isPicture(wanted.kind) && wanted.host !== null && !isHere)
      return { url: '', bytes: 0, host: wanted.host };
    // A video may come without one.
    if (wanted.kind === 'cover' && wanted.url === '' && !isHere) return { url: '', bytes: 0 };
    const local = asked ? await this.#local(wanted) : await this.#byItself(wanted);
    if (!local) return { url: '', bytes: 0, held: true };
    const { path, file } = local;
    const { bytes } = file;
    if (!isPicture(wanted.kind)) {
      const name = await this.#nameOf(channel, key, path);
      return { url: '', bytes, ...((await opens(name, path)) ? {} : { onlySaved: true as const }) };
    }
    if (file.mime === '' && this.#isDrawn(wanted)) return { url: '', bytes, drawn: true };
    if (file.mime === '') return { url: '', bytes, hidden: { why: 'unknown', width: 0, height: 0 } };
    // Each time, and not when it is stored: files of older versions were never looked at.
    const header = await this.#of.pictureHeader(wanted, path);
    const now = this.#of.stillHere(wanted);
    if (!header?.showable) {
      const { width = 0, height = 0 } = header ?? {};
      return { url: '', bytes, hidden: { why: width > 0 ? 'tooLarge' : 'unknown', width, height } };
    }
    const { loopMs } = header;
    return { url: this.#give(wanted, now), bytes, ...(loopMs !== undefined && { loopMs }) };
  }

  #isDrawn({ channel, key }: Wanted): boolean {
    const content = viewOf(this.#store, channel, key)?.content;
    return content?.kind === 'named' && content.drawn === true;
  }

  /** The file of a sticker that is a drawing, as it lies here. @throws CodedError when that is not so (any more). */
  drawingFile(channel: ChannelRef, key: string): string {
    const wanted = this.#of.wantedOf(channel, key);
    if (!this.#isDrawn(wanted)) throw new CodedError('badArgument', 'this message is no drawing', 'key');
    return this.#of.stillHere(wanted).path;
  }

  #give({ channel, key, kind }: Wanted, { path, file: { file, mime } }: LocalFile): string {
    return this.#addresses.give(channel, key, { file, path, mime, part: partOf(kind) });
  }

  /**
   * Where the recording of a voice message is, loaded if it is not here yet.
   *
   * @throws CodedError as `load`; `refused` with `host` when it lies at another host and nobody `asked` for it.
   */
  async voiceFile(channel: ChannelRef, key: string, asked: boolean): Promise<string> {
    const wanted = this.checkVoice(channel, key);
    if (!asked && wanted.host !== null && !this.#of.here(wanted))
      throw new CodedError('refused', 'this recording lies at another host', 'host');
    return (await this.#local(wanted)).path;
  }

  /** @throws CodedError when it is no voice message that may be heard (any more). */
  checkVoice(channel: ChannelRef, key: string): Wanted {
    const wanted = this.#of.wantedOf(channel, key);
    if (wanted.kind !== 'voice') throw new CodedError('badArgument', 'this message is no recording', 'key');
    return wanted;
  }

  /** Loads the file of what burns after reading before it is opened. Nobody gets its address yet. */
  async fetch(channel: ChannelRef, key: string): Promise<void> {
    // Whose host it is at would not have been said: what is open is asked for by itself (`load`).
    // Of a video its cover: the film is asked for once somebody sees that.
    const wanted = this.#of.wantedOf(channel, key, { covered: true, part: 'cover' });
    if (wanted.host === null && (wanted.kind !== 'cover' || wanted.url !== ''))
      await this.#local(wanted, true);
  }

  /** Ends a download or upload at the user's wish. */
  cancel(channel: ChannelRef, key: string): void {
    this.#uploads.stop(channel, key);
    this.#downloads.stop(channel, key);
  }

  /**
   * The message is being recalled: its address is void from now on, the file stays until the server has confirmed the
   * recall.
   */
  withhold(channel: ChannelRef, key: string): void {
    this.#addresses.voidMessage(channel, key);
  }

  /** The file (loaded if necessary) and a safe name; to be opened or dragged: a copy under that name. */
  async fileFor(channel: ChannelRef, key: string, use: MediaUse): Promise<{ path: string; name: string }> {
    if (use !== 'open' && viewOf(this.#store, channel, key)?.flame)
      throw new CodedError('refused', 'what burns after reading is not saved', 'flame');
    const { path, file } = await this.#local(this.#of.wantedOf(channel, key));
    const name = await this.#nameOf(channel, key, path);
    if (use === 'save') return { path, name };
    if (use === 'open' && !(await opens(name, path)))
      throw new CodedError('refused', 'this kind of file is not opened from here; save it instead');
    if (path !== this.#folders.cached(file.file))
      throw new CodedError('invalidState', 'this file is still being sent');
    const copy = await this.#folders.copyNamed(file.file, name, use);
    // Closing has erased the copies that there were: this one came after.
    if (this.#isClosed) {
      if (use === 'drag') this.#folders.eraseDragged(file.file);
      throw new CodedError('signedOut', 'the account is closed');
    }
    // A recall while it was copied has erased everything but this.
    if (!this.#store.media.get(channel, key)) {
      this.#folders.eraseCached(file.file);
      throw new CodedError('invalidState', 'this message was recalled', 'recalled');
    }
    if (use === 'drag') this.#dragged.made(file.file);
    return { path: copy, name };
  }

  /** For a copy of all of a chat. That loads nothing from somebody else's host: nobody was asked about this one. */
  async fileForExport(channel: ChannelRef, key: string): Promise<{ path: string; name: string }> {
    const wanted = this.#of.wantedOf(channel, key);
    if (wanted.host !== null && !this.#of.here(wanted))
      throw new CodedError('refused', 'this file lies at another host', 'host');
    return this.fileFor(channel, key, 'save');
  }

  /** For the outbox: see `Uploads.run`. */
  upload(job: SendJob, onCover: (url: string) => void = () => undefined): Promise<string> {
    return this.#uploads.run(job, onCover);
  }

  /** How fast bytes leave, and which size the server does not take; null = not known. */
  async uploadPace(): Promise<{ bytesPerSecond: number | null; refusedBytes: number | null }> {
    await this.#uploads.askLimit();
    const { bytesPerSecond, refusedBytes } = this.#uploads.pace;
    return { bytesPerSecond, refusedBytes };
  }

  /** An upload that no message will name: the server may forget it. */
  discardUpload(url: string): void {
    this.#uploads.discard(url);
  }

  /** The cache; what waits to be sent is not in it. */
  usage(): { files: number; bytes: number } {
    return this.#store.media.usage();
  }

  /** Empties the cache, or what a chat has in it, but for the files of favourites; returns what went. */
  clear(channel?: ChannelRef): { files: number; bytes: number } {
    const gone = this.#files.clear(channel);
    const left = this.#left.clear((file) => this.#downloads.isComing(file), channel);
    if (channel) this.#scheduleStep();
    else this.sweep();
    return { files: gone.files + left.files, bytes: gone.bytes + left.bytes };
  }

  /** Files that were given up and are still on the disk: the system holds them, or their turn comes. */
  get waiting(): number {
    return this.#store.media.erased().media.length;
  }

  /** Erases every file that belongs to nothing; returns how many there were. */
  sweep(): number {
    if (!this.#store.readOnly) this.drafts.dropLost();
    return this.#files.sweep({ downloads: this.#downloads.files, staged: this.staging.files });
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.cleanup.stop();
    this.#dragged.close();
    this.#unsubscribe();
    this.#addresses.voidAll();
    this.#uploads.close();
    this.#transfers.close();
    await Promise.all([this.#downloads.close(), this.staging.close()]);
    if (!this.#store.readOnly) while (this.#files.eraseGone());
  }

  /** The step after a commit: many commits of one turn share it. */
  #scheduleStep(): void {
    if (this.#stepScheduled || this.#isClosed) return;
    this.#stepScheduled = true;
    setImmediate(() => this.#step());
  }

  #step(): void {
    this.#stepScheduled = false;
    if (this.#isClosed) return;
    try {
      this.#downloads.dropUnwanted((wanted) => this.#of.isStillWanted(wanted));
      this.#uploads.dropUnwanted();
      if (this.#files.eraseGone()) this.#scheduleStep();
    } catch (error) {
      // The store cannot be read now; the next commit or start does it.
      this.#log('error', `media: ${reasonOf(error)}`);
    }
  }

  #keep(wanted: Wanted, file: MediaFile): boolean {
    const kept = this.#store.media.add(wanted.channel, wanted.key, file, partOf(wanted.kind));
    if (kept) {
      // A film may be watched already.
      this.#addresses.moved(file.file, this.#folders.cached(file.file), file.mime);
      this.#files.shrink(file.file);
    }
    // A file that had its place is released.
    this.#scheduleStep();
    return kept;
  }

  get #isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  #nameOf(channel: ChannelRef, key: string, path: string): Promise<string> {
    return nameOfFile(viewOf(this.#store, channel, key)?.content, path);
  }

  /** What is here, or is loaded without being asked for; null = it waits for that. */
  async #byItself(wanted: Wanted): Promise<LocalFile | null> {
    const here = this.#of.here(wanted);
    if (here) return here;
    // What somebody asked for before a restart goes on as soon as it is seen.
    const isBegun = wanted.host === null && this.#left.of({ ...wanted, part: partOf(wanted.kind) }) !== null;
    const allowed = isBegun ? mostBytes(wanted.kind) : autoLoadBytes(this.#rules(), wanted.kind);
    const atMost = allowed < mostBytes(wanted.kind) ? allowed : Number.POSITIVE_INFINITY;
    if (atMost === 0 || this.#of.saidBytes(wanted) > atMost) return null;
    const stored = this.#of.stored(wanted, this.#ending.signal);
    if (stored) await stored;
    try {
      return await this.#local(wanted, false, atMost);
    } catch (error) {
      if (isTooLarge(error) && Number.isFinite(atMost)) return null;
      throw error;
    }
  }

  /** `covered`: as of `wantedOf`. */
  async #local(wanted: Wanted, covered = false, atMost = Number.POSITIVE_INFINITY): Promise<LocalFile> {
    const here = this.#of.here(wanted);
    if (here) return here;
    if (wanted.url === '') throw new CodedError('notFound', 'the server has no such file');
    const file = await this.#downloads.get(wanted, atMost);
    // A recall between the download and here: the address must not come to life.
    this.#of.wantedOf(wanted.channel, wanted.key, { covered, part: partOf(wanted.kind) });
    return { path: this.#folders.cached(file.file), file };
  }
}
