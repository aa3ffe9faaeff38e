/**
 * The connection's state machine: a pure table, so that what can follow what is read in one place
 * (docs/connection.md draws it). The code that performs the transitions is connection.ts.
 */

export type Phase =
  | 'idle'
  | 'connecting'
  | 'online'
  /** Waiting for the next try; the business server answers or was not asked. */
  | 'offline'
  /** Waiting for the next try; the business server does not answer either. */
  | 'unreachable'
  | 'kicked'
  | 'sessionExpired'
  | 'closing';

export type PhaseEvent =
  | 'start'
  /** The waiting time is over, or somebody asked to try now. */
  | 'retry'
  /** CONNACK with reason 1. */
  | 'connected'
  /** A series of attempts failed, the business server answers. */
  | 'failed'
  /** A series of attempts failed and the business server does not answer. */
  | 'failedEverywhere'
  /** An established connection ended. */
  | 'lost'
  /** The token is not accepted any more. */
  | 'tokenRefused'
  /** DISCONNECT, or CONNACK with a ban. */
  | 'kick'
  | 'close';

/** A missing entry is an illegal transition. An entry that leads to its own phase is an event without effect. */
export const TRANSITIONS: Readonly<Record<Phase, Readonly<Partial<Record<PhaseEvent, Phase>>>>> = {
  idle: { start: 'connecting', retry: 'idle', close: 'closing' },
  connecting: {
    connected: 'online',
    failed: 'offline',
    failedEverywhere: 'unreachable',
    tokenRefused: 'sessionExpired',
    kick: 'kicked',
    // The running series starts over when it is old; else, if it fails, the next one starts at once.
    retry: 'connecting',
    close: 'closing',
  },
  online: {
    lost: 'offline',
    kick: 'kicked',
    // A liveness check of the connection, no new one.
    retry: 'online',
    close: 'closing',
  },
  offline: { retry: 'connecting', close: 'closing' },
  unreachable: { retry: 'connecting', close: 'closing' },
  // Both need a new sign-in, which makes a new connection: trying again would only fight the other device.
  kicked: { retry: 'kicked', close: 'closing' },
  sessionExpired: { retry: 'sessionExpired', close: 'closing' },
  closing: { retry: 'closing', close: 'closing' },
};

export class IllegalTransition extends Error {
  constructor(phase: Phase, event: PhaseEvent) {
    super(`connection: event "${event}" cannot happen in state "${phase}"`);
    this.name = 'IllegalTransition';
  }
}

/** @throws IllegalTransition */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  const next = TRANSITIONS[phase][event];
  if (next === undefined) throw new IllegalTransition(phase, event);
  return next;
}
