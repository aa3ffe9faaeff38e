/** What the preload exposes as `window.wukong`. */
import type { Result } from '../result.ts';
import type { Args, ChannelName, Value } from './contract.ts';
import type { EventName, Events } from './events.ts';

export interface WukongBridge {
  /** `account`: whom the call is made for; default: the account on the screen when it arrives. */
  invoke<K extends ChannelName>(
    channel: K,
    args: Args<K>,
    account?: string | null,
  ): Promise<Result<Value<K>>>;
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
}
