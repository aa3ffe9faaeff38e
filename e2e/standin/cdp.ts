/** A minimal client of the Chrome DevTools Protocol over the browser's debugging pipe (NUL-separated JSON). */
import type { Readable, Writable } from 'node:stream';
import { Emitter } from '../../shared/emitter.ts';

export type Params = Record<string, unknown>;
type Listener = (params: Params) => void;

interface Pending {
  resolve: (result: Params) => void;
  reject: (error: Error) => void;
  method: string;
}

interface Incoming {
  id?: number;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
  sessionId?: string;
}

export class Cdp {
  readonly #out: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #events = new Map<string, Emitter<Params>>();
  #nextId = 1;
  #closed = false;

  constructor(out: Writable, input: Readable) {
    this.#out = out;
    let chunks: Buffer[] = [];
    input.on('data', (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
        chunks.push(chunk.subarray(start, end));
        this.#receive(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Incoming);
        chunks = [];
        start = end + 1;
      }
      if (start < chunk.length) chunks.push(chunk.subarray(start));
    });
    input.on('close', () => this.close());
    out.on('error', () => this.close());
  }

  /** Rejects with the browser's error text, or when the browser is gone. */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    if (this.#closed) return Promise.reject(new Error(`${method}: the browser is gone`));
    const id = this.#nextId;
    this.#nextId += 1;
    const message = sessionId === undefined ? { id, method, params } : { id, method, params, sessionId };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, method });
      this.#out.write(`${JSON.stringify(message)}\0`);
    });
  }

  /** Events of the browser itself (no `sessionId`) or of one session. */
  on(method: string, listener: Listener, sessionId = ''): void {
    const key = `${sessionId} ${method}`;
    const event = this.#events.get(key) ?? new Emitter();
    event.on(listener);
    this.#events.set(key, event);
  }

  /** Drops the listeners of an ended session. */
  forget(sessionId: string): void {
    for (const key of this.#events.keys()) if (key.startsWith(`${sessionId} `)) this.#events.delete(key);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject, method } of this.#pending.values())
      reject(new Error(`${method}: the browser is gone`));
    this.#pending.clear();
  }

  #receive(message: Incoming): void {
    if (message.id !== undefined) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) pending?.reject(new Error(`${pending.method}: ${message.error.message}`));
      else pending?.resolve(message.result ?? {});
      return;
    }
    this.#events.get(`${message.sessionId ?? ''} ${message.method ?? ''}`)?.emit(message.params ?? {});
  }
}
