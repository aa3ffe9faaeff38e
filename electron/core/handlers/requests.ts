/** Requests of the page: each to its handler, what it throws as a `Failure`. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { CoreContract } from '../../../shared/ipc/contract/contract.ts';
import { failureOf, type Result } from '../../../shared/ipc/result.ts';
import type { Log } from '../api/http.ts';
import type { Composer } from './enqueue.ts';

export interface RequestsParts {
  handlers: Handlers<CoreContract>;
  composer: Pick<Composer, 'flush'>;
  isClosing: () => boolean;
  /** A page asked for its snapshot: it begins anew. */
  pageStarts: () => void;
  onUnauthorized: () => void;
  log: Log;
}

export class Requests {
  readonly #parts: RequestsParts;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  async answer(name: keyof CoreContract, args: unknown): Promise<Result<unknown>> {
    const { handlers, isClosing, log, onUnauthorized, pageStarts } = this.#parts;
    if (isClosing()) return { ok: false, code: 'signedOut', message: 'the account is closing' };
    if (name === 'core.bootstrap') pageStarts();
    // Requests take effect in the order in which they came.
    if (name !== 'messages.send') this.flush();
    try {
      // The main thread checked the argument with the schema of this very channel (shared/ipc/check-arguments.ts).
      const handler = handlers[name] as (args: unknown) => unknown;
      return { ok: true, value: await handler(args) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'unauthorized') onUnauthorized();
      if (failure.code === 'internal') log('error', `${name}: ${failure.message}`);
      return failure;
    }
  }

  /** Stores what was composed so far, now. */
  flush(): void {
    this.#parts.composer.flush();
  }
}
