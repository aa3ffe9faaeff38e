/**
 * Histories for the one-state test: a small world of messages over two channels, and the steps in which it reaches
 * this device. Plain data, so that a failing case can be printed and shrunk.
 */
import * as fc from 'fast-check';
import { SAID_KINDS, type SaidKind } from './history-kinds.ts';

export const ME = 'u-me';
const AUTHORS = ['u-bob', 'u-carol', ME] as const;

export interface WorldMessage {
  /** Index in the world. */
  index: number;
  /** 0 or 1. */
  channel: number;
  seq: number;
  author: string;
  /** Index of the first message with the same client_msg_no; its own index when it is no copy. */
  root: number;
  kind: 'text' | SaidKind | 'system' | 'odd' | 'cmd' | 'notice';
  mention: 'none' | 'me' | 'all';
  /** Index of the quoted message, in any channel; null = none. */
  quote: number | null;
  /** Burns after reading, when its chat is left. */
  flame: boolean;
  /**
   * Goes when time passes. Only what others said and nobody quotes: an own one counts from its answer, and what waits
   * with a quote of it depends on whether its words were ever here (auto-delete.test.ts, word-losses.test.ts).
   */
  expires: boolean;
}

export type Step =
  | { do: 'live'; of: number[] }
  | { do: 'history'; channel: number; from: number; to: number; recalled: number[]; blank: boolean }
  | { do: 'conversation'; channel: number; recents: number; recalled: number[]; last: number; unread: number }
  | { do: 'queue'; of: number }
  | { do: 'acknowledge'; of: number }
  | { do: 'recallOnAck'; of: number }
  | { do: 'askRecall'; of: number }
  | { do: 'ownRecall'; of: number }
  | { do: 'recallPage'; channel: number; of: number[]; version: number; revoker: string | null }
  /**
   * Nothing came over the connection (RECV or CMD swallowed): the list brings what was said until `last`, extra/sync
   * the recalls of `of`.
   */
  | {
      do: 'look';
      channel: number;
      recents: number;
      last: number;
      unread: number;
      of: number[];
      version: number;
    }
  | { do: 'edit'; of: number; version: number }
  /** What a bot says by now, pushed as an event or read from the history; the third time it is complete. */
  | { do: 'stream'; of: number; version: number; how: 'event' | 'history' }
  /** The history says that it was heard, as of a voice message. */
  | { do: 'heard'; of: number }
  | { do: 'mutualDelete'; of: number; version: number }
  | { do: 'deleteForMe'; of: number }
  | { do: 'queueEdit'; of: number }
  | { do: 'openFlame'; of: number }
  | { do: 'leaveChat'; channel: number }
  | { do: 'draft'; channel: number; replyTo: number }
  | { do: 'favourite'; of: number }
  /** Somebody reacts, or I do. */
  | { do: 'react'; of: number; seq: number; mine: boolean }
  /** Somebody pins it, or I do. */
  | { do: 'pin'; of: number; mine: boolean; on: boolean }
  | { do: 'remind'; of: number }
  /** A file of it is loaded: its picture, its recording, its film or the cover of that, a picture in it. */
  | { do: 'file'; of: number; part: 'file' | 'cover' }
  /** So many have read it, says the server. */
  | { do: 'reader'; of: number; version: number }
  /** A merged forward with a copy of it comes to a third chat, and another one waits there. */
  | { do: 'forward'; of: number }
  | { do: 'markRead'; channel: number; seq: number }
  | { do: 'reminder'; of: number; version: number; done: boolean }
  | { do: 'timePasses' }
  | { do: 'push' }
  | { do: 'reopen' };

/** What a look is made of. */
export function partsOfLook(look: Extract<Step, { do: 'look' }>): Step[] {
  const { channel, recents, last, unread, of: recalled, version } = look;
  return [
    { do: 'conversation', channel, recents, last, unread, recalled: [] },
    ...(recalled.length > 0
      ? [{ do: 'recallPage' as const, channel, of: recalled, version, revoker: null }]
      : []),
  ];
}

export interface History {
  world: WorldMessage[];
  steps: Step[];
}

interface Draw {
  channel: number;
  author: number;
  copyOf: number | null;
  kind: WorldMessage['kind'];
  mention: WorldMessage['mention'];
  quote: number | null;
  flame: boolean;
  expires: boolean;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  channel: fc.nat(1),
  author: fc.nat(AUTHORS.length - 1),
  copyOf: fc.option(fc.nat(5), { freq: 3 }),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('text' as const) },
    { weight: 1, arbitrary: fc.constantFrom('system' as const, 'odd' as const) },
    { weight: 4, arbitrary: fc.constantFrom(...SAID_KINDS) },
    { weight: 1, arbitrary: fc.constantFrom('cmd' as const, 'notice' as const) },
  ),
  mention: fc.constantFrom('none' as const, 'none' as const, 'me' as const, 'all' as const),
  quote: fc.option(fc.nat(5), { freq: 2 }),
  flame: fc.constantFrom(false, false, false, true),
  expires: fc.constantFrom(false, false, true),
});

