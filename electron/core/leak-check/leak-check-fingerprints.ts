/**
 * Remembers what recalled messages said without keeping it: 64-bit rolling hashes of some windows of every form the
 * text could survive in, made with random numbers of this process. Memory only; nothing can be read back from them.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers';
import type { ErasedContent } from '../store/context.ts';
import { formsOf } from '../residue/text-forms.ts';

/** Bytes of a window. A form is remembered by windows of the largest size that fits into it. */
const WINDOW_SIZES = [32, 16, 8] as const;
type WindowSize = (typeof WINDOW_SIZES)[number];
/** Windows per form: beginning, end and evenly between. */
const WINDOWS_PER_FORM = 12;
/** A window of fewer different bytes ("00000000") is in every binary file: it proves nothing. */
const MIN_DIFFERENT_BYTES = 4;
const FILTER_BITS = 16;

export interface Fingerprints {
  /**
   * Takes what was erased, hashes it soon after and forgets it. What an edit replaced is put aside under its message
   * and looked for only once that message is recalled.
   */
  readonly take: (erased: ErasedContent) => void;
  /** Recalls whose text can be looked for now. */
  readonly recalls: number;
  /** Looks for all of them in a stream of bytes. */
  matcher(): Matcher;
}

/** Streaming search. `feed` the bytes of one text in order; `begin` before the next. */
export interface Matcher {
  begin(): void;
  /** `begin`, and forgets what was found. */
  reset(): void;
  feed(chunk: Uint8Array): void;
  /** What was found since the last `reset`: fingerprint -> occurrences. Opaque keys. */
  readonly found: Map<string, number>;
  /** Bytes covered by the windows found. */
  readonly bytes: number;
}

interface Recalled {
  /** By window size: high half -> low halves. */
  hashes: Map<WindowSize, [number, number][]>;
}

interface Options {
  /** How many recalls are remembered. */
  keep?: number;
  /** How many edited messages are remembered with what they said before. */
  keepEdited?: number;
}

/** Parts of a payload that are other people's words or no words at all. */
const NOT_CONTENT = new Set(['reply', 'mention', 'entities', 'from_uid', 'from_name', 'uid', 'type']);

/** Every text in a payload that recall erases. */
export function textsOf(payload: string): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) if (!NOT_CONTENT.has(name)) collect(inner);
    }
  };
  try {
    collect(JSON.parse(payload));
  } catch {
    texts.push(payload);
  }
  return texts;
}

export function createFingerprints({ keep = 100, keepEdited = 200 }: Options = {}): Fingerprints {
  const random = new Uint32Array(new Uint8Array(randomBytes(4 * (2 * 256 + 2))).buffer);
  const tables = [random.subarray(0, 256), random.subarray(256, 512)] as const;
  const factors = [(random[512] ?? 0) | 1, (random[513] ?? 0) | 1] as const;
  /** Contribution of the byte that leaves a window, per size. */
  const leaving = new Map(
    WINDOW_SIZES.map((size) => {
      const outs = tables.map((table, half) => {
        let power = 1;
        for (let i = 0; i < size; i += 1) power = Math.imul(power, factors[half] ?? 1);
        return table.map((value) => Math.imul(value, power) >>> 0);
      });
      return [size, outs as [Uint32Array, Uint32Array]] as const;
    }),
  );

  const kept: Recalled[] = [];
  /** What messages said before their edits, by id; the one edited last comes last. */
  const earlier = new Map<string, Recalled>();
  let pending: ErasedContent[] = [];
  let scheduled: NodeJS.Immediate | null = null;

  function hashOf(bytes: Uint8Array, from: number, size: number): [number, number] {
    let high = 0;
    let low = 0;
    for (let i = from; i < from + size; i += 1) {
      const byte = bytes[i] ?? 0;
      high = (Math.imul(high, factors[0]) + (tables[0][byte] ?? 0)) | 0;
      low = (Math.imul(low, factors[1]) + (tables[1][byte] ?? 0)) | 0;
    }
    return [high >>> 0, low >>> 0];
  }

  function addForm(bytes: Uint8Array, into: Recalled): void {
    const size = WINDOW_SIZES.find((candidate) => candidate <= bytes.length);
    if (size === undefined) return;
    const last = bytes.length - size;
    const windows = Math.min(WINDOWS_PER_FORM, last + 1);
    const starts = new Set([0, last]);
    for (let i = 0; i < windows; i += 1) starts.add(Math.round((i * last) / Math.max(1, windows - 1)));
    for (const start of starts) {
      if (new Set(bytes.subarray(start, start + size)).size < MIN_DIFFERENT_BYTES) continue;
      const hashes = into.hashes.get(size) ?? [];
      hashes.push(hashOf(bytes, start, size));
      into.hashes.set(size, hashes);
    }
  }

  function addTexts(payloads: readonly string[], into: Recalled): void {
    for (const text of new Set(payloads.flatMap(textsOf))) {
      for (const form of formsOf(text)) addForm(form.bytes, into);
      // What makes a short text unique are the quotation marks around it in JSON.
      if (Buffer.byteLength(text) < 8) addForm(Buffer.from(`:${JSON.stringify(text)}`), into);
    }
  }

  function putAside(messageId: string, payload: string): void {
    const before = earlier.get(messageId) ?? { hashes: new Map() };
    earlier.delete(messageId);
    earlier.set(messageId, before);
    addTexts([payload], before);
    const [oldest] = earlier.keys();
    if (earlier.size > keepEdited && oldest !== undefined) earlier.delete(oldest);
  }

  function flush(): void {
    if (scheduled) clearImmediate(scheduled);
    scheduled = null;
    for (const erased of pending) {
      if (erased.by === 'edit') {
        putAside(erased.messageId, erased.payload);
        continue;
      }
      const recalled: Recalled = { hashes: new Map() };
      addTexts(erased.payloads, recalled);
      for (const id of erased.messageIds) {
        for (const [size, hashes] of earlier.get(id)?.hashes ?? [])
          recalled.hashes.set(size, [...(recalled.hashes.get(size) ?? []), ...hashes]);
        earlier.delete(id);
      }
      kept.push(recalled);
    }
    pending = [];
    kept.splice(0, Math.max(0, kept.length - keep));
  }

  return {
    take(erased) {
      pending.push(erased);
      // In a catch-up of thousands only the last ones are ever hashed.
      if (pending.length > keep + keepEdited) pending.shift();
      scheduled ??= setImmediate(flush).unref();
    },
    get recalls() {
      flush();
      return kept.length;
    },
    matcher() {
      flush();
      return createMatcher(kept, tables, factors, leaving);
    },
  };
}

