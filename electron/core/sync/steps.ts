/** Steps of a longer run, each of which may fail by itself. */
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Log } from '../api/http.ts';
import { RunnerClosed } from './keyed-runner.ts';

/** Waits for all, then rejects with the first failure. */
export async function inParallel(tasks: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A step whose failure must not stop the others. Losing the session or the network does stop them. */
export type OptionalStep = (what: string, step: () => Promise<unknown>) => Promise<void>;

export function createOptionalStep(log: Log): OptionalStep {
  return async (what, step) => {
    try {
      await step();
    } catch (error) {
      if (error instanceof CodedError && (error.code === 'unauthorized' || error.code === 'network'))
        throw error;
      if (!(error instanceof RunnerClosed)) log('warn', `sync of ${what}: ${reasonOf(error)}`);
    }
  };
}
