/**
 * Patience with a server that is reached and does not answer: it failed (5xx), wants to be asked later, was silent for
 * too long, or somebody between answered for it. While a cluster elects that takes seconds, and is no reason to tell
 * anybody that their change failed. What may be asked for twice is asked again for a while; what may not is said to be
 * unsure. Durable requests have the outbox for this.
 */
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { NoAnswerError, RefusedError } from '../api/http.ts';
import { isServersTrouble } from '../api/server-trouble.ts';
import type { CoreContext } from './core-context.ts';

export interface PatienceTimings {
  firstMs: number;
  maxMs: number;
  /** No try begins later than this after the first. With the time-out of that one it is half a minute at most. */
  patienceMs: number;
}

const TIMINGS: PatienceTimings = { firstMs: 1_000, maxMs: 4_000, patienceMs: 20_000 };

export interface Patience {
  /**
   * For what leads to the same however often it is asked for. `isDone` looks whether a try without an answer was
   * taken: then it is not made again (a group would be told twice), and a refusal of the next one is none.
   */
  repeat: (ask: () => Promise<void>, isDone?: () => Promise<boolean>) => Promise<void>;
  /** One after the other, in the order asked for: of two opposite changes of a thing the later one stands. */
  inTurn: <T>(key: string, task: () => Promise<T>) => Promise<T>;
  /** For what would happen twice. `lookAgain` reads what would show that it has happened. */
  once: <T>(ask: () => Promise<T>, lookAgain: () => unknown) => Promise<T>;
}

async function wasTaken(isDone: (() => Promise<boolean>) | undefined): Promise<boolean> {
  try {
    return (await isDone?.()) ?? false;
  } catch {
    // Not to be known now.
    return false;
  }
}

export function createPatience(
  { connectionState, log }: Pick<CoreContext, 'connectionState' | 'log'>,
  timings: PatienceTimings = TIMINGS,
): Patience {
  /** A server that refuses connections while another connection to it stands is being started again. */
  const mayAnswerSoon = (error: unknown): error is NoAnswerError =>
    error instanceof NoAnswerError &&
    !error.badCertificate &&
    (error.reached || connectionState().state === 'online');

  /** The last task of each key. */
  const turns = new Map<string, Promise<unknown>>();

  return {
    async inTurn(key, task) {
      const before = turns.get(key);
      const mine = before ? before.then(task, task) : task();
      turns.set(key, mine);
      try {
        return await mine;
      } finally {
        if (turns.get(key) === mine) turns.delete(key);
      }
    },

    async repeat(ask, isDone) {
      const startedAt = performance.now();
      let mayBeDone = false;
      for (let pauseMs = timings.firstMs; ; pauseMs = Math.min(timings.maxMs, pauseMs * 2)) {
        try {
          await ask();
          return;
        } catch (error) {
          if (mayBeDone && error instanceof RefusedError && (await wasTaken(isDone))) return;
          // (TSDD's own trouble is a 400, and may come after half of it was done.)
          const isTrouble = isServersTrouble(error);
          if (!isTrouble && !mayAnswerSoon(error)) throw error;
          const noAnswer = error instanceof NoAnswerError ? error : null;
          mayBeDone ||= noAnswer?.mayBeDone ?? true;
          const waitMs = Math.max(pauseMs, noAnswer?.retryAfterMs ?? 0);
          const isLast = performance.now() - startedAt + waitMs > timings.patienceMs;
          log('info', `${reasonOf(error)}: ${isLast ? 'given up' : `asked again in ${waitMs} ms`}`);
          if (!isLast) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
          if (mayBeDone && (await wasTaken(isDone))) return;
          if (isLast) throw new CodedError('noAnswer', reasonOf(error));
        }
      }
    },

    async once(ask, lookAgain) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof NoAnswerError && error.mayBeDone)) throw error;
        log('info', `${error.message}: it may have happened`);
        void lookAgain();
        throw new CodedError('unsure', error.message);
      }
    },
  };
}
