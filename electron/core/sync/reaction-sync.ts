/**
 * Reactions of a channel by their seq (tsdd-api.md 5.2): when it is opened, and when a command says that something
 * changed. What is kept is of cached messages only; history brings its own along. A server without the route says so
 * once, and nothing of reactions is shown.
 */
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { abilitiesOf, setAbility } from '../session/abilities.ts';
import { KeyedRunner, RunnerClosed } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

/** TSDD's limit. From seq 0 it is the newest so many: the others come with the history that has their messages. */
const ROWS = 1_000;
const MAX_PAGES = 20;
const REFILL_MS = 1_000;

export class ReactionSync {
  readonly #context: SyncContext;
  readonly #runner: KeyedRunner;

  constructor(context: SyncContext) {
    this.#context = context;
    this.#runner = new KeyedRunner({
      burst: 5,
      refillMs: REFILL_MS,
      concurrency: 2,
      run: (key) => this.#read(parseChannelKey(key)),
    });
  }

  /** Rejects when the server cannot be asked; not when it has no reactions. */
  request(channel: ChannelRef): Promise<void> {
    return this.#runner.request(channelKey(channel));
  }

  /** Before anything is read: what is reacted to from here on is new (docs/reactions.md). */
  connected(): void {
    const { serverNowMs, store } = this.#context;
    store.reactions.countFrom(serverNowMs() / 1000);
  }

  /** As `request`, for what nobody waits for: the next opening of the chat asks again. */
  look(channel: ChannelRef): void {
    this.request(channel).catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) this.#context.log('info', `reactions: ${reasonOf(error)}`);
    });
  }

  close(): void {
    this.#runner.close();
  }

  async #read(channel: ChannelRef): Promise<boolean> {
    const { api, store } = this.#context;
    let changed = false;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const from = store.reactions.seq(channel);
      let answer;
      try {
        answer = await api.reactionSync(channel, from, ROWS);
      } catch (error) {
        if (!(error instanceof CodedError && error.code === 'notCompatible')) throw error;
        this.#offered(false);
        return false;
      }
      this.#offered(true);
      const { reactions, rowCount } = answer;
      if (reactions.length > 0) store.reactions.apply(reactions);
      changed ||= reactions.length > 0;
      const highest = reactions.reduce((max, { seq }) => Math.max(max, seq), from);
      // Also that there are none: what comes after it is new.
      if (highest > from || from === 0) store.reactions.setSeq(channel, highest);
      if (from === 0 || rowCount < ROWS || highest <= from) break;
    }
    return changed;
  }

  #offered(on: boolean): void {
    const { push, store } = this.#context;
    if (setAbility(store.state, 'reactions', on))
      push({ kind: 'abilities', abilities: abilitiesOf(store.state) });
  }
}
