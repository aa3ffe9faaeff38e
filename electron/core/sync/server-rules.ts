/** The rules the business server announces (tsdd-api.md 1.4): read, kept for offline starts, told when they changed. */
import type { ServerRules } from '../../../shared/domain.ts';
import type { SyncContext } from './sync-context.ts';

const RULES_STATE = 'rules';

export class RulesReader {
  readonly #context: Pick<SyncContext, 'api' | 'store'>;
  readonly #changed: (rules: ServerRules) => void;
  #running: Promise<void> | null = null;
  #announced: string | null = null;

  constructor(context: Pick<SyncContext, 'api' | 'store'>, changed: (rules: ServerRules) => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** Rejects when the server cannot be asked. Those who ask at the same time share an answer. */
  read(): Promise<void> {
    this.#running ??= this.#readNow().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #readNow(): Promise<void> {
    const { api, store } = this.#context;
    const rules = await api.appConfig();
    const text = JSON.stringify(rules);
    if (text === this.#announced) return;
    store.state.set(RULES_STATE, text);
    this.#announced = text;
    this.#changed(rules);
  }
}
