/** What the preload exposes as `window.wukong`. */
import type { Result } from '../result.ts';
import type { Args, ChannelName, Value } from './contract.ts';
import type { EventName, Events } from './events.ts';

export interface WukongBridge {
  invoke<K extends ChannelName>(channel: K, args: Args<K>): Promise<Result<Value<K>>>;
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
}
