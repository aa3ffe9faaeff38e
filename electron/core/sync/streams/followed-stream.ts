/**
 * The order of one stream's events. `msg_event_seq` counts the events of a message, whatever their key, so a number
 * that is missing is an event that is missing; what comes early waits for it. Real servers do not count deltas (they
 * are in no log until the stream is closed, wukongim.md H): those are taken as they come, each id once.
 */
import type { KnownStream, StreamOf } from '../../account-store/store-api.ts';
import { HOLE, type StreamChange } from '../../store/tables/messages/stream-text.ts';
import type { StreamEvent } from './stream-event.ts';

const MOST_IDS = 1_000;
const MOST_WAITING = 500;

export class FollowedStream {
  readonly of: StreamOf;
  readonly since = performance.now();
  /** Came, and not looked at yet. */
  queue: StreamEvent[] = [];
  /** Words are missing in the text, or may be: the server should be asked. */
  torn = false;
  final = false;
  gapTimer: NodeJS.Timeout | null = null;
  restTimer: NodeJS.Timeout | null = null;
  /** The server was; once more when the stream has ended. */
  asked = false;
  #begun = false;
  #seq = 0;
  /** Deltas with this number are not counted: that of the snapshot before them. */
  #uncountedAt = 0;
  /** What came before may have been missed, and nothing shows whether it was. */
  #unsure = false;
  /** Nothing is shown of it so far. */
  #empty = false;
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<number, StreamEvent>();

  constructor(of: StreamOf) {
    this.of = of;
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** UTF-16 units held in memory. */
  get held(): number {
    let held = 0;
    for (const { text } of [...this.queue, ...this.#waiting.values()]) held += 200 + (text?.length ?? 0);
    return held;
  }

  /** `missedBefore`: what was streamed before this connection was not heard here. */
  take(known: KnownStream, missedBefore: boolean): StreamChange {
    if (!this.#begun) {
      this.#begun = true;
      this.#unsure = known.state === 'resting' || (known.state === 'none' && missedBefore);
    }
    this.#empty = known.state === 'none';
    const change: StreamChange = { base: null, add: '', seq: 0, final: false };
    this.#reached(known.seq, change);
    for (const event of this.queue.splice(0)) this.#feed(event, change);
    if (this.#waiting.size > MOST_WAITING) this.#goOn(change);
    return this.#close(change);
  }

  /** What is missing does not come: goes on behind a hole. */
  goOn(known: KnownStream): StreamChange {
    this.#empty = known.state === 'none';
    const change: StreamChange = { base: null, add: '', seq: 0, final: false };
    this.#reached(known.seq, change);
    this.#goOn(change);
    return this.#close(change);
  }

  stopTimers(): void {
    if (this.gapTimer) clearTimeout(this.gapTimer);
    if (this.restTimer) clearTimeout(this.restTimer);
    this.gapTimer = this.restTimer = null;
  }

  #close(change: StreamChange): StreamChange {
    change.seq = this.#seq;
    this.final ||= change.final;
    return change;
  }

  #feed(event: StreamEvent, change: StreamChange): void {
    if (this.#isRepeated(event.id)) return;
    const { kind, seq, shown, text } = event;
    const counted = seq > 0 && !(kind === 'delta' && seq === this.#uncountedAt);
    if (!counted) this.#apply(event, change, false);
    else if (seq <= this.#seq) {
      // Late. Whatever its number is, the end is the end.
      if (kind === 'end' && shown) change.final = true;
    } else if (seq === this.#seq + 1 || (shown && kind !== 'delta' && text !== null)) {
      // (A whole text needs nothing of what was before it.)
      this.#apply(event, change, true);
      this.#reached(seq, change);
    } else if (!this.#waiting.has(seq)) this.#waiting.set(seq, event);
  }

  #isRepeated(id: string): boolean {
    if (id === '') return false;
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MOST_IDS && oldest !== undefined) this.#ids.delete(oldest);
    return false;
  }

  /** Everything up to this number is in the text: what waited for it goes on. */
  #reached(seq: number, change: StreamChange): void {
    this.#seq = Math.max(this.#seq, seq);
    if (this.#waiting.size === 0) return;
    for (const waiting of this.#waiting.keys()) if (waiting <= this.#seq) this.#waiting.delete(waiting);
    for (let next = this.#next(); next; next = this.#next()) this.#apply(next, change, true);
  }

  #next(): StreamEvent | undefined {
    const event = this.#waiting.get(this.#seq + 1);
    if (!event) return undefined;
    this.#seq += 1;
    this.#waiting.delete(this.#seq);
    return event;
  }

  #goOn(change: StreamChange): void {
    const left = [...this.#waiting.values()].sort((a, b) => a.seq - b.seq);
    this.#waiting.clear();
    for (const event of left) {
      // Before the first word there is an event that opens the stream, of servers that have it.
      const isOpening = this.#seq === 0 && event.seq === 2 && this.#empty;
      if (event.seq > this.#seq + 1 && !isOpening) this.#hole(event, change);
      this.#seq = event.seq;
      this.#apply(event, change, true);
    }
  }

  #hole({ kind, shown, text }: StreamEvent, change: StreamChange): void {
    this.torn = true;
    if (shown && kind === 'delta' && text !== null) change.add += HOLE;
  }

  #apply(event: StreamEvent, change: StreamChange, counted: boolean): void {
    const { kind, shown, text } = event;
    if (!shown || change.final) return;
    if (text !== null && kind !== 'delta') {
      change.base = text;
      change.add = '';
      this.torn = this.#unsure = false;
      if (kind === 'snapshot') this.#uncountedAt = event.seq;
    } else if (text !== null) {
      if (this.#unsure && !counted) this.#hole(event, change);
      this.#unsure = false;
      change.add += text;
    }
    if (kind === 'end') {
      this.torn ||= this.#unsure;
      change.final = true;
    }
  }
}
