/**
 * Files go by rules of the user: those nobody has looked at for some days, and the oldest of those that are too many. A
 * few at a time, so that everything else of the worker gets its turn; a run that was broken off is begun anew, since
 * what went is gone from the tables. Only what can be fetched again goes: rows of `media_file`, none of a favourite.
 */
import { reasonOf } from '../../../shared/errors.ts';
import type { MediaRules } from '../../../shared/media-rules.ts';
import type { Log } from '../api/http.ts';
import type { MediaFile } from '../store/tables/media-table.ts';
import type { FileKeeper } from './file-keeper.ts';
import type { MediaStore } from './media-store.ts';

const DAY_MS = 86_400_000;
const AT_ONCE = 50;

export interface CleanupTimes {
  /** After the start, which has other things to do. */
  firstMs: number;
  /** Between two slices. */
  pauseMs: number;
  /** Between two runs. */
  everyMs: number;
  /** After a slice that failed. */
  retryMs: number;
}
export const CLEANUP_TIMES: CleanupTimes = {
  firstMs: 60_000,
  pauseMs: 120,
  everyMs: 3_600_000,
  retryMs: 600_000,
};

/** What the last run that found something has freed. */
export interface Freed {
  /** When it began, Unix ms. */
  atMs: number;
  files: number;
  bytes: number;
}

interface Parts {
  store: MediaStore;
  files: Pick<FileKeeper, 'drop' | 'surplus'>;
  /** Gives up beginnings of files that are too old: at the start nobody has said yet what time it is. */
  boundLeft: () => void;
  rules: () => MediaRules;
  now: () => number;
  /** ms; null = not asked for since the start: this computer's clock may be years off. */
  serverNow: () => number | null;
  times: CleanupTimes;
  log: Log;
}

const FREED = 'mediaFreed';

export class MediaCleanup {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | null = null;
  /** The run that is on; null = none. */
  #run: Freed | null = null;
  #failed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#schedule(this.#parts.times.firstMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Other rules: they are followed now. */
  rulesChanged(): void {
    this.stop();
    this.#run ??= { atMs: this.#parts.now(), files: 0, bytes: 0 };
    this.#schedule(0);
  }

  get state(): { running: boolean; failed: boolean; freed: Freed | null } {
    const [atMs = 0, files = 0, bytes = 0] = (this.#parts.store.state.get(FREED) ?? '')
      .split(':')
      .map(Number);
    return {
      running: this.#run !== null,
      failed: this.#failed,
      freed: files > 0 ? { atMs, files, bytes } : null,
    };
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => this.#slice(), delayMs);
    this.#timer.unref();
  }

  #slice(): void {
    const { log, now, store, times } = this.#parts;
    this.#timer = null;
    try {
      this.#run ??= { atMs: now(), files: 0, bytes: 0 };
      const files = store.readOnly ? [] : this.#due();
      if (files.length > 0) this.#drop(this.#run, files);
      else {
        const { files: count, bytes } = this.#run;
        if (count > 0) log('info', `${count} files (${bytes} bytes) went by the rules`);
        this.#run = null;
      }
      this.#failed = false;
      this.#schedule(files.length > 0 ? times.pauseMs : times.everyMs);
    } catch (error) {
      log('error', `files could not be cleared by the rules, tried again: ${reasonOf(error)}`);
      this.#run = null;
      this.#failed = true;
      this.#schedule(times.retryMs);
    }
  }

  #due(): MediaFile[] {
    const { files, rules, serverNow, store } = this.#parts;
    const { keepDays } = rules();
    const now = serverNow();
    if (now !== null) store.media.usedByNow(now);
    this.#parts.boundLeft();
    const old =
      keepDays > 0 && now !== null
        ? store.media.mayGo({ limit: AT_ONCE, usedBefore: now - keepDays * DAY_MS })
        : [];
    return old.length > 0 ? old : files.surplus(AT_ONCE);
  }

  #drop(run: Freed, files: readonly MediaFile[]): void {
    this.#parts.files.drop(files.map(({ file }) => file));
    run.files += files.length;
    run.bytes += files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#parts.store.state.set(FREED, `${run.atMs}:${run.files}:${run.bytes}`);
  }
}
