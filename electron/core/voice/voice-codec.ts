/**
 * The thread that codes recordings, there while it is needed: what it holds of one goes with it, a few seconds after
 * the last.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { FromCodec, ToCodec } from './codec-protocol.ts';
import { unplayable } from './sound.ts';

/** Recalled words are gone from memory within 5 s (docs/recall.md). */
const IDLE_MS = 2_000;
/** A minute takes a fifth of a second; what takes as long as this never ends. */
const DEFAULT_TIMEOUT_MS = 20_000;
/** Beside the worker's program in the built app; in tests the source itself. */
const FILES = ['./voice.cjs', './codec-thread.ts'];

type Job = { do: 'decode'; amr: Uint8Array<ArrayBuffer> } | { do: 'encode'; pcm: Int16Array<ArrayBuffer> };
interface Waiting extends PromiseWithResolvers<FromCodec> {
  timer: NodeJS.Timeout;
}

export class VoiceCodec {
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  /** `amr` is moved: empty afterwards. @throws CodedError `refused` (`format`) */
  async decode(amr: Uint8Array<ArrayBuffer>): Promise<Int16Array<ArrayBuffer>> {
    const answer = await this.#ask({ do: 'decode', amr }, amr.buffer);
    return 'pcm' in answer ? answer.pcm : Promise.reject(unplayable('this recording cannot be decoded'));
  }

  /** `pcm` is moved: empty afterwards. @throws CodedError `refused` (`format`) */
  async encode(pcm: Int16Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.#ask({ do: 'encode', pcm }, pcm.buffer);
    return 'amr' in answer ? answer.amr : Promise.reject(unplayable('this recording cannot be encoded'));
  }

  close(): void {
    this.#end();
  }

  #ask(job: Job, moved: ArrayBuffer): Promise<FromCodec> {
    clearTimeout(this.#idle);
    this.#lastId += 1;
    const id = this.#lastId;
    const timer = setTimeout(() => this.#end(), this.#timeoutMs);
    timer.unref();
    const waiting: Waiting = { ...Promise.withResolvers<FromCodec>(), timer };
    this.#waiting.set(id, waiting);
    this.#thread ??= this.#begin();
    const message: ToCodec = { id, ...job };
    this.#thread.postMessage(message, [moved]);
    return waiting.promise;
  }

  #begin(): Worker {
    const thread = new Worker(fileOf());
    thread.unref();
    thread.on('message', (answer: FromCodec) => this.#answered(answer));
    thread.on('error', () => this.#end(thread));
    thread.on('exit', () => this.#end(thread));
    return thread;
  }

  #answered(answer: FromCodec): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
    // What has failed once may be damaged for all that come after it.
    if ('failed' in answer) this.#end();
    else if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  /** `which`: unless another one has taken its place. */
  #end(which = this.#thread): void {
    if (which === null || which !== this.#thread) return;
    this.#thread = null;
    clearTimeout(this.#idle);
    for (const [id, { resolve, timer }] of this.#waiting) {
      clearTimeout(timer);
      resolve({ id, failed: true });
    }
    this.#waiting.clear();
    void which.terminate();
  }
}

function fileOf(): URL {
  for (const file of FILES) {
    const url = new URL(file, import.meta.url);
    if (existsSync(url)) return url;
  }
  throw new Error('voice: not beside the program');
}
