/**
 * Which messages the lines "X pinned a message" are about. Such a line carries the words of the message and no id
 * (tsdd-api.md 12), and the words are not kept; what was pinned when is asked of the server. A line that cannot be
 * placed stays without words.
 */
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Pin } from '../api/history-calls.ts';
import { forStore } from './history-rows.ts';
import { KeyedRunner, RunnerClosed } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const REFILL_MS = 10_000;
const LOOK_REFILL_MS = 1_000;
/** Between the pin's time at the business server and that of its line at the IM server. */
const SLACK_S = 15;
/** Time zones are whole multiples of this. */
const ZONE_S = 900;
/** Those that changed last: each is compared with each line, and an answer may hold any number. */
const MOST_PINS = 1_000;

export interface Tip {
  messageId: string;
  messageSeq: number;
  timestamp: number;
}

export interface TipReference {
  tipId: string;
  messageId: string;
  messageSeq: number;
}

export class PinnedTips {
  readonly #context: SyncContext;
  /** Looks into the store: any member may post such lines, as many as he likes. */
  readonly #looks: KeyedRunner;
  /** Questions to the server. */
  readonly #questions: KeyedRunner;
  /** Lines that were asked for since the connection came up, and could not be placed. */
  readonly #asked = new Set<string>();
  /** Channels that wait for a look: however many lines come meanwhile, it is one. */
  readonly #waiting = new Set<string>();
  /** Channels whose pins changed since they were asked for: each line is asked for once more. */
  readonly #changed = new Set<string>();

  constructor(context: SyncContext) {
    this.#context = context;
    this.#looks = new KeyedRunner({
      burst: 5,
      refillMs: LOOK_REFILL_MS,
      concurrency: 2,
      run: async (key) => this.#look(key),
    });
    this.#questions = new KeyedRunner({
      burst: 3,
      refillMs: REFILL_MS,
      concurrency: 2,
      run: (key) => this.#place(parseChannelKey(key)),
    });
  }

  /** What could not be placed before is asked for once more. */
  connected(): void {
    this.#asked.clear();
  }

  /** Lines of this channel may be there that name no message yet. */
  look(channel: ChannelRef): void {
    const key = channelKey(channel);
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#inBackground(this.#looks.request(key));
  }

  /** Something was pinned or is no longer. */
  changed(channel: ChannelRef): void {
    this.#changed.add(channelKey(channel));
    this.look(channel);
  }

  close(): void {
    this.#looks.close();
    this.#questions.close();
  }

  #inBackground(task: Promise<void>): void {
    task.catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) this.#context.log('info', `pinned messages: ${reasonOf(error)}`);
    });
  }

  /** False: each look costs, whatever it finds. */
  #look(key: string): false {
    this.#waiting.delete(key);
    const isChanged = this.#changed.delete(key);
    const tips = this.#context.store.messages.unreferredPinTips(parseChannelKey(key));
    if (isChanged) for (const { messageId } of tips) this.#asked.delete(messageId);
    if (tips.some(({ messageId }) => !this.#asked.has(messageId)))
      this.#inBackground(this.#questions.request(key));
    return false;
  }

  async #place(channel: ChannelRef): Promise<boolean> {
    const { api, store } = this.#context;
    for (const { messageId } of store.messages.unreferredPinTips(channel)) this.#asked.add(messageId);
    const { pins, messages } = await api.pinnedMessages(channel);
    const references = referencesOf(store.messages.unreferredPinTips(channel), pins);
    if (references.length === 0) return false;
    const wanted = new Set(references.map(({ messageId }) => messageId));
    store.messages.ingest(forStore(messages.filter(({ messageId }) => wanted.has(messageId))), 'history');
    store.messages.referPinTips(references);
    // A channel whose rows are read anew has such lines again.
    for (const { tipId } of references) this.#asked.delete(tipId);
    return true;
  }
}

/**
 * A line belongs to what was pinned at its time. Each message has one line, that of its first pin: so of several the
 * nearest, and none that is as near to two.
 */
export function referencesOf(tips: readonly Tip[], pins: readonly Pin[]): TipReference[] {
  const latest = pins.toSorted((a, b) => b.changedAtMs - a.changedAtMs).slice(0, MOST_PINS);
  const times = latest.map((pin) => ({ pin, createdAt: secondsOf(pin.createdAt) }));
  const pairs = tips.flatMap((tip) =>
    times
      .filter(({ pin }) => pin.messageSeq < tip.messageSeq)
      .map(({ pin, createdAt }) => ({ tip, pin, apart: secondsApart(tip, pin, createdAt) }))
      .filter(({ apart }) => apart <= SLACK_S),
  );
  pairs.sort((a, b) => a.apart - b.apart || b.tip.messageSeq - a.tip.messageSeq);
  const placed = new Map<string, TipReference>();
  const used = new Set<string>();
  for (const { tip, pins: nearest } of equallyNear(pairs)) {
    const [pin, rival] = nearest.filter(({ messageId }) => !used.has(messageId));
    if (!pin || rival || placed.has(tip.messageId)) continue;
    placed.set(tip.messageId, { tipId: tip.messageId, messageId: pin.messageId, messageSeq: pin.messageSeq });
    used.add(pin.messageId);
  }
  return [...placed.values()];
}

interface Pair {
  tip: Tip;
  pin: Pin;
  apart: number;
}

/** Of pairs in their order: the pins that are as near to a line as each other stand beside each other. */
function equallyNear(pairs: readonly Pair[]): { tip: Tip; pins: Pin[] }[] {
  const runs: (Omit<Pair, 'pin'> & { pins: Pin[] })[] = [];
  for (const { tip, pin, apart } of pairs) {
    const last = runs.at(-1);
    if (last?.tip === tip && last.apart === apart) last.pins.push(pin);
    else runs.push({ tip, apart, pins: [pin] });
  }
  return runs;
}

/** A database's date, as if it were one of Greenwich; NaN = unknown. */
const secondsOf = (createdAt: string): number => Date.parse(`${createdAt.replace(' ', 'T')}Z`) / 1000;

function secondsApart({ timestamp }: Tip, { changedAtMs }: Pin, createdAt: number): number {
  const changed = Math.abs(changedAtMs / 1000 - timestamp);
  if (!Number.isFinite(createdAt)) return changed;
  // The database's time zone is not known: what counts is the rest, if the whole is a possible zone.
  const off = createdAt - timestamp;
  const zone = Math.round(off / ZONE_S) * ZONE_S;
  return Math.abs(zone) > 15 * 3600 ? changed : Math.min(changed, Math.abs(off - zone) + 1);
}
