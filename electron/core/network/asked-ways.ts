/** The network of a worker: the ways, and who signs in to a proxy, are asked of the main thread. */
import type { NetworkAnswer, NetworkQuestion } from '../../../shared/ipc/worker-protocol.ts';
import { ProxyError } from '../../../shared/proxy-error.ts';
import { Authorities } from './certificates.ts';
import { Network } from './network.ts';
import { parseRoutes } from './route.ts';

export class AskedWays {
  readonly network: Network;
  readonly #ask: (id: number, question: NetworkQuestion) => void;
  readonly #waiting = new Map<number, (answer: NetworkAnswer) => void>();
  readonly #authorities: Authorities;
  #nextId = 1;

  /** `ask`: hands a question on; `answered` brings its answer. */
  constructor(
    caFile: string | null,
    ask: (id: number, question: NetworkQuestion) => void,
    warn: (message: string) => void,
  ) {
    this.#ask = ask;
    this.#authorities = new Authorities(caFile, warn);
    this.network = new Network({
      resolve: async (url) => {
        const answer = await this.#question({ ask: 'ways', url });
        if ('fault' in answer) {
          const { problem, address, detail } = answer.fault;
          throw new ProxyError(problem, address, detail);
        }
        return parseRoutes('ways' in answer ? answer.ways : '');
      },
      credentials: async (proxy, refused) => {
        const answer = await this.#question({ ask: 'signIn', proxy, refused });
        return 'signIn' in answer ? answer.signIn : null;
      },
      trust: () => this.#authorities.trusted(),
    });
  }

  answered(id: number, answer: NetworkAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(answer);
  }

  changed(caFile: string | null): void {
    this.#authorities.changed(caFile);
    this.network.refresh();
  }

  #question(question: NetworkQuestion): Promise<NetworkAnswer> {
    const { promise, resolve } = Promise.withResolvers<NetworkAnswer>();
    this.#waiting.set(this.#nextId, resolve);
    this.#ask(this.#nextId, question);
    this.#nextId += 1;
    return promise;
  }
}