function worldOf(draws: readonly Draw[]): WorldMessage[] {
  const world: WorldMessage[] = [];
  for (const [index, { channel, author, copyOf, kind, mention, quote, flame, expires }] of draws.entries()) {
    const original = copyOf === null ? undefined : world[copyOf];
    // A copy is a resend, and the server sends its lines once.
    const root = original && original.kind !== 'system' ? world[original.root] : undefined;
    const at = root?.channel ?? channel;
    const seq = 1 + world.filter((message) => message.channel === at).length;
    world.push(
      root
        ? { ...root, index, seq }
        : {
            index,
            channel: at,
            seq,
            // Nobody else speaks as the system.
            author: kind === 'system' ? '' : (AUTHORS[author] ?? ME),
            root: index,
            kind,
            mention,
            quote:
              kind === 'text' && quote !== null && quote < draws.length && quote !== index ? quote : null,
            flame: flame && kind === 'text',
            expires: expires && AUTHORS[author] !== ME && !draws.some((other) => other.quote === index),
          },
    );
  }
  return world;
}

const index = fc.nat(5);
const some = fc.uniqueArray(index, { minLength: 1, maxLength: 6 });
const few = fc.uniqueArray(index, { maxLength: 2 });
const channel = fc.nat(1);
const version = fc.nat(4);
const of = <D extends string>(name: D): fc.Arbitrary<{ do: D; of: number }> =>
  fc.record({ do: fc.constant(name), of: index });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('live' as const), of: some }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('history' as const),
      channel,
      from: fc.integer({ min: 1, max: 3 }),
      to: fc.integer({ min: 1, max: 7 }),
      recalled: few,
      blank: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('conversation' as const),
      channel,
      recents: fc.nat(3),
      recalled: few,
      last: fc.nat(7),
      unread: fc.nat(7),
    }),
  },
  { weight: 3, arbitrary: of('queue') },
  { weight: 3, arbitrary: of('acknowledge') },
  { weight: 1, arbitrary: of('recallOnAck') },
  { weight: 2, arbitrary: of('askRecall') },
  { weight: 2, arbitrary: of('ownRecall') },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('recallPage' as const),
      channel,
      of: some,
      version,
      revoker: fc.constantFrom(null, ...AUTHORS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('look' as const),
      channel,
      recents: fc.nat(5),
      last: fc.nat(7),
      unread: fc.nat(7),
      of: fc.uniqueArray(index, { maxLength: 4 }),
      version,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), of: index, version }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('stream' as const),
      of: index,
      version: fc.integer({ min: 1, max: 3 }),
      how: fc.constantFrom('event' as const, 'history' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mutualDelete' as const), of: index, version }) },
  { weight: 2, arbitrary: of('heard') },
  { weight: 1, arbitrary: of('deleteForMe') },
  { weight: 1, arbitrary: of('queueEdit') },
  { weight: 2, arbitrary: of('favourite') },
  { weight: 1, arbitrary: of('remind') },
  { weight: 2, arbitrary: of('forward') },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('file' as const),
      of: index,
      part: fc.constantFrom('file' as const, 'cover' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reader' as const), of: index, version }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('react' as const),
      of: index,
      seq: fc.integer({ min: 1, max: 4 }),
      mine: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pin' as const),
      of: index,
      mine: fc.boolean(),
      on: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: of('openFlame') },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leaveChat' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('draft' as const), channel, replyTo: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('markRead' as const), channel, seq: fc.nat(7) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reminder' as const),
      of: index,
      version: fc.integer({ min: 1, max: 3 }),
      done: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'timePasses' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'push' as const }) },
);

/** `reopen` is dear: at most one, in one history of forty. */
export const history: fc.Arbitrary<History> = fc
  .record({
    draws: fc.array(draw, { minLength: 2, maxLength: 6 }),
    steps: fc.array(step, { minLength: 1, maxLength: 14 }),
    reopenAt: fc.option(fc.nat(12), { freq: 1, nil: null }),
    rare: fc.nat(39),
  })
  .map(({ draws, steps, reopenAt, rare }) => ({
    world: worldOf(draws),
    steps:
      reopenAt === null || rare > 0
        ? steps
        : [...steps.slice(0, reopenAt), { do: 'reopen' as const }, ...steps.slice(reopenAt)],
  }));
