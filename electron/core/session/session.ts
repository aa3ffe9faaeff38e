/** Who is signed in, and how the connection to the servers stands; both as the page is shown them. */
import type { ConnectionState, Me } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { FromWorker, WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import { RefusedError } from '../api/http.ts';
import type { BusinessApi } from '../api/business-api.ts';
import type { Log } from '../api/http.ts';

const SHORT_NO_STATE = 'shortNo';

export interface SessionParts {
  start: Pick<WorkerStart, 'uid' | 'name' | 'username' | 'server'>;
  store: Pick<AccountStore, 'people' | 'readOnly' | 'state'>;
  api: Pick<BusinessApi, 'ownCard'>;
  isClosing: () => boolean;
  post: (message: FromWorker) => void;
  push: (delta: CoreDelta) => void;
  /** The token is no longer accepted: nothing more is asked with it. */
  ended: () => void;
  log: Log;
}

export class Session {
  readonly #parts: SessionParts;
  #me: Me;
  #connection: ConnectionState = { state: 'connecting' };
  #expired = false;
  /** Counts questions for the own card: an answer to an earlier one is older. */
  #cards = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { uid, name, username, server } = parts.start;
    this.#me = { uid, name, username, shortNo: parts.store.state.get(SHORT_NO_STATE) ?? '', server };
  }

  get me(): Me {
    return this.#me;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /** false: after a refused token, and while the account closes, the connection has nothing more to say. */
  connectionChanged(state: ConnectionState): boolean {
    if (this.#expired || this.#parts.isClosing()) return false;
    this.#show(state);
    if (state.state === 'kicked' && state.quit) void this.#askWhy(state);
    return true;
  }

  /** A ban and "quit PC" on the phone end the connection alike, without a word; only the own card tells them apart. */
  async #askWhy(state: ConnectionState): Promise<void> {
    const banned = await this.#parts.api.ownCard(this.#me.uid).then(
      (card) => card.banned,
      (error: unknown) => error instanceof RefusedError && /封禁|禁用|\bbanned\b/i.test(error.message),
    );
    if (!banned || this.#connection !== state || this.#parts.isClosing()) return;
    this.#show({ state: 'kicked', reason: 'banned', banned: true });
  }

  /** A server refused the token. */
  expire(): void {
    if (this.#expired || this.#parts.isClosing()) return;
    this.#expired = true;
    this.#parts.log('warn', 'the business server no longer accepts the token');
    // Who signed in elsewhere ended this token: that reason stands, its late answers say nothing new.
    if (this.#connection.state !== 'kicked') this.#show({ state: 'sessionExpired' });
    this.#parts.ended();
  }

  /** Reads the own name and number again; what fails is left for the next connection. */
  async refreshMe(): Promise<void> {
    const { api, isClosing, log, push, store } = this.#parts;
    this.#cards += 1;
    const mine = this.#cards;
    try {
      const card = await api.ownCard(this.#me.uid);
      if (
        mine !== this.#cards ||
        isClosing() ||
        (card.name === this.#me.name && card.shortNo === this.#me.shortNo)
      )
        return;
      this.#me = { ...this.#me, name: card.name || this.#me.name, shortNo: card.shortNo };
      if (!store.readOnly) {
        store.state.set(SHORT_NO_STATE, card.shortNo);
        store.people.setOwnName(card.name);
      }
      push({ kind: 'me', me: this.#me });
    } catch (error) {
      log('debug', `own card: ${reasonOf(error)}`);
    }
  }

  #show(state: ConnectionState): void {
    this.#connection = state;
    this.#parts.post({ kind: 'connection', connection: state });
    this.#parts.push({ kind: 'connection', connection: state });
  }
}
