/**
 * What is pinned in a channel (tsdd-api.md 5.2): read whole when it is opened, and when a command says that something
 * changed. It is a few rows, and a whole answer needs no cursor that a node's clock could mislead. The messages come
 * along, and are stored first. A server without the route says so once, and nothing of pins is shown.
 */
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { abilitiesOf, setAbility } from '../session/abilities.ts';
import { forStore } from './history-rows.ts';
import { KeyedRunner, RunnerClosed } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const REFILL_MS = 1_000;

export class PinSync {
  readonly #context: SyncContext;
  readonly #runner: KeyedRunner;
  /** The server has no pins; asked again after the next connection, or when a command speaks of them. */
  #refused = false;

  constructor(context: SyncContext) {
    this.#context = context;
    this.#runner = new KeyedRunner({
      burst: 5,
      refillMs: REFILL_MS,
      concurrency: 2,
      run: (key) => this.#read(parseChannelKey(key)),
    });
  }

  /** Rejects when the server cannot be asked; not when it has no pins. */
  request(channel: ChannelRef): Promise<void> {
    return this.#runner.request(channelKey(channel));
  }

  /** A chat is shown. */
  opened(channel: ChannelRef): void {
    if (!this.#refused) this.look(channel);
  }

  connected(): void {
    this.#refused = false;
  }

  /** As `request`, for what nobody waits for: the next opening of the chat asks again. */
  look(channel: ChannelRef): void {
    this.request(channel).catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) this.#context.log('info', `pinned messages: ${reasonOf(error)}`);
    });
  }

  close(): void {
    this.#runner.close();
  }

  async #read(channel: ChannelRef): Promise<boolean> {
    const { api, store } = this.#context;
    let answer;
    try {
      answer = await api.pinnedMessages(channel);
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'notCompatible')) throw error;
      this.#refused = true;
      this.#offered(false);
      return false;
    }
    this.#refused = false;
    this.#offered(true);
    const pins = answer.pins.filter(({ isPinned }) => isPinned);
    const unknown = new Set(
      pins.flatMap(({ messageId }) => (store.messages.byId(messageId) ? [] : [messageId])),
    );
    const brought = answer.messages.filter(({ messageId }) => unknown.has(messageId));
    if (brought.length > 0) store.messages.ingest(forStore(brought), 'history');
    store.pins.replace(
      channel,
      pins.map(({ messageId, changedAtMs }) => ({ messageId, pinnedAtMs: changedAtMs })),
    );
    return true;
  }

  #offered(on: boolean): void {
    const { push, store } = this.#context;
    if (setAbility(store.state, 'pins', on)) push({ kind: 'abilities', abilities: abilitiesOf(store.state) });
  }
}
