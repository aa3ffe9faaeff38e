/** The HTTP side of a business server, as it is: nothing of an answer is mended (docs/protocol/tsdd-api.md 0). */
import { reasonOf } from '../../shared/errors.ts';
import { parseExact } from '../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../shared/json.ts';
import { quoted, Shortcoming } from './shortcoming.ts';

const CALL_MS = 15_000;

export interface Answer {
  status: number;
  /** Integers beyond 2^53 are strings with their digits; null when the body is no JSON. */
  json: unknown;
  text: string;
  /** The header `Date`, ms since epoch; null without one. */
  date: number | null;
  tookMs: number;
}

export interface CallOptions {
  token?: string | null | undefined;
  body?: unknown;
  /** Sent as it is in place of `body`. */
  rawBody?: string;
}

export class Business {
  /** Without `/v1` and without a slash at the end. */
  readonly base: string;
  #signal: AbortSignal;

  constructor(base: string, signal: AbortSignal) {
    this.base = base;
    this.#signal = signal;
  }

  /** For clearing up after the time of the run was over. */
  startAnew(signal: AbortSignal): void {
    this.#signal = signal;
  }

  /** @throws Shortcoming when nothing answers */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const raw = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const startedAt = performance.now();
    try {
      const response = await fetch(`${this.base}/v1/${path}`, {
        method,
        headers: {
          ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.token ? { token: options.token } : {}),
        },
        ...(raw === undefined ? {} : { body: raw }),
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(CALL_MS)]),
      });
      const text = await response.text();
      const date = Date.parse(response.headers.get('date') ?? '');
      return {
        status: response.status,
        json: jsonIn(text),
        text,
        date: Number.isNaN(date) ? null : date,
        tookMs: performance.now() - startedAt,
      };
    } catch (error) {
      throw new Shortcoming(`${method} ${path}: no answer (${whyNoAnswer(error)})`, { cause: error });
    }
  }
}

function jsonIn(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return null;
  }
}

/** `fetch failed` says nothing; its cause does. */
function whyNoAnswer(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

/** The object of a 200. @throws Shortcoming for anything else */
export function objectOf(what: string, answer: Answer): JsonObject {
  if (answer.status !== 200) throw new Shortcoming(`${what}: ${answer.status} ${quoted(answer.text)}`);
  if (!isObject(answer.json)) throw new Shortcoming(`${what}: not an object but ${quoted(answer.text)}`);
  return answer.json;
}

/** The rows of a 200, in `key` or the answer itself. @throws Shortcoming for anything else */
export function rowsOf(what: string, answer: Answer, key?: string): JsonObject[] {
  const found = key === undefined ? answer.json : objectOf(what, answer)[key];
  if (answer.status !== 200) throw new Shortcoming(`${what}: ${answer.status} ${quoted(answer.text)}`);
  if (!Array.isArray(found)) throw new Shortcoming(`${what}: no list but ${quoted(answer.text)}`);
  return found.filter(isObject);
}

export const textAt = (row: JsonObject | undefined, key: string): string => {
  const value = row?.[key];
  return typeof value === 'string' ? value : '';
};
export const numberAt = (row: JsonObject | undefined, key: string): number => {
  const value = row?.[key];
  return typeof value === 'number' ? value : typeof value === 'string' ? Number(value) || 0 : 0;
};
export const objectAt = (row: JsonObject | undefined, key: string): JsonObject => {
  const value = row?.[key];
  return isObject(value) ? value : {};
};
