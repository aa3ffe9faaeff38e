import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IllegalTransition, nextPhase, type Phase, type PhaseEvent, TRANSITIONS } from './state-machine.ts';

/** The whole table once more, as sentences: a change in the code has to be made twice. */
const LEGAL: [Phase, PhaseEvent, Phase][] = [
  ['idle', 'start', 'connecting'],
  ['idle', 'retry', 'idle'],
  ['idle', 'close', 'closing'],
  ['connecting', 'connected', 'online'],
  ['connecting', 'failed', 'offline'],
  ['connecting', 'failedEverywhere', 'unreachable'],
  ['connecting', 'tokenRefused', 'sessionExpired'],
  ['connecting', 'kick', 'kicked'],
  ['connecting', 'retry', 'connecting'],
  ['connecting', 'close', 'closing'],
  ['online', 'lost', 'offline'],
  ['online', 'kick', 'kicked'],
  ['online', 'retry', 'online'],
  ['online', 'close', 'closing'],
  ['offline', 'retry', 'connecting'],
  ['offline', 'close', 'closing'],
  ['unreachable', 'retry', 'connecting'],
  ['unreachable', 'close', 'closing'],
  ['kicked', 'retry', 'kicked'],
  ['kicked', 'close', 'closing'],
  ['sessionExpired', 'retry', 'sessionExpired'],
  ['sessionExpired', 'close', 'closing'],
  ['closing', 'retry', 'closing'],
  ['closing', 'close', 'closing'],
];
const PHASES = Object.keys(TRANSITIONS) as Phase[];
const EVENTS: PhaseEvent[] = [
  'start',
  'retry',
  'connected',
  'failed',
  'failedEverywhere',
  'lost',
  'tokenRefused',
  'kick',
  'close',
];

describe('connection state machine', () => {
  it.each(LEGAL)('%s on %s becomes %s', (from, event, to) => {
    expect(nextPhase(from, event)).toBe(to);
  });

  const illegal = PHASES.flatMap((phase) => EVENTS.map((event) => [phase, event] as const)).filter(
    ([phase, event]) => !LEGAL.some(([from, on]) => from === phase && on === event),
  );

  it.each(illegal)('%s on %s is refused', (from, event) => {
    expect(() => nextPhase(from, event)).toThrow(IllegalTransition);
  });

  it('is what docs/connection.md draws', () => {
    const page = readFileSync(new URL('../../../docs/connection.md', import.meta.url), 'utf8');
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, event]) => `${from} on ${event} becomes ${to}`,
    );
    const withEffect = LEGAL.filter(([from, , to]) => from !== to).map(
      ([from, event, to]) => `${from} on ${event} becomes ${to}`,
    );
    expect(new Set(drawn)).toEqual(new Set(withEffect));
  });

  it('never leaves kicked, session expired and closing by itself', () => {
    for (const phase of ['kicked', 'sessionExpired', 'closing'] as const) {
      expect(new Set(Object.values(TRANSITIONS[phase]))).toEqual(new Set([phase, 'closing']));
    }
  });
});