type Halves<T> = readonly [T, T];

function createMatcher(
  kept: readonly Recalled[],
  tables: Halves<Uint32Array>,
  factors: Halves<number>,
  leaving: ReadonlyMap<WindowSize, Halves<Uint32Array>>,
): Matcher {
  const found = new Map<string, number>();
  let covered = 0;
  const lanes = WINDOW_SIZES.map((size) => {
    const filter = new Uint8Array(1 << FILTER_BITS);
    const byHigh = new Map<number, Set<number>>();
    for (const { hashes } of kept) {
      for (const [high, low] of hashes.get(size) ?? []) {
        filter[high >>> (32 - FILTER_BITS)] = 1;
        const lows = byHigh.get(high) ?? new Set();
        byHigh.set(high, lows.add(low));
      }
    }
    return { size, filter, byHigh, high: 0, low: 0, coveredTo: -1 };
  }).filter(({ byHigh }) => byHigh.size > 0);

  const before = new Uint8Array(32);
  let length = 0;

  function feedLane(lane: (typeof lanes)[number], chunk: Uint8Array): void {
    const { size, filter, byHigh } = lane;
    const outs = leaving.get(size);
    if (!outs) return;
    const [inHigh, inLow] = tables;
    const [outHigh, outLow] = outs;
    const [factorHigh, factorLow] = factors;
    const shift = 32 - FILTER_BITS;
    let { high, low } = lane;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] as number;
      high = (Math.imul(high, factorHigh) + (inHigh[byte] as number)) | 0;
      low = (Math.imul(low, factorLow) + (inLow[byte] as number)) | 0;
      const at = length + i;
      if (at < size - 1) continue;
      if (at >= size) {
        const gone = (i >= size ? chunk[i - size] : before[32 - size + i]) as number;
        high = (high - (outHigh[gone] as number)) | 0;
        low = (low - (outLow[gone] as number)) | 0;
      }
      if (filter[high >>> shift] === 0) continue;
      if (!byHigh.get(high >>> 0)?.has(low >>> 0)) continue;
      const key = `${size}:${high >>> 0}:${low >>> 0}`;
      found.set(key, (found.get(key) ?? 0) + 1);
      covered += Math.min(size, at - lane.coveredTo);
      lane.coveredTo = at;
    }
    lane.high = high;
    lane.low = low;
  }

  function begin(): void {
    length = 0;
    before.fill(0);
    for (const lane of lanes) Object.assign(lane, { high: 0, low: 0, coveredTo: -1 });
  }

  return {
    found,
    get bytes() {
      return covered;
    },
    begin,
    reset() {
      begin();
      found.clear();
      covered = 0;
    },
    feed(chunk) {
      if (chunk.length === 0) return;
      for (const lane of lanes) feedLane(lane, chunk);
      if (chunk.length >= 32) before.set(chunk.subarray(chunk.length - 32));
      else {
        before.copyWithin(0, chunk.length);
        before.set(chunk, 32 - chunk.length);
      }
      length += chunk.length;
    },
  };
}
