/** When the app is killed: the same seed gives the same kills in the same order. */

/** `send`, `recall` and `media` begin with the app open, the others with its start. */
export const PHASES = ['send', 'recall', 'media', 'sync', 'catchUp', 'migration'] as const;
export type Phase = (typeof PHASES)[number];

export interface Kill {
  /** 1, 2, 3 … */
  no: number;
  phase: Phase;
  /** Position of the kill in the usual length of the phase, 0 to 1. */
  moment: number;
  /** Who acts: a person at the window, or calls over the IPC that the window uses. */
  throughWindow: boolean;
  /** How many kills of this phase came before: what is used in `media` goes in turn. */
  scene: number;
  /** Choice of an older schema, 0 to 1. */
  age: number;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws each item once per round, in a new order every round. */
function bag<T>(items: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...items];
    return left.splice(Math.floor(random() * left.length), 1)[0] as T;
  };
}

/**
 * Kills of an open app and of a starting one in turn, so that every second start meets what the kill before it left
 * behind. Each phase has its share: of 20 kills at least three.
 */
export function scheduleOf(kills: number, seed: number): Kill[] {
  const random = createRandom(seed);
  const open = bag<Phase>(['send', 'recall', 'media'], random);
  const starting = bag<Phase>(['sync', 'catchUp', 'migration'], random);
  // Every second of a phase through the window.
  const seen = new Map<Phase, number>();
  return Array.from({ length: kills }, (_, index) => {
    const phase = index % 2 === 0 ? open() : starting();
    const before = seen.get(phase) ?? 0;
    seen.set(phase, before + 1);
    const throughWindow = before % 2 === 1;
    return { no: index + 1, phase, moment: random(), throughWindow, scene: before, age: random() };
  });
}
