/** What came of a download: bytes in a file `.part`, in one piece or in several. */
import { createHash, type Hash } from 'node:crypto';
import type { DownloadAnswer } from '../api/file-download.ts';
import type { LeftPart } from '../store/tables/media-left-table.ts';
import { HeldRanges } from './held-ranges.ts';

/** Bytes ahead of where it is read that are waited for: the way there is shorter than a new request. */
const NEAR_BYTES = 512 * 1024;

/** The rest is asked for from another place on. */
export class Jump extends Error {}

/** A file that can be read from while it comes. */
export interface Growing {
  /** Its name in the folder, with `.part` behind it until it is whole. */
  file: string;
  mime: string;
  size: number;
}

export class DownloadPart {
  readonly file: string;
  readonly url: string;
  readonly held = new HeldRanges();
  validator: string | null = null;
  /** Of the whole file; null = not known. */
  size: number | null = null;
  /** The server gives any part that it is asked for. */
  inParts = false;
  /** Somebody was told that it can be played while it comes. */
  isTold = false;
  /** It was written down (`LeftParts`) up to this byte. */
  savedTo = 0;
  /** SHA-256 of the whole file, as the server said it. */
  digest: string | null = null;
  /** What the last run of the app left of it and nobody has looked at yet. */
  left: LeftPart | null;
  /** Bytes from the first one on that came one after the other, and their sum. */
  #hashed = 0;
  #hash: Hash = createHash('sha256');
  /** Where bytes are being written. */
  #writing = 0;
  #turn = new AbortController();
  #waiting: { from: number; answer: ReturnType<typeof Promise.withResolvers<number | null>> }[] = [];

  /** `left`: under whose name it goes on. */
  constructor(file: string, url: string, left: LeftPart | null = null) {
    this.file = file;
    this.url = url;
    this.left = left;
  }

  /** Goes on with what the last run left (`hash`: its sum), or begins anew where that is null. */
  restore(hash: Hash | null): void {
    const { left } = this;
    this.left = null;
    if (!left || !hash) return;
    this.#hash = hash;
    this.#hashed = left.bytes;
    this.#writing = left.bytes;
    this.savedTo = left.bytes;
    this.held.add(0, left.bytes);
    this.size = left.size;
    this.validator = left.validator;
  }

  get hashed(): number {
    return this.#hashed;
  }

  /** Bytes behind those that are hashed, here in one piece with them: from, to (the first that is not). */
  get unhashed(): [from: number, to: number] {
    return [this.#hashed, this.held.endOf(this.#hashed)];
  }

  /** The bytes behind those that are hashed, as they lie in the file. */
  sum(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#hashed += bytes.length;
  }

  /** Somebody waits for bytes that are not here. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** Of the bytes that are hashed so far, hex. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Nothing of what came counts. */
  clear(): void {
    this.held.clear();
    this.size = null;
    this.#writing = 0;
    this.#hash = createHash('sha256');
    this.#hashed = 0;
    this.savedTo = 0;
  }

  get bytes(): number {
    return this.held.total;
  }

  /** Where to ask from: what somebody waits for, the last who asked first; null = it is whole. */
  get next(): number | null {
    return this.held.missing(this.#waiting.at(-1)?.from ?? this.#writing, this.size);
  }

  /** Aborted when the bytes of another place are wanted; a new one each time. */
  turn(): AbortSignal {
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  /**
   * An answer begins. Of another file than the one that came so far, and where everything comes again, nothing is kept.
   * False: it is of no use, the rest of another file.
   */
  begin(
    asked: number,
    { start, totalBytes, inParts, validator, digest = null }: Omit<DownloadAnswer, 'body'>,
  ): boolean {
    const isLonger = this.size !== null && totalBytes !== null && this.size !== totalBytes;
    // (A server that heeds no `If-Range` goes on with whatever it has there now.)
    const isMarked = validator !== null && this.validator !== null && validator !== this.validator;
    const isOther = isLonger || (isMarked && start === asked && this.bytes > 0);
    if (isOther || start !== asked) this.clear();
    this.size = totalBytes;
    this.inParts = inParts;
    this.validator = validator;
    this.digest = digest;
    this.#writing = start;
    // (Somebody may be watching the other one.)
    if (!isOther || (start === 0 && !this.isTold)) return true;
    this.clear();
    return false;
  }

  /** Where the next bytes belong. */
  get writing(): number {
    return this.#writing;
  }

  /** The answer ended as one does: where nobody had said how long it is, it is this long. */
  ended(): void {
    this.size ??= this.#writing;
  }

  /** Bytes are in the file, where the ones before them ended. False: those that follow are there already. */
  wrote(bytes: Uint8Array): boolean {
    const from = this.#writing;
    this.#writing += bytes.length;
    if (from === this.#hashed) {
      this.#hash.update(bytes);
      this.#hashed = this.#writing;
    }
    this.held.add(from, this.#writing);
    this.#tell();
    return this.held.endOf(from) === this.#writing;
  }

  /**
   * Up to where it can be read from this byte on, as soon as that is here; null when it will not be. Whoever asks last
   * says where it goes on.
   */
  until(from: number): Promise<number | null> {
    const end = this.held.endOf(from);
    if (end > from) return Promise.resolve(end);
    const answer = Promise.withResolvers<number | null>();
    this.#waiting.push({ from, answer });
    const isNear = from >= this.#writing && from < this.#writing + NEAR_BYTES;
    if (!isNear && this.inParts) this.#turn.abort(new Jump('another place is wanted'));
    return answer.promise;
  }

  /** Nothing more comes. */
  end(): void {
    for (const { from, answer } of this.#waiting.splice(0)) {
      const end = this.held.endOf(from);
      answer.resolve(end > from ? end : null);
    }
  }

  #tell(): void {
    this.#waiting = this.#waiting.filter(({ from, answer }) => {
      const end = this.held.endOf(from);
      if (end > from) answer.resolve(end);
      return end <= from;
    });
  }
}
