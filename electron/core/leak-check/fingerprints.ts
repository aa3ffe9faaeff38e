/**
 * Remembers what recalled messages said without keeping it: hashes of some windows of every form the text could survive
 * in. Memory only; nothing can be read back from them.
 */
import { setImmediate } from 'node:timers';
import { formsOf } from '../residue/text-forms.ts';
import type { ErasedContent } from '../store/context.ts';
import { textsOf } from './erased-texts.ts';
import { Matcher } from './matcher.ts';
import { type Halves, RollingHash, WINDOW_SIZES, type WindowSize } from './rolling-hash.ts';

/** Windows per form: beginning, end and evenly between. Their size: the largest that fits into the form. */
const WINDOWS_PER_FORM = 12;
/** A window of fewer different bytes ("00000000") is in every binary file: it proves nothing. */
const MIN_DIFFERENT_BYTES = 4;

/** What one message said, in all its forms. */
type Hashes = Map<WindowSize, Halves<number>[]>;

interface Options {
  /** How many recalls are remembered. */
  keep?: number;
  /** How many edited messages are remembered with what they said before. */
  keepEdited?: number;
}

export class Fingerprints {
  readonly #keep: number;
  readonly #keepEdited: number;
  readonly #hash = new RollingHash();
  /** The last recalls, the newest last. */
  readonly #kept: Hashes[] = [];
  /** What messages said before their edits, by id; the one edited last comes last. */
  readonly #earlier = new Map<string, Hashes>();
  #pending: ErasedContent[] = [];
  #scheduled: NodeJS.Immediate | null = null;

  constructor({ keep = 100, keepEdited = 200 }: Options = {}) {
    this.#keep = keep;
    this.#keepEdited = keepEdited;
  }

  /**
   * Takes what was erased, hashes it soon after and forgets it. What an edit replaced is kept under its message, of so
   * many edited messages, and stays when that message is recalled.
   */
  take(erased: ErasedContent): void {
    this.#pending.push(erased);
    // In a catch-up of thousands only the last ones are ever hashed.
    if (this.#pending.length > this.#keep + this.#keepEdited) this.#pending.shift();
    this.#scheduled ??= setImmediate(() => this.#flush()).unref();
  }

  /** Recalls, deletions and edited messages whose text can be looked for now. */
  get size(): number {
    this.#flush();
    return this.#kept.length + this.#earlier.size;
  }

  /** Looks for all of them in a stream of bytes. */
  matcher(): Matcher {
    this.#flush();
    return new Matcher(this.#hash, [...this.#kept, ...this.#earlier.values()]);
  }

  #flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    for (const erased of this.#pending) {
      if (erased.by === 'edit') this.#putAside(erased.messageId, erased.payload);
      else this.#kept.push(this.#erased(erased.by === 'recall' ? erased.messageIds : [], erased.payloads));
    }
    this.#pending = [];
    this.#kept.splice(0, Math.max(0, this.#kept.length - this.#keep));
  }

  #erased(messageIds: readonly string[], payloads: readonly string[]): Hashes {
    const erased: Hashes = new Map();
    this.#addTexts(payloads, erased);
    for (const id of messageIds) {
      for (const [size, hashes] of this.#earlier.get(id) ?? [])
        erased.set(size, [...(erased.get(size) ?? []), ...hashes]);
      this.#earlier.delete(id);
    }
    return erased;
  }

  #putAside(messageId: string, payload: string): void {
    const before: Hashes = this.#earlier.get(messageId) ?? new Map();
    this.#earlier.delete(messageId);
    this.#earlier.set(messageId, before);
    this.#addTexts([payload], before);
    const [oldest] = this.#earlier.keys();
    if (this.#earlier.size > this.#keepEdited && oldest !== undefined) this.#earlier.delete(oldest);
  }

  #addTexts(payloads: readonly string[], into: Hashes): void {
    for (const text of new Set(payloads.flatMap(textsOf))) {
      for (const form of formsOf(text)) this.#addForm(form.bytes, into);
      // A short text is told from others by the quotation marks around it in JSON.
      if (Buffer.byteLength(text) < 8) this.#addForm(Buffer.from(`:${JSON.stringify(text)}`), into);
    }
  }

  #addForm(bytes: Uint8Array, into: Hashes): void {
    const size = WINDOW_SIZES.find((candidate) => candidate <= bytes.length);
    if (size === undefined) return;
    const last = bytes.length - size;
    const windows = Math.min(WINDOWS_PER_FORM, last + 1);
    const starts = new Set([0, last]);
    for (let i = 0; i < windows; i += 1) starts.add(Math.round((i * last) / Math.max(1, windows - 1)));
    for (const start of starts) {
      if (new Set(bytes.subarray(start, start + size)).size < MIN_DIFFERENT_BYTES) continue;
      const hashes = into.get(size) ?? [];
      hashes.push(this.#hash.of(bytes, start, size));
      into.set(size, hashes);
    }
  }
}
