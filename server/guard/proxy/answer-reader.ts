/**
 * One answer to a POST, read from the bytes of a connection to TSDD. Only the HTTP that servers write every day is
 * known here; everything else (interim answers, answers without a body or without its length, both lengths, folded
 * lines, extensions of chunks, trailers, bytes behind the end) is odd, and read by Node's parser instead.
 */
import { TooLarge } from './read-body.ts';

/** Not written as expected here, which does not mean that it is wrong. */
export class OddAnswer extends Error {}

export interface RawAnswer {
  status: number;
  /** Names and values in turn, without those of the connection and without the length. */
  headers: readonly string[];
  /** `content-encoding`; '' = none. */
  encoding: string;
  body: Buffer;
  /** Whether the connection may be asked again. */
  isKept: boolean;
}

interface Head extends Omit<RawAnswer, 'body'> {
  headers: string[];
  /** Bytes of the body; null = in chunks. */
  length: number | null;
}

const NO_ROOM: Buffer = Buffer.alloc(0);
/** A page of 100 short messages; bytes. */
const LEAST_ROOM = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
/** As Node has it. */
const LONGEST_HEAD = 16 * 1024;
/** Digits of a chunk's size and its line break. */
const LONGEST_LINE = 10;
const CR_LF = '\r\n';
const OK = 200;
const LF = 0x0a;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;
const SPACE = 0x20;
const TAB = 0x09;

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t -~\x80-\xff]*$/;
const LENGTH = /^\d{1,15}$/;
const CHUNK_SIZE = /^[\dA-Fa-f]{1,8}\r\n$/;
/** They have no body, whatever their head says. */
export const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** What of a connection may be said without being odd; it is not passed on. */
const OF_CONNECTION = new Set(['keep-alive', 'proxy-connection']);
const ODD_NAMES = new Set(['trailer', 'upgrade', 'te']);

export class AnswerReader {
  readonly #most: number;
  #pending: Buffer | null = null;
  #head: Head | null = null;
  /** Where the body is put together; longer than it. */
  #room: Buffer;
  #size = 0;
  /** What was said to be the body, if it was no more. */
  #said: Buffer | null = null;
  /** Bytes to come of the body or of its chunk. */
  #left = 0;
  /** What the next line of a body in chunks has to be. */
  #next: 'size' | 'end of chunk' | 'end' = 'size';
  #line = '';

  /** `most`: bytes of a body. `room`: what nobody needs any more, for the next. */
  constructor(most: number, room: Buffer = NO_ROOM) {
    this.#most = most;
    this.#room = room;
  }

  /** What the body was put together in. */
  get room(): Buffer {
    return this.#room;
  }

  /**
   * Takes a piece, which may be used for something else afterwards. Answers null while more has to come.
   * @throws OddAnswer; TooLarge
   */
  push(chunk: Buffer): RawAnswer | null {
    let at = 0;
    let bytes = chunk;
    if (this.#head === null) {
      if (this.#pending !== null) bytes = Buffer.concat([this.#pending, chunk]);
      const end = bytes.indexOf(HEAD_END);
      if (end > LONGEST_HEAD || (end < 0 && bytes.length > LONGEST_HEAD)) throw new OddAnswer('a long head');
      if (end < 0) {
        this.#pending = bytes === chunk ? Buffer.from(chunk) : bytes;
        return null;
      }
      this.#pending = null;
      this.#head = headOf(bytes.toString('latin1', 0, end));
      this.#expect(this.#head.length ?? 0);
      at = end + HEAD_END.length;
    }
    const end = this.#head.length === null ? this.#chunks(bytes, at) : this.#plain(bytes, at);
    if (end < 0) return null;
    if (end < bytes.length) throw new OddAnswer('bytes behind its end');
    const { status, headers, encoding, isKept } = this.#head;
    return { status, headers, encoding, isKept, body: this.#body() };
  }

  /**
   * The body of a 200 in chunks, if what has come of it may be all: TSDD's last word comes a moment later. Said once.
   * What comes whole later is the same object, or this was not all.
   */
  maybeWhole(): Buffer | null {
    const end = this.#left === 0 && this.#size > 0 ? this.#room[this.#size - 1] : undefined;
    const isEnd = end === CLOSE_OBJECT || end === CLOSE_ARRAY;
    if (this.#said !== null || !isEnd || this.#head?.length !== null || this.#head.status !== OK) return null;
    this.#said = this.#room.subarray(0, this.#size);
    return this.#said;
  }

  #body(): Buffer {
    return this.#said?.length === this.#size ? this.#said : this.#room.subarray(0, this.#size);
  }

  #expect(more: number): void {
    const size = this.#size + more;
    if (size > this.#most) throw new TooLarge(`more than ${this.#most} bytes`);
    this.#left = more;
  }

  /** Takes of what is left. Answers where it ended. */
  #take(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#makeRoom(this.#size + end - at);
    bytes.copy(this.#room, this.#size, at, end);
    this.#size += end - at;
    this.#left -= end - at;
    return end;
  }

  /** For what is there, not for what is only said to come; twice as much each time, so that little is copied again. */
  #makeRoom(size: number): void {
    if (size <= this.#room.length) return;
    const room = Buffer.allocUnsafeSlow(Math.min(this.#most, Math.max(LEAST_ROOM, 2 * size)));
    this.#room.copy(room, 0, 0, this.#size);
    this.#room = room;
  }

  /** Behind the body; -1 = it is not whole. */
  #plain(bytes: Buffer, at: number): number {
    const end = this.#take(bytes, at);
    return this.#left === 0 ? end : -1;
  }

  #chunks(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length) {
      if (this.#left > 0) {
        at = this.#take(bytes, at);
        continue;
      }
      const unit = bytes[at] ?? 0;
      at += 1;
      this.#line += String.fromCharCode(unit);
      if (unit !== LF) {
        if (this.#line.length >= LONGEST_LINE) throw new OddAnswer('a long line of a chunk');
        continue;
      }
      if (this.#endsWith(this.#line)) return at;
      this.#line = '';
    }
    return -1;
  }

  /** Whether that line is the last of all. */
  #endsWith(line: string): boolean {
    if (this.#next === 'size') {
      if (!CHUNK_SIZE.test(line)) throw new OddAnswer('a size of a chunk');
      const size = Number.parseInt(line, 16);
      this.#expect(size);
      this.#next = size === 0 ? 'end' : 'end of chunk';
      return false;
    }
    if (line !== CR_LF) throw new OddAnswer(this.#next === 'end' ? 'trailers' : 'a chunk without its end');
    if (this.#next === 'end') return true;
    this.#next = 'size';
    return false;
  }
}

/** The last head that was read: most answers of a second have the same, to the letter. */
let [lastText, lastHead]: [string, Head | null] = ['', null];

function headOf(text: string): Head {
  if (lastHead === null || text !== lastText) [lastHead, lastText] = [readHead(text), text];
  return lastHead;
}

/** @throws OddAnswer */
function readHead(text: string): Head {
  const lines = text.split(CR_LF);
  const status = Number(STATUS_LINE.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(status) || BODILESS.has(status)) throw new OddAnswer('a status line');
  const head: Head = { status, headers: [], encoding: '', isKept: true, length: null };
  let lengths = 0;
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    // A folded line begins with a space, which no name does.
    if (!NAME.test(name) || !VALUE.test(line)) throw new OddAnswer('a line of the head');
    if (takeLength(head, name.toLowerCase(), line, colon + 1)) lengths += 1;
    else takeOther(head, name, trimmed(line, colon + 1));
  }
  if (lengths !== 1) throw new OddAnswer('not one length');
  return head;
}

/** Whether the line says how long the body is. */
function takeLength(head: Head, name: string, line: string, from: number): boolean {
  if (name === 'content-length') {
    const value = trimmed(line, from);
    if (!LENGTH.test(value)) throw new OddAnswer('a length');
    head.length = Number(value);
    return true;
  }
  if (name !== 'transfer-encoding') return false;
  if (trimmed(line, from).toLowerCase() !== 'chunked') throw new OddAnswer('an encoding of the transfer');
  return true;
}

function takeOther(head: Head, name: string, value: string): void {
  const known = name.toLowerCase();
  if (known === 'connection') {
    const said = value.toLowerCase();
    if (said !== 'close' && said !== 'keep-alive') throw new OddAnswer('a connection');
    if (said === 'close') head.isKept = false;
    return;
  }
  if (OF_CONNECTION.has(known)) return;
  if (ODD_NAMES.has(known)) throw new OddAnswer(name);
  if (known === 'content-encoding') {
    if (head.encoding !== '') throw new OddAnswer('two packings');
    head.encoding = value;
  }
  head.headers.push(name, value);
}

/** Without spaces and tabs around it; a pattern for that would not be linear. */
function trimmed(line: string, from: number): string {
  const isBlank = (at: number): boolean => line.charCodeAt(at) === SPACE || line.charCodeAt(at) === TAB;
  let [start, end] = [from, line.length];
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return line.slice(start, end);
}
